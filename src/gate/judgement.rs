//! The one judgement of a plan: which changes may be made, which wait, what a guard refuses. `check` tells it before a
//! merge, `apply` acts on it afterwards.

use super::allowances::Allowed;
use super::classify::{Classes, Reviewed, classify, unreviewed};
use super::guards::guards;
use super::item::ItemKey;
use super::limits::{Past, Refusal, Verdict};
use super::listed::Listed;
use super::policy_plan::PolicyPlan;
use super::split::split;
use crate::plan::{Change, Plan};
use crate::policy::{ApplicationPolicy, Override};

/// How policies came to be on the protected branch.
pub enum Review<'r> {
    /// By being there (`review: none`); what takes over privileged accounts must have been released.
    None {
        /// What items are made with.
        key: &'r ItemKey,
        /// What the released run listed.
        released: &'r Listed,
    },
    /// Through pull requests that showed their plan.
    Reviewed(Reviewed<'r>),
}

/// A plan, each of its changes judged. Only [`judge`] makes one.
#[derive(Debug)]
pub struct Judgement {
    pub(super) plan: Plan,
    /// Places in the plan, in the order of writing.
    pub(super) flowing: Vec<usize>,
    pub(super) held: Vec<usize>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) allowed: Vec<Allowed>,
    pub(super) settles: bool,
    pub(super) vanished: usize,
}

impl Judgement {
    /// The plan, its updates split where only a part of them waits.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The changes that wait for a person.
    pub fn held(&self) -> impl Iterator<Item = &Change> {
        self.held.iter().map(|place| &self.plan.changes[*place])
    }

    /// Why a guard refuses the changes that do not wait; none: they may be made.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Whether a run settles the policies: the next needs no evidence for them.
    pub fn settles(&self) -> bool {
        self.settles
    }
}

/// Classifies the changes of a plan and asks every guard about those that do not wait.
///
/// With `review: none`, being on the protected branch is the approval, so that all changes flow but one kind: taking an
/// account under management that holds a privileged right waits until a person released it (anyone who can set a mail
/// address could otherwise take over an administrator). Everything else that would be done to that account waits with it.
///
/// With a forge, what the settled policies want too flows, and what pull requests showed; while commits are not covered by
/// records, the guards of the settled policies must pass as well, and only overrides of both count.
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
    let Verdict { refusals, allowed } = match review {
        Review::Reviewed(reviewed) if !reviewed.same && !reviewed.covered => {
            both_guards(&plan, policy, reviewed, changes, past)
        }
        Review::None { .. } | Review::Reviewed(_) => guards(&plan, policy, changes, past),
    };
    Judgement { plan, flowing, held, refusals, allowed, settles, vanished }
}

/// The guards of policies that are not covered, and of those settled before: who pushes past the review can tighten, and
/// loosen nothing.
fn both_guards<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    reviewed: &Reviewed<'_>,
    changes: impl Iterator<Item = &'c Change> + Clone,
    past: &Past<'_>,
) -> Verdict {
    let Some(PolicyPlan { plan: settled_plan, policy: settled }) = reviewed.settled else {
        return guards(plan, &without_overrides(policy, |_| false), changes, past);
    };
    let common = without_overrides(policy, |it| settled.overrides.contains(it));
    let mut verdict = guards(plan, &common, changes.clone(), past);
    let before = ApplicationPolicy { overrides: common.overrides, ..settled.clone() };
    let more = guards(settled_plan, &before, changes, past);
    let new = more.refusals.into_iter().filter(|it| !verdict.refusals.contains(it)).collect::<Vec<_>>();
    verdict.refusals.extend(new);
    let new = more.allowed.into_iter().filter(|it| !verdict.allowed.contains(it)).collect::<Vec<_>>();
    verdict.allowed.extend(new);
    verdict
}

/// The same policies with only those overrides that count.
fn without_overrides(policy: &ApplicationPolicy, counts: impl Fn(&Override) -> bool) -> ApplicationPolicy {
    let overrides = policy.overrides.iter().filter(|it| counts(it)).cloned().collect();
    ApplicationPolicy { overrides, ..policy.clone() }
}
