//! The judgement of a plan: which changes may be made, which wait, what a guard refuses. `check` shows it before a
//! merge, and `apply` acts on it afterwards.

use super::allowances::Allowed;
use super::classify::{Classes, Reviewed, classify, unreviewed};
use super::guards::guards;
use super::item::ItemKey;
use super::limits::{LimitCheck, Past, Refusal};
use super::listed::Listed;
use super::marks::Marks;
use super::policy_plan::PolicyPlan;
use super::split::split;
use crate::plan::{Change, Plan};
use crate::policy::{ApplicationPolicy, Override};

/// How the policies were approved.
pub enum Review<'r> {
    /// By being on the protected branch (`review: none`). Adoptions of privileged accounts must be released.
    None {
        /// The key that items are made with.
        key: &'r ItemKey,
        /// What the released run listed.
        released: &'r Listed,
    },
    /// Through pull requests that showed their plan.
    Reviewed(Reviewed<'r>),
}

/// A plan with a decision about each change. Only [`judge`] creates one.
#[derive(Debug)]
pub struct Judgement {
    pub(super) plan: Plan,
    /// What made changes sensitive.
    pub(super) marks: Marks,
    /// Indices in the plan, in the order of writing.
    pub(super) flowing: Vec<usize>,
    pub(super) held: Vec<usize>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) allowed: Vec<Allowed>,
    pub(super) settles: bool,
    pub(super) vanished: usize,
}

impl Judgement {
    /// The plan; an update is split if only a part of it waits.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The changes that wait for a person.
    pub fn held(&self) -> impl Iterator<Item = &Change> {
        self.held.iter().map(|place| &self.plan.changes[*place])
    }

    /// The refusals of guards for the changes that don't wait; none: these may be made.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Whether a run settles the policies, so that the next run needs no evidence for them.
    pub fn settles(&self) -> bool {
        self.settles
    }
}

/// Classifies the changes of a plan, and checks those that don't wait with every guard.
///
/// With `review: none`, being on the protected branch is the approval, so every change may be made except one kind: the
/// adoption of an account with a privileged right waits until a person releases it (otherwise, anybody who can set a
/// mail address could take over an administrator). Every other change of that account waits with it.
///
/// With a forge, changes may be made that the settled policies want too, or that pull requests showed. While commits
/// are not covered by records, the guards of the settled policies must pass too, and only overrides in both count.
pub fn judge(plan: Plan, policy: &ApplicationPolicy, review: &Review<'_>, past: &Past<'_>) -> Judgement {
    let plan = match review {
        Review::None { .. } => plan,
        Review::Reviewed(reviewed) => split(plan, policy, reviewed),
    };
    let Classes { held, settles, vanished } = match review {
        Review::None { key, released } => unreviewed(&plan, policy, key, released),
        Review::Reviewed(reviewed) => classify(&plan, policy, reviewed),
    };
    let (held, flowing): (Vec<usize>, Vec<usize>) =
        plan.write_order().into_iter().partition(|place| held.contains(place));
    let changes = flowing.iter().map(|place| &plan.changes[*place]);
    let LimitCheck { refusals, allowed } = match review {
        Review::Reviewed(reviewed) if !reviewed.same && !reviewed.covered => {
            both_guards(&plan, policy, reviewed, changes, past)
        }
        Review::None { .. } | Review::Reviewed(_) => guards(&plan, policy, changes, past),
    };
    let marks = match review {
        Review::None { .. } => Marks::of(policy),
        Review::Reviewed(reviewed) => reviewed.marks(policy),
    };
    Judgement { plan, marks, flowing, held, refusals, allowed, settles, vanished }
}

/// The guards of policies that are not covered and of the settled ones: a push without review can make guards stricter,
/// but not looser.
fn both_guards<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    reviewed: &Reviewed<'_>,
    changes: impl Iterator<Item = &'c Change> + Clone,
    past: &Past<'_>,
) -> LimitCheck {
    let Some(PolicyPlan { plan: settled_plan, policy: settled }) = reviewed.settled else {
        return guards(plan, &without_overrides(policy, |_| false), changes, past);
    };
    let common = without_overrides(policy, |rule| settled.overrides.contains(rule));
    let mut verdict = guards(plan, &common, changes.clone(), past);
    let before = ApplicationPolicy { overrides: common.overrides, ..settled.clone() };
    let more = guards(settled_plan, &before, changes, past);
    let new =
        more.refusals.into_iter().filter(|refusal| !verdict.refusals.contains(refusal)).collect::<Vec<_>>();
    verdict.refusals.extend(new);
    let new =
        more.allowed.into_iter().filter(|allowance| !verdict.allowed.contains(allowance)).collect::<Vec<_>>();
    verdict.allowed.extend(new);
    verdict
}

/// The same policies with only those overrides that count.
fn without_overrides(policy: &ApplicationPolicy, counts: impl Fn(&Override) -> bool) -> ApplicationPolicy {
    let overrides = policy.overrides.iter().filter(|rule| counts(rule)).cloned().collect();
    ApplicationPolicy { overrides, ..policy.clone() }
}
