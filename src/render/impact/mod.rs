//! The impact of a pull request on people, for each application: as a comment, and for a terminal.

mod callouts;
mod comment;
mod page;
mod text;
mod unusual;
mod wording;

pub use callouts::{Callouts, PolicyEffect, callouts};
pub use comment::{COMMENT, SUMMARY, comment, wording_folded};
pub use page::page;
pub use text::text;
pub use unusual::Unusual;
pub use wording::wording;

use crate::gate::{Impact, LaterDay, Refusal};
use crate::plan::{Plan, RuleTurnover};
use crate::policy::Origin;

/// One application in one environment, and the meaning of the change for it.
#[derive(Debug)]
pub struct InstanceImpact {
    /// Environment and application: `default/dstny`.
    pub instance: String,
    /// The meaning.
    pub meaning: Meaning,
}

/// What a change means for an application.
#[derive(Debug)]
pub enum Meaning {
    /// The policies decide the same: proven without reading data.
    Same,
    /// No policies are left for it; its accounts stay as they are.
    Gone,
    /// It was planned with and without the change.
    Planned(Box<Planned>),
    /// It could not be planned.
    Failed(String),
}

/// The result of planning with and without a change.
#[derive(Debug)]
pub struct Planned {
    /// The comparison of the two plans.
    pub impact: Impact,
    /// Changes of both plans that no pull request has shown yet: merging this one releases them.
    pub earlier: Plan,
    /// What the comment shows first.
    pub callouts: Callouts,
    /// The refusals of guards for the plan with the change.
    pub refusals: Vec<Refusal>,
    /// Whether guards also refuse the plan without the change; then this pull request is not the cause.
    pub refused_before: bool,
    /// Kinds of change that are reviewed only by their number, since there are too many to list in the record.
    pub by_count: Vec<String>,
    /// What happens on later days, because something in the policies ends.
    pub later: Vec<LaterDay>,
    /// Further notes: what could not be compared, what expires soon.
    pub notes: Vec<String>,
    /// When the data was saved, if the plan is from saved data.
    pub data: Option<String>,
}

impl Planned {
    /// Whether guards refuse because of this change.
    pub fn refuses(&self) -> bool {
        !self.refusals.is_empty() && !self.refused_before
    }
}

/// What becomes of the people of each rule and policy, a line each; `name` shows an id and its place.
fn turnover(callouts: &Callouts, name: impl Fn(&Origin) -> String) -> Vec<String> {
    let rules = callouts.rules.iter().map(|RuleTurnover { rule, joins, leaves }| {
        format!("Rule {}: {} in, {} out", name(rule), people(*joins), people(*leaves))
    });
    let others = callouts.others.iter().map(|PolicyEffect { policy, gains, loses }| {
        let (gains, loses) = (people(*gains), people(*loses));
        format!("Because of {}: something given to {gains}, taken from {loses}", name(policy))
    });
    rules.chain(others).collect()
}

fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// One line for each application: the impact of this change, and what would be done anyway.
fn headline(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Same => "No effect: the policies decide the same.".to_owned(),
        Meaning::Gone => "No policy decides about it any more; its accounts stay as they are.".to_owned(),
        Meaning::Failed(_) => "Could not be planned.".to_owned(),
        Meaning::Planned(planned) => {
            let because = crate::render::plan::summary(&planned.impact.because);
            let anyway = planned.impact.pending.changes.len();
            let earlier = planned.earlier.changes.len();
            let mut line = because.replacen("Plan: ", "This change: ", 1).replacen(
                "No changes.",
                "No account changes today.",
                1,
            );
            if anyway > earlier {
                line.push_str(&format!(" Pending anyway: {}.", anyway - earlier));
            }
            if earlier > 0 {
                line.push_str(&format!(" From before, not shown yet: {earlier}."));
            }
            line
        }
    }
}
