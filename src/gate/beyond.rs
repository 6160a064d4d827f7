//! What a commit adds to what the protected branch does already: only for that it is answerable in a merge queue.

use super::guards::guards;
use super::impact::impact;
use super::judgement::Judgement;
use super::limits::{Past, Refusal};
use super::policy_plan::PolicyPlan;
use crate::model::Commit;
use crate::plan::Plan;
use crate::policy::ApplicationPolicy;
use std::collections::BTreeSet;

/// What stands in a commit's way that is not so without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    /// How many of the changes that would wait are there because of the commit.
    pub held: usize,
    /// What guards refuse; nothing where they refuse the plan of the base too.
    pub refusals: Vec<Refusal>,
    /// The commits of its own that came without a plan, and why each counts as such.
    pub missing: Vec<(Commit, String)>,
}

impl Beyond {
    /// Takes apart the judgement of a commit; `base` is the plan of the commit that it is built on, on the same snapshots
    /// (none: it wants nothing), and `own` says which of the commits without a plan are the commit's own.
    pub fn of(
        judgement: &Judgement,
        policy: &ApplicationPolicy,
        base: Option<PolicyPlan<'_>>,
        missing: &[(Commit, String)],
        own: impl Fn(&Commit) -> bool,
        past: &Past<'_>,
    ) -> Self {
        let held = Plan {
            changes: judgement.held().cloned().collect(),
            reports: Vec::new(),
            ..judgement.plan().clone()
        };
        let refuses_base = base.is_some_and(|PolicyPlan { plan, policy }| {
            !guards(plan, policy, plan.changes.iter(), past).refusals.is_empty()
        });
        let parts = impact(PolicyPlan::new(&held, policy), base);
        // What only follows an adoption that waits without the commit too does not keep the policies from being settled.
        let waiting = parts.pending.changes.iter().filter(|change| change.hold().is_some());
        let waiting: BTreeSet<&str> =
            waiting.filter(|_| judgement.settles()).map(|change| change.subject.key()).collect();
        let because = parts.because.changes.iter();
        Self {
            held: because.filter(|change| !waiting.contains(change.subject.key())).count(),
            refusals: if refuses_base { Vec::new() } else { judgement.refusals().to_vec() },
            missing: missing.iter().filter(|(commit, _)| own(commit)).cloned().collect(),
        }
    }

    /// Whether something would wait because of the commit.
    pub fn waits(&self) -> bool {
        self.held > 0 || !self.missing.is_empty()
    }
}
