//! Users whose account is up to date, whom a plan does not mention.

use super::decision::Decision;
use super::subject::Subject;
use super::value::Outcome;
use super::{Evaluation, Plan};
use std::collections::BTreeSet;

impl Evaluation<'_> {
    /// The users who have an account of which the plan changes nothing, and of whom it reports nothing that was wanted
    /// and is not done; by user id (behaviour DS-10). `plan` is the evaluation's own.
    pub fn existing(&self, plan: &Plan) -> Vec<Subject> {
        let (builder, population) = (self.builder(), &self.desired().population);
        let named = named(plan);
        let kept = (0..population.len())
            .filter(|row| matches!(self.decisions.users[*row as usize], Decision::Update | Decision::Adopt))
            .filter(|row| !named.contains(population.id(*row).1));
        let mut subjects: Vec<Subject> = kept.map(|row| builder.subject(self.context.user(row))).collect();
        subjects.sort_by(|one, other| one.key().cmp(other.key()));
        subjects
    }
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
