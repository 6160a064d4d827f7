//! A plan that may be applied. No other room can make one.

use super::allowances::{Allowed, Used};
use super::judgement::{Judgement, Review, judge};
use super::limits::{Past, Refusal, charged, counted};
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

    /// Whether something is left for a person: changes that wait, or policies that nobody was shown.
    pub fn waits(&self) -> bool {
        !self.settles || !self.held.is_empty()
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

impl Judgement {
    /// The plan as one that may be written.
    ///
    /// # Errors
    /// When a guard refuses.
    pub fn approve(self) -> Result<Approved, Box<Refused>> {
        let Self { plan, flowing, held, refusals, allowed, settles, vanished } = self;
        if refusals.is_empty() {
            Ok(Approved { plan, flowing, held, allowed, settles, vanished })
        } else {
            Err(Box::new(Refused { plan, refusals }))
        }
    }
}

/// Judges a plan, and gives it as one that may be written.
///
/// # Errors
/// When a guard refuses.
pub fn approve(
    plan: Plan,
    policy: &ApplicationPolicy,
    review: &Review<'_>,
    past: &Past<'_>,
) -> Result<Approved, Box<Refused>> {
    judge(plan, policy, review, past).approve()
}
