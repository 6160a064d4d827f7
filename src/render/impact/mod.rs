//! What a pull request does to people, for each application: as a comment, and on a terminal.

mod callouts;
mod comment;
mod text;
mod wording;

pub use callouts::{Callouts, callouts};
pub use comment::{COMMENT, SUMMARY, comment, wording_folded};
pub use text::text;
pub use wording::wording;

use crate::gate::{Impact, Refusal};
use crate::plan::Plan;

/// One application in one environment, and what the change means to it.
#[derive(Debug)]
pub struct InstanceImpact {
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What a change means to an application.
#[derive(Debug)]
pub enum Meaning {
    /// The policies decide the same: proven, without reading anybody.
    Same,
    /// Policies decide about it no longer; its accounts stay as they are.
    Gone,
    /// It was planned with and without the change.
    Planned(Box<Planned>),
    /// It could not be planned.
    Failed(String),
}

/// What came of planning with and without a change.
#[derive(Debug)]
pub struct Planned {
    /// The two plans, taken apart.
    pub impact: Impact,
    /// Of what is done either way, what no pull request showed yet: merging this one releases it.
    pub earlier: Plan,
    /// What comes first.
    pub callouts: Callouts,
    /// What guards say of the plan with the change.
    pub refusals: Vec<Refusal>,
    /// Whether guards refuse it without the change too: then this pull request is not to blame.
    pub refused_before: bool,
    /// Kinds of change that are reviewed by their number alone, for there are too many to be listed in the record.
    pub by_count: Vec<String>,
    /// What else is to be known: what could not be compared, what ends soon.
    pub notes: Vec<String>,
    /// Where saved data was planned on: when it was saved.
    pub data: Option<String>,
}

impl Planned {
    /// Whether this change makes guards refuse.
    pub fn refuses(&self) -> bool {
        !self.refusals.is_empty() && !self.refused_before
    }
}

/// One line for each application: what this change does, and what is done anyway.
fn headline(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Same => "Proven without effect: the policies decide the same.".to_owned(),
        Meaning::Gone => "No policy decides about it any more; its accounts stay as they are.".to_owned(),
        Meaning::Failed(_) => "Could not be planned.".to_owned(),
        Meaning::Planned(planned) => {
            let because = crate::render::plan::summary(&planned.impact.because);
            let anyway = planned.impact.pending.changes.len();
            let earlier = planned.earlier.changes.len();
            let mut line = because.replacen("Plan: ", "This change: ", 1).replacen(
                "No changes.",
                "This change does nothing to anybody today.",
                1,
            );
            if anyway > earlier {
                line.push_str(&format!(" Pending anyway: {}.", anyway - earlier));
            }
            if earlier > 0 {
                line.push_str(&format!(" From before, shown to nobody yet: {earlier}."));
            }
            line
        }
    }
}
