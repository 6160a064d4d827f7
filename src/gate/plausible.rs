//! What a ledger says that cannot be: its state and its run records contradict each other, or the clock.

use super::run::RunRecord;
use super::state::State;
use crate::model::Date;

/// More runs, and more changes of a kind, than any instance makes; sums of numbers above it would wrap.
const MOST: u64 = 1 << 40;

/// How many days a ledger may be ahead of a run: clocks of two machines around midnight.
const AHEAD: i32 = 1;

/// A ledger whose last run is for a later day than the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last run was for {last}, and today is {today}")]
pub struct Ahead {
    /// The day of the last run.
    pub last: Date,
    /// The day by the clock.
    pub today: Date,
}

impl State {
    /// Why the state cannot be that of an instance with these runs; none: it can.
    pub fn contradiction(&self, runs: &[RunRecord]) -> Option<String> {
        let number = |run: &str| run.strip_prefix("r-").and_then(|number| number.parse::<u64>().ok());
        let newest = runs.iter().filter_map(|record| number(&record.run)).max().unwrap_or_default();
        if self.seq >= MOST || self.seq < newest {
            return Some(format!("it counts {} runs, and has a record of r-{newest}", self.seq));
        }
        if let Some(count) = counts(self, runs).find(|count| *count >= MOST) {
            return Some(format!("it counts {count} changes of one kind"));
        }
        if let Some(open) = &self.open
            && number(&open.run).is_none_or(|open| open > self.seq)
        {
            return Some(format!("`{}` is open, and it counts {} runs", open.run, self.seq));
        }
        match &self.as_of {
            Some(day) if Date::parse(day).is_err() => {
                Some(format!("its last run was for `{day}`, which is not a day"))
            }
            _ => None,
        }
    }

    /// The day of a run: the clock's. A ledger that is a day ahead is followed, because clocks differ around midnight.
    ///
    /// # Errors
    /// It is further ahead. Either clock or ledger is wrong, and dates in policies would act too early or too late.
    pub fn day(&self, today: Date) -> Result<Date, Ahead> {
        match self.last_day() {
            Some(last) if today.days_until(last) > AHEAD => Err(Ahead { last, today }),
            Some(last) => Ok(last.max(today)),
            None => Ok(today),
        }
    }
}

/// The numbers of changes that a state and its runs tell, each by operation or kind.
fn counts<'s>(state: &'s State, runs: &'s [RunRecord]) -> impl Iterator<Item = u64> {
    let window = state.window.iter().flat_map(|charge| charge.counts.values());
    let recorded = runs.iter().flat_map(|run| run.counts.values().chain(run.charged.values()));
    let used = runs.iter().map(|run| &run.overrides).chain([&state.allowances]);
    let used = used.flat_map(|used| used.values().flat_map(|kinds| kinds.values()));
    window.chain(recorded).chain(used).copied()
}
