//! `check/overrides`: an override without effect is a warning, never an error, so that no branch begins to fail just
//! because time passes (the gate, 4).

use super::context::Context;
use crate::language::document::{LimitWord, OverrideObject, OverridesDocument};
use crate::language::documents::Placed;
use crate::model::Finding;
use crate::policy::Override;
use std::collections::BTreeSet;

const CODE: &str = "check/overrides";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &context.documents.overrides {
        let limited = limited(context, &document.application.value);
        for written in &document.overrides {
            findings.extend(too_far(context, document, &written.value));
            findings.extend(lifts_nothing(document, &written.value, &limited));
        }
    }
    findings
}

fn too_far(
    context: &Context<'_>,
    document: &Placed<OverridesDocument>,
    written: &OverrideObject,
) -> Option<Finding> {
    let days = context.as_of.days_until(written.until.value);
    let message = format!(
        "the override `{}` ends in {days} days: more than {} days ahead it has no effect",
        written.id.value,
        Override::LONGEST_DAYS
    );
    let at = document.place(written.until.span);
    let finding = Finding::warning(CODE, message, at, "too far ahead");
    (days > Override::LONGEST_DAYS)
        .then(|| finding.help("what is always needed is a limit; an override is for once"))
}

/// Warns of kinds of change in an override that no limit counts.
fn lifts_nothing(
    document: &Placed<OverridesDocument>,
    written: &OverrideObject,
    limited: &BTreeSet<LimitWord>,
) -> Vec<Finding> {
    let counts = written.allow.iter().flat_map(|allow| allow.value.iter());
    let idle = counts.filter(|(word, _)| !limited.contains(word));
    idle.map(|(_, count)| {
        let message = format!("the override `{}` allows what no limit of that word limits", written.id.value);
        let at = document.place(count.span);
        Finding::warning(CODE, message, at, "lifts no limit").help("write the word of the limit that refuses")
    })
    .collect()
}

/// The kinds of change that the limits of an application count, including the built-in limits.
fn limited(context: &Context<'_>, application: &str) -> BTreeSet<LimitWord> {
    let lifecycles =
        context.documents.lifecycles.iter().filter(|lifecycle| lifecycle.application.value == application);
    let written = lifecycles
        .flat_map(|lifecycle| lifecycle.limits.iter().flatten())
        .map(|limit| limit.value.change.value);
    written.chain([LimitWord::Removal, LimitWord::Revoke]).collect()
}
