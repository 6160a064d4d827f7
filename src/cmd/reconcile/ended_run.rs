//! A run that ended, as metrics, page and log show it.

use crate::cmd::apply::Ended;
use crate::cmd::exit::Exit;
use crate::gate::DueCause;
use crate::plan::{Outcome, Plan};
use crate::render::process::{ChangeCount, EndedRun, PlanCounts};
use crate::render::report::ChangeResult;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a process tells of a run.
pub(super) struct RunFacts<'r> {
    pub(super) ended: &'r Ended,
    pub(super) cause: DueCause,
    pub(super) commit: String,
    /// When it ended, in seconds since 1970-01-01 UTC.
    pub(super) at: i64,
    pub(super) took: Duration,
}

impl RunFacts<'_> {
    /// As it is shown.
    pub(super) fn shown(self) -> EndedRun {
        let (progress, exit) = (&self.ended.progress, self.ended.exit());
        let mut changes: BTreeMap<ChangeCount, u64> = BTreeMap::new();
        for (operation, result) in progress.changes() {
            let Some(outcome) = outcome(result) else { continue };
            *changes.entry(ChangeCount { operation: operation.word(), outcome }).or_default() += 1;
        }
        let held = progress.changes().filter(|(_, result)| **result == ChangeResult::Waits).count();
        let counts = progress
            .plan
            .as_ref()
            .map(|plan| PlanCounts { held: held as u64, quarantined: quarantined(plan) });
        EndedRun {
            run: progress.record.as_ref().map(|record| record.run.clone()),
            commit: self.commit,
            cause: self.cause.word(),
            outcome: word(exit),
            exit: exit.number(),
            error: self.ended.result.as_ref().err().map(|stop| stop.code.word()),
            at: self.at,
            milliseconds: u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            changes,
            counts,
        }
    }
}

fn quarantined(plan: &Plan) -> u64 {
    plan.reports.iter().filter(|report| report.outcome == Outcome::Quarantined).count() as u64
}

/// None: it is counted as held.
fn outcome(result: &ChangeResult) -> Option<&'static str> {
    match result {
        ChangeResult::Made => Some("made"),
        ChangeResult::Failed(_) => Some("failed"),
        ChangeResult::Planned | ChangeResult::NotWritten => Some("not_begun"),
        ChangeResult::Waits => None,
    }
}

/// One of [`crate::render::process::RUN_OUTCOMES`].
fn word(exit: Exit) -> &'static str {
    match exit {
        Exit::Done | Exit::Changes => "done",
        Exit::Waits => "waits",
        Exit::Refused => "refused",
        Exit::Partial => "partial",
        Exit::Leased => "leased",
        Exit::Incomplete => "incomplete",
        Exit::Error => "error",
    }
}
