//! When a process that stays begins the next run of an application: by the schedule, for a new commit, or again after a
//! failure. All times are seconds since 1970-01-01 UTC.

use crate::model::Commit;
use crate::policy::Schedule;
use serde::{Deserialize, Serialize};

/// The wait after the first failure.
const FIRST_WAIT: i64 = 60;
/// The longest wait after a failure.
const LONGEST_WAIT: i64 = 60 * 60;
/// A clock that is put back by less than this is waited for, so that no moment has two runs. Put back further, it was
/// wrong before, and what it shows now counts.
const CLOCK_SLACK: i64 = 5 * 60;

/// Why a run is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueCause {
    /// The process has not run it yet.
    Start,
    /// The branch has another tip than the last run applied.
    Merge,
    /// A moment of the schedule has come.
    Schedule,
    /// The last run failed, and the wait is over.
    Retry,
}

impl DueCause {
    /// The word in the ledger and in logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Merge => "push",
            Self::Schedule => "schedule",
            Self::Retry => "retry",
        }
    }
}

/// Whether a run is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is.
    Now(DueCause),
    /// Not before this moment; none: not before a merge.
    At(Option<i64>),
}

/// How a run ended, as far as that decides about the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It did what it could.
    Fine,
    /// It failed, and may succeed if it is run again.
    Failed,
    /// A guard refused it: the next one is refused too, until policies or data change.
    Refused,
}

/// When an application was run: by this process, or by those that share the work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunTimes {
    last: Option<Last>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Last {
    /// Every moment of the schedule up to this one has had its run.
    served: i64,
    /// What it applied.
    commit: String,
    failures: Option<Failures>,
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Failures {
    count: u32,
    /// When the last of them ended.
    ended: i64,
    /// Whether it is tried again without a moment of the schedule.
    tried_again: bool,
}

impl RunTimes {
    /// Whether a run is due at an instant, on a branch with this tip. Moments that passed while another run was under way, or
    /// while the machine slept, are due together: one run serves them all.
    pub fn due(&self, schedule: Option<&Schedule>, tip: &Commit, now: i64) -> Due {
        let Some(last) = &self.last else { return Due::Now(DueCause::Start) };
        if last.commit != tip.0 {
            return Due::Now(DueCause::Merge);
        }
        let moment = schedule.and_then(|schedule| schedule.next(last.served));
        let (at, cause) = match last.failures {
            None => (moment, DueCause::Schedule),
            Some(failures) => {
                let over = failures.ended.saturating_add(retry_after(failures.count));
                match failures.tried_again {
                    true => (Some(over), DueCause::Retry),
                    false => (moment.map(|moment| moment.max(over)), DueCause::Schedule),
                }
            }
        };
        match at {
            Some(at) if at <= now => Due::Now(cause),
            at => Due::At(at),
        }
    }

    /// Looks at the clock, before each use. If it was put back, moments that it shows again are due again.
    pub fn look_at_clock(&mut self, now: i64) {
        let Some(last) = &mut self.last else { return };
        let was_ahead = |at: i64| at > now.saturating_add(CLOCK_SLACK);
        if was_ahead(last.served) {
            last.served = now;
        }
        if let Some(failures) = last.failures.as_mut().filter(|failures| was_ahead(failures.ended)) {
            failures.ended = now;
        }
    }

    /// A run ended that began at `began` and applied `commit`.
    pub fn ended(&mut self, began: i64, now: i64, commit: Commit, ending: Ending) {
        let before = self.last.as_ref().filter(|last| last.commit == commit.0);
        let count = before.and_then(|last| last.failures).map_or(0, |failures| failures.count);
        let failures =
            |tried_again| Some(Failures { count: count.saturating_add(1), ended: now, tried_again });
        let failures = match ending {
            Ending::Fine => None,
            Ending::Failed => failures(true),
            Ending::Refused => failures(false),
        };
        self.last = Some(Last { served: began, commit: commit.0, failures });
    }
}

/// The wait after so many failures in a row, in seconds: each twice as long, at most an hour.
pub fn retry_after(failures: u32) -> i64 {
    (FIRST_WAIT << failures.saturating_sub(1).min(10)).min(LONGEST_WAIT)
}

/// How many times as long as usual the longest wait for a remote is that cannot be reached.
const LONGEST_LOOK: u64 = 10;

/// The time until the branch is looked at again, in milliseconds: about `poll` seconds, and twice as long after each of
/// `failures` looks in a row that found no remote, at most ten times as long. `random` moves it by up to a tenth, so that
/// many processes do not look at the same time.
pub fn look_after(poll: u64, failures: u32, random: u64) -> u64 {
    let times = (1 << failures.min(10)).min(LONGEST_LOOK);
    poll.saturating_mul(times).saturating_mul(10 * (90 + random % 21))
}
