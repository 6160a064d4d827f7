//! Whether a run of an application is due, by what the ledger knows: for a CI system that asks before it starts jobs. All times are
//! seconds since 1970-01-01 UTC.

use super::due::DueCause;
use super::run::{RunRecord, RunResult};
use super::state::State;
use crate::model::unix_of_rfc3339;
use crate::policy::Schedule;

/// What the ledger of an application knows, and its policies now.
#[derive(Clone, Copy, Debug)]
pub struct LedgerLook<'l> {
    /// The state.
    pub state: &'l State,
    /// The last run that is recorded; none: there was none.
    pub last: Option<&'l RunRecord>,
    /// The policy digest at the branch's tip.
    pub policy: &'l str,
    /// When runs begin.
    pub schedule: Option<&'l Schedule>,
    /// Moments of the schedule before this one are not looked for; none: since the last recorded run.
    pub since: Option<i64>,
}

impl LedgerLook<'_> {
    /// Why a run is due; none: it is not.
    ///
    /// A run that finds nothing to do is not recorded. So without `since` a moment of the schedule stays due until a run is
    /// recorded: rather a run too many than none.
    pub fn due(&self, now: i64) -> Option<DueCause> {
        let Some(last) = self.last else { return Some(DueCause::Start) };
        let settled = self.state.settled.as_ref().map(|settled| settled.policy.as_str());
        if settled != Some(self.policy) && last.policy != self.policy {
            return Some(DueCause::Merge);
        }
        if failed(&last.result) || self.state.open.is_some() {
            return Some(DueCause::Retry);
        }
        let began = unix_of_rfc3339(&last.at).unwrap_or(i64::MIN);
        let since = self.since.unwrap_or(began).max(began);
        let moment = self.schedule.and_then(|schedule| schedule.next(since));
        moment.filter(|moment| *moment <= now).map(|_| DueCause::Schedule)
    }
}

/// Whether the same run may succeed if it is run again.
fn failed(result: &RunResult) -> bool {
    match result {
        RunResult::Partial | RunResult::Incomplete | RunResult::Lost | RunResult::Open => true,
        RunResult::Done | RunResult::Refused | RunResult::Held | RunResult::Closed | RunResult::Other(_) => {
            false
        }
    }
}
