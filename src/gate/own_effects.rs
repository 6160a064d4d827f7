//! The effects of a commit in addition to those of the protected branch; only these decide in a merge queue.

use super::guards::guards;
use super::impact::impact;
use super::judgement::Judgement;
use super::limits::{Past, Refusal};
use super::policy_plan::PolicyPlan;
use crate::model::Commit;
use crate::plan::Plan;
use crate::policy::ApplicationPolicy;
use std::collections::BTreeSet;

/// The effects that prevent a commit from being applied completely, and that don't exist without the commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnEffects {
    /// How many of the held changes are held because of the commit.
    pub held: usize,
    /// The refusals of guards; empty if they refuse the base's plan too.
    pub refusals: Vec<Refusal>,
    /// The commit's own commits that came without a plan, with the reasons.
    pub missing: Vec<(Commit, String)>,
}

impl OwnEffects {
    /// Compares the judgement of a commit with its base; `base` is the plan of the commit that it is built on, made on
    /// the same snapshots (none: no changes), and `own` says which of the commits without a plan are the commit's own.
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
        // Changes that only follow an adoption that waits without the commit too don't prevent settling.
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
