//! A plan that may be applied. No other room can make one.

use super::allowances::{Allowed, Used};
use super::classify::{Classes, Reviewed, classify, unreviewed};
use super::holders::holders;
use super::item::ItemKey;
use super::limits::{Past, Refusal, Verdict, charged, counted, limits};
use super::listed::Listed;
use super::source::source;
use super::split::split;
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;
use std::collections::BTreeMap;

/// A plan that passed every guard, and which of its changes flow. Writers take nothing else.
#[derive(Debug)]
pub struct Approved {
    plan: Plan,
    flowing: Vec<usize>,
    held: Vec<usize>,
    allowed: Vec<Allowed>,
    settles: bool,
    vanished: usize,
}

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

/// A plan that a guard refused: nothing of it is written.
#[derive(Debug)]
pub struct Refused {
    /// The plan.
    pub plan: Plan,
    /// Why.
    pub refusals: Vec<Refusal>,
}

impl Approved {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The changes to write, in the order of writing.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.flowing.iter().map(|place| &self.plan.changes[*place])
    }

    /// The places in the plan of the changes to write, in the order of writing.
    pub fn places(&self) -> &[usize] {
        &self.flowing
    }

    /// The plan alone, with which nothing can be written any more.
    pub fn into_plan(self) -> Plan {
        self.plan
    }

    /// The places in the plan of the changes that wait for a person.
    pub fn held_places(&self) -> &[usize] {
        &self.held
    }

    /// The changes that wait for a person.
    pub fn held(&self) -> impl Iterator<Item = &Change> {
        self.held.iter().map(|place| &self.plan.changes[*place])
    }

    /// Whether the policies are settled by this run: the next needs no evidence for them.
    pub fn settles(&self) -> bool {
        self.settles
    }

    /// How much people were shown that is wanted no longer: done already, or the directory changed.
    pub fn vanished(&self) -> usize {
        self.vanished
    }

    /// The overrides without which a limit would have refused.
    pub fn allowed(&self) -> &[Allowed] {
        &self.allowed
    }

    /// What is charged for changes of the plan: to the window, by operation, and to overrides.
    pub fn charge<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> (BTreeMap<String, u64>, Used) {
        charged(&counted(changes), &self.allowed)
    }
}

/// Classifies the changes of a plan and asks every guard.
///
/// With `review: none`, being on the protected branch is the approval, so that all flows but one thing: taking an
/// account under management that holds a privileged right waits until a person released it (whoever can set a mail
/// address could else take over an administrator). The rights that would follow such an adoption wait with it.
///
/// With a forge, what the settled policies want too flows, and what pull requests showed; while commits are not covered by
/// records, the guards of the settled policies must pass as well, and only overrides of both count.
///
/// # Errors
/// When a guard refuses.
pub fn approve(
    plan: Plan,
    policy: &ApplicationPolicy,
    review: &Review<'_>,
    past: &Past<'_>,
) -> Result<Approved, Box<Refused>> {
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
        _ => guards(&plan, policy, changes, past),
    };
    if refusals.is_empty() {
        Ok(Approved { plan, flowing, held, allowed, settles, vanished })
    } else {
        Err(Box::new(Refused { plan, refusals }))
    }
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
    let Some((settled_plan, settled)) = reviewed.settled else {
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
fn without_overrides(
    policy: &ApplicationPolicy,
    counts: impl Fn(&crate::policy::Override) -> bool,
) -> ApplicationPolicy {
    let overrides = policy.overrides.iter().filter(|it| counts(it)).cloned().collect();
    ApplicationPolicy { overrides, ..policy.clone() }
}

/// Asks every guard about a set of changes: limits, the last holders of privileged rights, and the sources read.
pub fn guards<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    changes: impl Iterator<Item = &'c Change> + Clone,
    past: &Past<'_>,
) -> Verdict {
    let mut verdict = limits(plan, policy, changes.clone(), past);
    verdict.refusals.extend(holders(plan, policy, changes));
    verdict.refusals.extend(source(plan, policy, past.seen));
    verdict
}
