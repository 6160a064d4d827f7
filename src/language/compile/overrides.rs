//! Overrides (the policy language, 11).

use super::lifecycle::limited;
use super::report::Report;
use crate::language::document::{OverrideForm, OverrideObject, OverridesDocument};
use crate::language::documents::Placed;
use crate::policy::{Allowance, Override};
use crate::yaml::Spanned;

/// The overrides of one document.
pub(super) fn overrides(report: &mut Report<'_>, document: &Placed<OverridesDocument>) -> Vec<Override> {
    document.overrides.iter().filter_map(|it| one(report, document, it)).collect()
}

fn one(
    report: &mut Report<'_>,
    document: &Placed<OverridesDocument>,
    object: &Spanned<OverrideObject>,
) -> Option<Override> {
    let written = &object.value;
    let (mut allow, mut shrink_to) = (Vec::new(), None);
    match report.shape(document.file(), written.form(object.span))? {
        OverrideForm::Allow(counts) => {
            allow
                .extend(counts.iter().map(|(word, it)| Allowance { change: limited(word), count: it.value }));
        }
        OverrideForm::ShrinkTo(users) => shrink_to = Some(users),
    }
    allow.sort_unstable();
    Some(Override {
        id: written.id.value.clone(),
        origin: report.origin("Overrides", &written.id.value, document.place(written.id.span)),
        allow,
        shrink_to,
        until: written.until.value,
        owner: written.owner.value.clone(),
        reason: written.reason.value.clone(),
    })
}
