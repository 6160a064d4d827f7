//! The steps of a run: its record from beginning to end, and the state after it (the gate, 6). Times are parameters.

use super::approved::Approved;
use super::item::ItemKey;
use super::known::Known;
use super::marks::Marks;
use super::run::{RunRecord, RunResult, by_operation};
use super::setback::Ended;
use super::state::{Seen, Settled, State};
use crate::model::{Commit, Date, Operation};
use crate::plan::{Change, Outcome, Plan};
use crate::policy::Review;
use std::collections::BTreeMap;

/// The data at the beginning of a run.
#[derive(Clone, Debug)]
pub struct Beginning<'b> {
    /// `manual`, `push`, `schedule`, or `release of r-11`.
    pub cause: String,
    /// The forge's number of the person who started it; none: unknown.
    pub by: Option<String>,
    /// The time, RFC 3339.
    pub at: String,
    /// The commit whose policies it applies.
    pub commit: &'b Commit,
    /// The policy digest.
    pub policy: String,
    /// The version of the binary.
    pub tool: &'static str,
    /// The day that it plans for.
    pub as_of: Date,
}

impl RunRecord {
    /// The record of a run that begins with a state.
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

    /// Adds what the run is going to write, what waits, and the cost.
    pub fn sets_out(&mut self, approved: &Approved, key: &ItemKey) {
        let instance = approved.plan().instance();
        self.counts = by_operation(approved.changes());
        self.waiting = approved.held().count() as u64;
        self.left = approved.left().count() as u64;
        self.quarantined = approved.plan().reported(Outcome::Quarantined) as u64;
        self.items = key.of_changes(&instance, approved.marks(), approved.changes());
        self.held = key.of_changes(&instance, approved.marks(), approved.held());
        (self.charged, self.overrides) = approved.charge(approved.changes());
    }

    /// Notes that a guard refused the plan.
    pub fn refused(&mut self, plan: &Plan) {
        self.counts = by_operation(plan.changes.iter());
        self.result = RunResult::Refused;
    }

    /// Notes that a change window was closed: nothing was written, and nothing is charged.
    pub fn window_closed(&mut self) {
        self.charged.clear();
        self.overrides.clear();
        self.result = RunResult::Closed;
    }

    /// Whether the run's record would repeat the last one, so that it need not be stored: it wrote nothing, and the
    /// settled policies and the memory of records stay as they were.
    pub fn repeats(&self, last: Option<&Self>, before: &State, after: &State) -> bool {
        let same = last.is_some_and(|last| {
            (&last.result, &last.held, &last.counts) == (&self.result, &self.held, &self.counts)
                || (self.result == RunResult::Done
                    && matches!(last.result, RunResult::Done | RunResult::Partial))
        });
        let settled = |state: &State| {
            state.settled.as_ref().map(|settled| (settled.policy.clone(), settled.as_of.clone()))
        };
        let remembered = after.memory.is_none() || after.memory == before.memory;
        let days = before.later == after.later;
        let told = before.carried == after.carried;
        same && remembered && days && told && settled(before) == settled(after) && before.open.is_none()
    }
}

impl State {
    /// The state as read, without failures of changes that are not wanted any more. After a takeover of a dead run, its
    /// charge is corrected by the changes that are still to be made.
    #[must_use]
    pub fn inherited(mut self, dead: Option<&RunRecord>, plan: &Plan, marks: &Marks, key: &ItemKey) -> Self {
        self.still_wanted(plan, marks, key);
        match dead {
            None => self,
            Some(dead) => {
                let wanted = key.of_changes(&plan.instance(), marks, plan.changes.iter());
                self.seen.accounts = self.seen.accounts.saturating_sub(deleted(&dead.counts));
                self.taken_over(dead, &wanted)
            }
        }
    }

    /// The state after a run that no guard refused; if the run writes, before it is opened.
    #[must_use]
    pub fn planned(self, record: &RunRecord, approved: &Approved, known: &Known, kid: &str) -> Self {
        let seen = &approved.plan().seen;
        let seen = Seen { users: seen.users, groups: seen.groups, accounts: seen.accounts };
        let carried = self.carries(known.pulls());
        let held_since = self.held_since.or_else(|| Some(record.run.clone()));
        let mut state = Self {
            carried,
            kid: kid.to_owned(),
            review: known.review(),
            as_of: Some(record.as_of.clone()),
            seen,
            shown: known.released().to_vec(),
            held_since: held_since.filter(|_| approved.waits()),
            ..self
        };
        if approved.places().is_empty() && is_all(approved) {
            state.carried.clear();
        }
        if !approved.settles() {
            return state;
        }
        // What was shown is settled together with the policies. Adoptions need new evidence each time, so if this run
        // dies before it ends, settling would hold them.
        match approved.changes().any(|change| change.hold().is_some()) {
            true => state.shown.push(record.run.clone()),
            false => state.shown.clear(),
        }
        state.later = known.later(approved.plan().as_of);
        // Where nothing ended, an earlier day says the same, and a run that only repeats the last one need not be stored.
        let seen =
            state.settled.as_ref().filter(|_| !known.needs_settled()).map(|settled| settled.as_of.clone());
        let as_of = seen.unwrap_or_else(|| record.as_of.clone());
        let commit = record.commit.clone();
        state.settle(Settled { commit, policy: record.policy.clone(), at: record.at.clone(), as_of })
    }

    /// The state after a run that wrote nothing, and how it reviewed changes.
    #[must_use]
    pub fn noted(self, review: Review) -> Self {
        Self { seq: self.seq + 1, open: None, review, ..self }
    }

    /// Closes the run that was opened: `ended` says of each allowed change, in the order of writing, how it ended. The
    /// record gets the result, what was made or may have been made is charged, and those that failed wait.
    #[must_use]
    pub fn written(
        mut self,
        record: &mut RunRecord,
        approved: &Approved,
        ended: &[Ended],
        key: &ItemKey,
    ) -> Self {
        self.set_back(approved, ended, key, &record.at);
        let made = |ended: &Ended| matches!(ended, Ended::Made { .. });
        let done: Vec<&Change> = approved
            .changes()
            .zip(ended)
            .filter(|(_, ended)| made(ended))
            .map(|(change, _)| change)
            .collect();
        let may_be_made = |ended: &Ended| made(ended) || *ended == Ended::Unknown;
        let charged = approved.changes().zip(ended).filter(|(_, ended)| may_be_made(ended));
        let not_made = (approved.places().len() - done.len()) as u64;
        record.result = if not_made == 0 { RunResult::Done } else { RunResult::Partial };
        record.outcome = by_operation(done.iter().copied());
        record.outcome.insert("failed".to_owned(), not_made);
        let announced = std::mem::take(&mut record.overrides);
        (record.charged, record.overrides) = approved.charge(charged.map(|(change, _)| change));
        let mut state = self.closed(&record.run, &record.charged).recharged(&announced, &record.overrides);
        // What was deleted is not missed in the next read.
        state.seen.accounts = state.seen.accounts.saturating_sub(deleted(&record.outcome));
        // Nothing remains that a person was asked about.
        if not_made == 0 && is_all(approved) {
            state.shown.clear();
            state.carried.clear();
        }
        state
    }
}

/// Whether nothing remains once the allowed changes are made.
fn is_all(approved: &Approved) -> bool {
    !approved.waits() && approved.left().next().is_none()
}

/// How many accounts a run deleted, or was going to.
fn deleted(counts: &BTreeMap<String, u64>) -> u32 {
    counts.get(Operation::Delete.word()).map_or(0, |count| u32::try_from(*count).unwrap_or(u32::MAX))
}
