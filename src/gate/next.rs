//! How a run moves on: its record from beginning to end, and the state that it leaves (the gate, 6). Times come in.

use super::approved::Approved;
use super::item::ItemKey;
use super::known::Known;
use super::run::{RunRecord, RunResult, by_operation};
use super::state::{Seen, Settled, State};
use crate::model::{Commit, Date};
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;

/// What begins a run.
#[derive(Clone, Debug)]
pub struct Beginning<'b> {
    /// `manual`, `push`, `schedule`, or `release of r-11`.
    pub cause: String,
    /// Who started it, as the forge numbers people; none: nobody knows.
    pub by: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// The commit whose policies it applies.
    pub commit: &'b Commit,
    /// The policy digest.
    pub policy: String,
    /// The binary.
    pub tool: &'static str,
    /// The day it plans for.
    pub as_of: Date,
}

impl RunRecord {
    /// The record of a run that follows a state.
    pub fn begin(state: &State, beginning: Beginning<'_>) -> Self {
        Self {
            version: 1,
            run: state.next_run(),
            cause: beginning.cause,
            by: beginning.by,
            at: beginning.at,
            commit: beginning.commit.to_string(),
            settled_before: state.settled.as_ref().map(|settled| settled.policy.clone()),
            policy: beginning.policy,
            tool: beginning.tool.to_owned(),
            as_of: beginning.as_of.to_string(),
            ..Self::default()
        }
    }

    /// Says what the run sets out to do, what waits, and what is charged for it.
    pub fn sets_out(&mut self, approved: &Approved, policy: &ApplicationPolicy, key: &ItemKey) {
        let instance = approved.plan().instance();
        self.counts = by_operation(approved.changes());
        self.items = key.of_changes(&instance, policy, approved.changes());
        self.held = key.of_changes(&instance, policy, approved.held());
        (self.charged, self.overrides) = approved.charge(approved.changes());
    }

    /// Says that a guard refused the plan.
    pub fn refused(&mut self, plan: &Plan) {
        self.counts = by_operation(plan.changes.iter());
        self.result = RunResult::Refused;
    }

    /// Says that a change window was closed: nothing was written, nothing is charged.
    pub fn window_closed(&mut self) {
        self.charged.clear();
        self.overrides.clear();
        self.result = RunResult::Closed;
    }

    /// Whether the run says nothing but what the last one said, so that it need not be recorded: it wrote nothing, and
    /// it leaves the settled policies and the memory of records as they were.
    pub fn repeats(&self, last: Option<&Self>, before: &State, after: &State) -> bool {
        let same = last.is_some_and(|last| {
            (&last.result, &last.held, &last.counts) == (&self.result, &self.held, &self.counts)
                || (self.result == RunResult::Done
                    && matches!(last.result, RunResult::Done | RunResult::Partial))
        });
        let settled = |state: &State| state.settled.as_ref().map(|settled| settled.policy.clone());
        let remembered = after.memory.is_none() || after.memory == before.memory;
        same && remembered && settled(before) == settled(after) && before.open.is_none()
    }
}

impl State {
    /// The state as read, where a dead run was taken over: its charge is corrected by what is still to be done.
    #[must_use]
    pub fn inherited(
        self,
        dead: Option<&RunRecord>,
        plan: &Plan,
        policy: &ApplicationPolicy,
        key: &ItemKey,
    ) -> Self {
        match dead {
            None => self,
            Some(dead) => {
                let wanted = key.of_changes(&plan.instance(), policy, plan.changes.iter());
                self.taken_over(dead, &wanted)
            }
        }
    }

    /// The state that a run leaves which no guard refused; where it writes, not yet opened.
    #[must_use]
    pub fn planned(self, record: &RunRecord, approved: &Approved, known: &Known, kid: &str) -> Self {
        let seen = &approved.plan().seen;
        let seen = Seen { users: seen.users, groups: seen.groups, accounts: seen.accounts };
        let held_since = self.held_since.or_else(|| Some(record.run.clone()));
        let mut state = Self {
            kid: kid.to_owned(),
            as_of: Some(record.as_of.clone()),
            seen,
            shown: known.released().to_vec(),
            held_since: held_since.filter(|_| approved.waits()),
            ..self
        };
        if !approved.settles() {
            return state;
        }
        // What was shown is settled with the policies; what takes accounts over is asked for anew each time, so that a
        // run which dies before it is done would hold it.
        match approved.changes().any(|change| change.hold().is_some()) {
            true => state.shown.push(record.run.clone()),
            false => state.shown.clear(),
        }
        let commit = record.commit.clone();
        state.settle(Settled { commit, policy: record.policy.clone(), at: record.at.clone() })
    }

    /// The state after a run that wrote nothing.
    #[must_use]
    pub fn noted(self) -> Self {
        Self { seq: self.seq + 1, open: None, ..self }
    }

    /// Closes the run that was opened: `made` says of each flowing change, in the order of writing, whether it was made. The
    /// record says how it ended, and only what was made is charged.
    #[must_use]
    pub fn written(self, record: &mut RunRecord, approved: &Approved, made: &[bool]) -> Self {
        let done: Vec<&Change> =
            approved.changes().zip(made).filter(|(_, made)| **made).map(|(change, _)| change).collect();
        let not_made = (approved.places().len() - done.len()) as u64;
        record.result = if not_made == 0 { RunResult::Done } else { RunResult::Partial };
        record.outcome = by_operation(done.iter().copied());
        record.outcome.insert("failed".to_owned(), not_made);
        let announced = std::mem::take(&mut record.overrides);
        (record.charged, record.overrides) = approved.charge(done.into_iter());
        let mut state = self.closed(&record.run, &record.charged).recharged(&announced, &record.overrides);
        // Nothing is left that a person was asked about.
        if not_made == 0 && !approved.waits() {
            state.shown.clear();
        }
        state
    }
}
