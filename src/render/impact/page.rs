//! The impact of a change as a page to look at.

use super::unusual::unusual;
use super::{InstanceImpact, Meaning};
use crate::gate::{LaterDay, Refusal};
use crate::plan::Plan;
use crate::render::escape::visible;
use crate::render::html::{HtmlPart, html};

/// The parts of each application that are not empty; what the change causes is there always.
///
/// # Errors
/// The plans cannot be written as JSON.
pub fn page(instances: &[&InstanceImpact]) -> Result<String, serde_json::Error> {
    let mut parts = Vec::new();
    let mut notes = Vec::new();
    for application in instances {
        match &application.meaning {
            Meaning::Planned(planned) => {
                let impact = &planned.impact;
                for line in unusual(&planned.callouts.unusual, |data| visible(data).into_owned()) {
                    notes.push(format!("{}: look first: {line}.", application.instance));
                }
                parts.push(part(&impact.because, "because of this change", &planned.refusals));
                let others = [
                    part(&planned.earlier, "from before, not shown yet", &[]),
                    HtmlPart {
                        happens: false,
                        ..part(&impact.no_longer, "no longer, because of this change", &[])
                    },
                    part(&impact.pending, "pending anyway", &[]),
                ];
                parts.extend(others.into_iter().filter(|part| !part.plan.changes.is_empty()));
                let later = planned.later.iter();
                let title = "later, when something in the policies ends";
                parts.extend(later.map(|LaterDay { plan, .. }| part(plan, title, &[])));
            }
            Meaning::Same | Meaning::Gone | Meaning::Failed(_) => {
                notes.push(format!("{}: {}", application.instance, super::headline(&application.meaning)));
            }
        }
    }
    html("What this change does to people", &notes.join(" "), &parts)
}

fn part<'p>(plan: &'p Plan, title: &'p str, refusals: &'p [Refusal]) -> HtmlPart<'p> {
    HtmlPart { part: Some(title), ..HtmlPart::of_plan(plan, refusals) }
}
