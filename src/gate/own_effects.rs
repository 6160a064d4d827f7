//! The effects of a commit in addition to those of the protected branch; only these decide in a merge queue.

use super::impact::impact;
use super::judgement::Judgement;
use super::limits::Refusal;
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

/// The judgement of a version, and its policies.
#[derive(Clone, Copy, Debug)]
pub struct JudgedPolicies<'j> {
    /// The judgement.
    pub judgement: &'j Judgement,
    /// The policies.
    pub policy: &'j ApplicationPolicy,
}

impl JudgedPolicies<'_> {
    /// The plan of what waits.
    fn held(&self) -> Plan {
        Plan {
            changes: self.judgement.held().cloned().collect(),
            reports: Vec::new(),
            ..self.judgement.plan().clone()
        }
    }
}

impl OwnEffects {
    /// Compares the judgement of a commit with that of its base. `base` is the commit that it is built on, judged on the same
    /// snapshots as if it were the tip (none: it has no changes): what the base wants but would not hold is held because
    /// of the commit. `own` says which of the commits without a plan are the commit's own.
    pub fn of(
        head: JudgedPolicies<'_>,
        base: Option<JudgedPolicies<'_>>,
        missing: &[(Commit, String)],
        own: impl Fn(&Commit) -> bool,
    ) -> Self {
        let held = head.held();
        let before = base.map(|base| (base.held(), base.policy));
        let before = before.as_ref().map(|(plan, policy)| PolicyPlan::new(plan, policy));
        let parts = impact(PolicyPlan::new(&held, head.policy), before);
        // Changes that only follow an adoption that waits without the commit too don't prevent settling.
        let waiting = parts.pending.changes.iter().filter(|change| change.hold().is_some());
        let waiting: BTreeSet<&str> =
            waiting.filter(|_| head.judgement.settles()).map(|change| change.subject.key()).collect();
        let because = parts.because.changes.iter();
        let refuses_base = base.is_some_and(|base| !base.judgement.refusals().is_empty());
        Self {
            held: because.filter(|change| !waiting.contains(change.subject.key())).count(),
            refusals: if refuses_base { Vec::new() } else { head.judgement.refusals().to_vec() },
            missing: missing.iter().filter(|(commit, _)| own(commit)).cloned().collect(),
        }
    }

    /// Whether something would wait because of the commit.
    pub fn waits(&self) -> bool {
        self.held > 0 || !self.missing.is_empty()
    }
}
