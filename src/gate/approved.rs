//! A plan that may be applied. No other room can make one.

use super::allowances::{Allowed, Used};
use super::holders::holders;
use super::limits::{Past, Refusal, Verdict, charged, counted, limits};
use super::source::source;
use crate::plan::{Change, Hold, Plan};
use crate::policy::set::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// A plan that passed every guard, and which of its changes flow. Writers take nothing else.
#[derive(Debug)]
pub struct Approved {
    plan: Plan,
    flowing: Vec<usize>,
    held: Vec<usize>,
    allowed: Vec<Allowed>,
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
/// # Errors
/// When a guard refuses.
pub fn approve(
    plan: Plan,
    policy: &ApplicationPolicy,
    released: impl Fn(&Change) -> bool,
    past: &Past<'_>,
) -> Result<Approved, Box<Refused>> {
    let waits = |change: &&Change| change.hold == Some(Hold::Privileged) && !released(change);
    let waiting: BTreeSet<&str> =
        plan.changes.iter().filter(waits).map(|change| change.subject.key()).collect();
    let order = plan.write_order();
    let (held, flowing): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|place| waiting.contains(plan.changes[*place].subject.key()));
    let changes = flowing.iter().map(|place| &plan.changes[*place]);
    let Verdict { refusals, allowed } = guards(&plan, policy, changes, past);
    if refusals.is_empty() {
        Ok(Approved { plan, flowing, held, allowed })
    } else {
        Err(Box::new(Refused { plan, refusals }))
    }
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
