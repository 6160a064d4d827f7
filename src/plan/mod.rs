//! Desired state beside what the application holds: the plan.
//!
//! Takes policies and complete snapshots, gives a [`Plan`]: the same inputs in any order give the same bytes. Never:
//! clock, randomness that reaches a result, writers.

mod account_memory;
mod archive;
mod archived_names;
mod bound_protection;
mod build;
mod built;
mod change;
mod context;
mod critic;
mod decision;
mod decisions;
mod document;
mod equal;
mod escalation;
mod evaluation;
mod exclusion;
mod existing;
mod explain;
mod fits_nobody;
mod holdings;
mod lifecycle;
mod listing;
mod matching;
mod memory;
mod named;
mod one_user;
mod order;
mod paths;
mod privileged_holders;
mod protection;
mod provision;
mod reach;
mod remember;
mod rule_effects;
mod rule_members;
mod rules;
mod subject;
mod unique;
mod unkept;
mod value;
mod verdict;
mod who;

pub use account_memory::{AccountMemory, hides_members};
pub use change::{Action, AttributeChange, AttributeWrite, Change, Hold, InitialValue, Reason};
pub use document::{FORMAT, PlanDocument};
pub use escalation::{Escalation, EscalationKind, escalations};
pub use evaluation::{Evaluation, Inputs};
pub use explain::{
    Difference, EXPLANATION_FORMAT, Explanation, ExplanationDocument, Fate, Giver, InGroup, Missing, Need,
    Question, RightExplanation, Standing, Step, Told, Way, differences,
};
pub use listing::{GroupLink, GroupListing, ListedGroup, ListedRole, list_groups};
pub use memory::Memory;
pub use one_user::{OneUser, UsersPlan, explain_of_user, plan_of_user};
pub use order::Phase;
pub use privileged_holders::{Holder, PrivilegedHolders};
pub use reach::Reach;
pub use rule_effects::{Effect, RuleEffect};
pub use rule_members::{RuleMembers, RuleTurnover};
pub use subject::Subject;
pub use value::{Base, Outcome, Plan, Report, Seen, WithoutAccount};
pub use verdict::Verdict;

use crate::desired::DataErrors;

/// Makes the plan.
///
/// # Errors
/// As [`Evaluation::new`].
pub fn plan(inputs: &Inputs<'_>) -> Result<Plan, DataErrors> {
    Ok(Evaluation::new(inputs)?.plan())
}
