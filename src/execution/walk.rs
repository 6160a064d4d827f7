//! The way through the steps: which one begins next, and what its end means for the others.

use super::failures::Failures;
use super::outcome::{ChangeOutcome, Halt, WriteError, Written};
use super::rings::temporary_name;
use super::steps::{Kind, Step, steps};
use crate::gate::Approved;
use crate::model::{Operation, Right, Value};
use crate::plan::{Change, Phase};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// A step that begins.
#[derive(Debug)]
pub struct Task<'p> {
    /// Names the step to [`Walk::finish`].
    pub step: usize,
    /// What is to be written.
    pub work: Work<'p>,
}

/// What one step writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work<'p> {
    /// Gives an account a temporary user name, so that another can take its name.
    Park {
        /// The account's id.
        account: String,
        /// The change that gives it its final name.
        change: &'p Change,
        /// The temporary name.
        name: Value,
    },
    /// Makes one change of one account.
    One {
        /// The account's id; none: the change creates it.
        account: Option<String>,
        /// The change.
        change: &'p Change,
        /// The temporary user name that the account has now, in place of the one in the plan.
        parked: Option<Value>,
    },
    /// Gives one right to accounts, or takes it from them.
    Members {
        /// The right.
        right: &'p Right,
        /// Whether it is given.
        gives: bool,
        /// The ids of the accounts, each once.
        accounts: Vec<String>,
    },
}

/// The state of an approved plan while it is carried out. Changes are named by their position in the order of writing.
#[derive(Debug)]
pub struct Walk<'p> {
    changes: Vec<&'p Change>,
    steps: Vec<Step>,
    /// For each step, how many steps of its phase must end before it.
    pending: Vec<usize>,
    /// For each step, the steps that wait for it.
    waiting: Vec<Vec<usize>>,
    /// How many steps of each phase did not end yet.
    left: [usize; Phase::COUNT],
    ready: BTreeSet<(Phase, usize)>,
    /// The changes of each step that was begun.
    begun: BTreeMap<usize, Vec<usize>>,
    failed_steps: BTreeSet<usize>,
    /// Subjects whose account was not created, adopted or archived: their further changes are skipped.
    failed_subjects: BTreeSet<&'p str>,
    /// Accounts created in this run, by subject.
    accounts: BTreeMap<&'p str, String>,
    /// Temporary user names, by position.
    parked: BTreeMap<usize, Value>,
    failures: Failures,
    halted: Option<Halt>,
    /// Changes that have an outcome.
    ended: Vec<bool>,
    outcomes: Vec<(usize, ChangeOutcome)>,
}

impl<'p> Walk<'p> {
    /// Nothing has begun yet.
    pub fn new(approved: &'p Approved, policy: &ApplicationPolicy) -> Self {
        let changes: Vec<&Change> = approved.changes().collect();
        let steps = steps(approved, policy);
        let (mut pending, mut waiting) = (vec![0; steps.len()], vec![Vec::new(); steps.len()]);
        let mut left = [0; Phase::COUNT];
        for (at, step) in steps.iter().enumerate() {
            left[step.phase as usize] += 1;
            let before: BTreeSet<usize> = step.after.iter().chain(&step.needs).copied().collect();
            for other in before.into_iter().filter(|other| steps[*other].phase == step.phase) {
                pending[at] += 1;
                waiting[other].push(at);
            }
        }
        let free = steps.iter().enumerate().filter(|(at, _)| pending[*at] == 0);
        let ready = free.map(|(at, step)| (step.phase, at)).collect();
        Self {
            ended: vec![false; changes.len()],
            changes,
            steps,
            pending,
            waiting,
            left,
            ready,
            begun: BTreeMap::new(),
            failed_steps: BTreeSet::new(),
            failed_subjects: BTreeSet::new(),
            accounts: BTreeMap::new(),
            parked: BTreeMap::new(),
            failures: Failures::default(),
            halted: None,
            outcomes: Vec::new(),
        }
    }

    /// The next step, if one may begin now. Changes that are skipped get their outcome on the way.
    pub fn begin(&mut self) -> Option<Task<'p>> {
        while self.halted.is_none() {
            let (phase, step) = *self.ready.first()?;
            let earlier = &self.left[..phase as usize];
            if earlier.iter().any(|left| *left > 0) {
                return None;
            }
            self.ready.remove(&(phase, step));
            match self.work(step) {
                Some(work) => return Some(Task { step, work }),
                None => self.end(step),
            }
        }
        None
    }

    /// A step ended. `results` are those of its changes, or of its accounts, in the same order.
    pub fn finish(&mut self, step: usize, results: Vec<Result<Written, WriteError>>) {
        let positions = self.begun.remove(&step).unwrap_or_default();
        if let (Kind::Park(position), Some(Err(error))) = (&self.steps[step].kind, results.first()) {
            let (position, error) = (*position, error.clone());
            self.failed_steps.insert(step);
            self.outcome(position, ChangeOutcome::Failed(error));
        }
        for (position, result) in positions.into_iter().zip(results) {
            let halt = self.failures.count(result.as_ref().err());
            match result {
                // It gets its outcome at the end, with the reason for which the run stopped.
                Err(WriteError::NotBegun) => drop(self.failed_steps.insert(step)),
                Ok(written) => self.made(position, written),
                Err(error) => self.failed(step, position, error),
            }
            if let Some(halt) = halt {
                self.stop(halt);
            }
        }
        self.end(step);
    }

    /// Nothing begins any more. The first reason stays.
    pub fn stop(&mut self, halt: Halt) {
        self.halted.get_or_insert(halt);
    }

    /// Why nothing begins any more.
    pub fn halted(&self) -> Option<&Halt> {
        self.halted.as_ref()
    }

    /// The outcomes since the last call, by position.
    pub fn outcomes(&mut self) -> Vec<(usize, ChangeOutcome)> {
        std::mem::take(&mut self.outcomes)
    }

    /// Steps that began are not waited for: it is unknown what became of them.
    pub fn abandon(&mut self) {
        for (_, positions) in std::mem::take(&mut self.begun) {
            for position in positions {
                let cut_off = WriteError::Unknown("the run ended before the answer came".to_owned());
                self.outcome(position, ChangeOutcome::Failed(cut_off));
            }
        }
    }

    /// The end: every change that has no outcome did not begin.
    pub fn close(&mut self) {
        let Some(halt) = self.halted.clone() else { return };
        for position in 0..self.changes.len() {
            self.outcome(position, ChangeOutcome::Stopped(halt.clone()));
        }
    }

    /// The change at a position.
    pub fn change(&self, position: usize) -> &'p Change {
        self.changes[position]
    }

    /// What a step writes now; none if all of it is skipped.
    fn work(&mut self, step: usize) -> Option<Work<'p>> {
        let broken = self.steps[step].needs.iter().any(|needed| self.failed_steps.contains(needed));
        let positions = match &self.steps[step].kind {
            Kind::Park(position) => return self.park(step, *position),
            Kind::One(position) => vec![*position],
            Kind::Members(positions) => positions.clone(),
        };
        let (positions, skipped): (Vec<usize>, Vec<usize>) = positions.into_iter().partition(|position| {
            !broken
                && !self.ended[*position]
                && !self.failed_subjects.contains(self.changes[*position].subject.key())
        });
        for position in skipped {
            self.failed_steps.insert(step);
            self.lacks_account(position);
            self.outcome(position, ChangeOutcome::Skipped);
        }
        let first = *positions.first()?;
        let change = self.changes[first];
        let work = match (&self.steps[step].kind, change.right()) {
            (Kind::Members(_), Some(right)) => {
                return self.members(step, positions, right, change.operation() == Operation::Grant);
            }
            (Kind::Members(_) | Kind::One(_) | Kind::Park(_), _) => {
                Work::One { account: self.account(first), change, parked: self.parked.get(&first).cloned() }
            }
        };
        self.begun.insert(step, positions);
        Some(work)
    }

    /// A step for the accounts that exist; the others fail.
    fn members(
        &mut self,
        step: usize,
        positions: Vec<usize>,
        right: &'p Right,
        gives: bool,
    ) -> Option<Work<'p>> {
        let (mut known, mut accounts) = (Vec::new(), Vec::new());
        for position in positions {
            match self.account(position) {
                Some(account) => {
                    known.push(position);
                    accounts.push(account);
                }
                None => {
                    let missing = WriteError::Failed("the account is not there yet".to_owned());
                    self.outcome(position, ChangeOutcome::Failed(missing));
                }
            }
        }
        self.begun.insert(step, known);
        (!accounts.is_empty()).then_some(Work::Members { right, gives, accounts })
    }

    fn park(&mut self, step: usize, position: usize) -> Option<Work<'p>> {
        let change = self.changes[position];
        let account = self.account(position)?;
        let name = temporary_name(change, &account)?;
        self.parked.insert(position, name.clone());
        self.begun.insert(step, Vec::new());
        Some(Work::Park { account, change, name })
    }

    fn account(&self, position: usize) -> Option<String> {
        let subject = &self.changes[position].subject;
        subject.account.clone().or_else(|| self.accounts.get(subject.key()).cloned())
    }

    fn made(&mut self, position: usize, written: Written) {
        let Written { account, not_kept } = written;
        if let Some(account) = &account {
            self.accounts.insert(self.changes[position].subject.key(), account.clone());
        }
        // Rights of a new account are told with its id too.
        let account = account.or_else(|| self.account(position));
        self.outcome(position, ChangeOutcome::Made { not_kept, account });
    }

    fn failed(&mut self, step: usize, position: usize, error: WriteError) {
        self.failed_steps.insert(step);
        self.lacks_account(position);
        self.outcome(position, ChangeOutcome::Failed(error));
    }

    /// A change was not made: without the account that it makes, takes or replaces, its subject's further changes are
    /// skipped.
    fn lacks_account(&mut self, position: usize) {
        let change = self.changes[position];
        if matches!(change.operation(), Operation::Create | Operation::Adopt | Operation::Archive) {
            self.failed_subjects.insert(change.subject.key());
        }
    }

    /// The first outcome of a change stays.
    fn outcome(&mut self, position: usize, outcome: ChangeOutcome) {
        if !std::mem::replace(&mut self.ended[position], true) {
            self.outcomes.push((position, outcome));
        }
    }

    /// The step is over: those that waited for it may begin.
    fn end(&mut self, step: usize) {
        self.left[self.steps[step].phase as usize] -= 1;
        for other in std::mem::take(&mut self.waiting[step]) {
            self.pending[other] -= 1;
            if self.pending[other] == 0 {
                self.ready.insert((self.steps[other].phase, other));
            }
        }
    }
}
