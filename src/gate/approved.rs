//! A plan that may be applied. Only this room can create one.

use super::allowances::{Allowed, Used};
use super::classify::with_dependents;
use super::judgement::{Judgement, Review, judge};
use super::limits::{Past, Refusal, charged, counted};
use super::marks::Marks;
use crate::plan::{Change, Plan, Subject};
use crate::policy::ApplicationPolicy;
use std::collections::BTreeMap;

/// A plan that passed every guard, and which of its changes may be made. Writers accept nothing else.
#[derive(Debug)]
pub struct Approved {
    plan: Plan,
    marks: Marks,
    flowing: Vec<usize>,
    held: Vec<usize>,
    left: Vec<usize>,
    allowed: Vec<Allowed>,
    settles: bool,
    vanished: usize,
}

/// A plan that a guard refused: none of its changes are made.
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

    /// What made changes sensitive.
    pub(super) fn marks(&self) -> &Marks {
        &self.marks
    }

    /// The changes to write, in the order of writing.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.flowing.iter().map(|place| &self.plan.changes[*place])
    }

    /// The indices in the plan of the changes to write, in the order of writing.
    pub fn places(&self) -> &[usize] {
        &self.flowing
    }

    /// Only the plan, from which nothing can be written any more.
    pub fn into_plan(self) -> Plan {
        self.plan
    }

    /// The indices in the plan of the changes that wait for a person.
    pub fn held_places(&self) -> &[usize] {
        &self.held
    }

    /// The changes that wait for a person.
    pub fn held(&self) -> impl Iterator<Item = &Change> {
        self.held.iter().map(|place| &self.plan.changes[*place])
    }

    /// The changes that may be made and that this run leaves to a later one ([`Approved::only`]).
    pub fn left(&self) -> impl Iterator<Item = &Change> {
        self.left.iter().map(|place| &self.plan.changes[*place])
    }

    /// Whether this run settles the policies, so that the next run needs no evidence for them. One that leaves changes to
    /// a later run settles nothing, for that one needs the evidence.
    pub fn settles(&self) -> bool {
        self.settles && self.left.is_empty()
    }

    /// Whether something waits for a person: changes, or policies that no pull request showed.
    pub fn waits(&self) -> bool {
        !self.settles || !self.held.is_empty()
    }

    /// The same judgement of the whole plan, of which only some subjects' changes are made now. A change of theirs that
    /// needs another's first, such as one that frees a user name, is left too.
    #[must_use]
    pub fn only(mut self, policy: &ApplicationPolicy, meant: impl Fn(&Subject) -> bool) -> Self {
        let others = self.flowing.iter().filter(|place| !meant(&self.plan.changes[**place].subject));
        let left = with_dependents(&self.plan, policy, others.copied().collect());
        (self.left, self.flowing) = self.flowing.iter().partition(|place| left.contains(place));
        self
    }

    /// How many of the shown changes are no longer wanted: already made, or the directory changed.
    pub fn vanished(&self) -> usize {
        self.vanished
    }

    /// The overrides without which a limit would have refused the plan.
    pub fn allowed(&self) -> &[Allowed] {
        &self.allowed
    }

    /// The cost of some changes of the plan: for the window, by operation, and for overrides.
    pub fn charge<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> (BTreeMap<String, u64>, Used) {
        charged(&counted(changes), &self.allowed)
    }
}

impl Judgement {
    /// Turns the judged plan into an approved one.
    ///
    /// # Errors
    /// A guard refuses it.
    pub fn approve(self) -> Result<Approved, Box<Refused>> {
        let Self { plan, marks, flowing, held, refusals, allowed, settles, vanished } = self;
        if refusals.is_empty() {
            Ok(Approved { plan, marks, flowing, held, left: Vec::new(), allowed, settles, vanished })
        } else {
            Err(Box::new(Refused { plan, refusals }))
        }
    }
}

/// Judges a plan, and turns it into an approved one.
///
/// # Errors
/// A guard refuses it.
pub fn approve(
    plan: Plan,
    policy: &ApplicationPolicy,
    review: &Review<'_>,
    past: &Past<'_>,
) -> Result<Approved, Box<Refused>> {
    judge(plan, policy, review, past).approve()
}
