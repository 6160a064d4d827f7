//! Who has an account and keeps it, with nothing to change: what a plan leaves out.

use super::archived_names::ArchivedNames;
use super::build::Builder;
use super::context::Context;
use super::decision::Decision;
use super::decisions::Decisions;
use super::rules::RuleTable;
use super::unique::Collisions;
use super::value::{Outcome, Subject};
use super::{Inputs, Plan};
use crate::desired::{DataErrors, Population, desire};
use std::collections::BTreeSet;

/// The users who have an account of which the plan changes nothing, and of whom it reports nothing that was wanted and
/// is not done; by user id (behaviour DS-10).
///
/// # Errors
/// As [`plan`](super::plan).
pub fn existing(inputs: &Inputs<'_>, plan: &Plan) -> Result<Vec<Subject>, DataErrors> {
    let population = Population::new(inputs.policy, inputs.snapshots);
    let desired = desire(inputs.policy, &population, inputs.directories, inputs.as_of)?;
    let context = Context::new(&desired, inputs.directories, inputs.application, inputs.memory)?;
    let rules = RuleTable::new(inputs.policy);
    let decisions = Decisions::new(&context);
    let archived = ArchivedNames::new(&context, &decisions);
    let collisions = Collisions::default();
    let builder = Builder { context: &context, rules: &rules, collisions: &collisions, archived: &archived };
    let named = named(plan);
    let kept = (0..population.len())
        .filter(|row| matches!(decisions.users[*row as usize], Decision::Update | Decision::Adopt))
        .filter(|row| !named.contains(population.id(*row).1));
    let mut subjects: Vec<Subject> =
        kept.map(|row| builder.subject(Some(row), context.pairing.account(row))).collect();
    subjects.sort_by(|one, other| one.key().cmp(other.key()));
    Ok(subjects)
}

/// Whom the plan changes, and whom it reports to be left as they are. A warning stops nothing.
fn named(plan: &Plan) -> BTreeSet<&str> {
    let changed = plan.changes.iter().map(|change| change.subject.key());
    let left = plan
        .reports
        .iter()
        .filter(|report| !matches!(report.outcome, Outcome::Warning | Outcome::Dropped | Outcome::Differs));
    changed.chain(left.map(|report| report.subject.key())).collect()
}
