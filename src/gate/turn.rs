//! Whose turn it is to run an application, where several processes share the work. A turn is a value that all of them read, and
//! that is replaced by compare-and-swap; what a process saw of the others is in its [`TurnWatch`].

use super::due::{Due, DueCause, Ending, RunTimes};
use super::lease::{DEAD_AFTER, Watch, Watched};
use super::state::Open;
use crate::model::Commit;
use crate::policy::Schedule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// When an application was run, by whichever process, and which one runs it now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Turn {
    /// When it was run, on the clock that all processes share.
    pub times: RunTimes,
    /// The process that runs it.
    pub holder: Option<Holder>,
}

/// A process that runs an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its name, different for each process.
    pub process: String,
    /// A counter that increases while it lives.
    pub beat: u64,
}

/// A turn as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedTurn {
    /// What it must still be to be replaced; 0: there is none yet.
    pub version: i64,
    /// The turn.
    pub turn: Turn,
    /// The run that the ledger says is writing, if somebody has the turn.
    pub open: Option<Open>,
}

/// What is asked about a turn.
#[derive(Clone, Copy, Debug)]
pub struct TurnQuestion<'q> {
    /// Environment and application.
    pub instance: &'q str,
    /// When it is run by itself.
    pub schedule: Option<&'q Schedule>,
    /// The branch's tip. It was read after the turn: another commit in the turn is an older one.
    pub tip: &'q Commit,
    /// The time on the clock that all processes share, in seconds since 1970-01-01 UTC.
    pub now: i64,
    /// The time on this process's own clock, which nobody sets.
    pub elapsed: Duration,
}

/// What a process does with a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Nothing, before this moment; none: before a merge.
    Later(Option<i64>),
    /// Nothing: another process runs it.
    Held,
    /// Takes it, if it is still as it was read.
    Take(Taking),
}

/// A turn to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// Why a run is due.
    pub cause: DueCause,
    /// The turn with this process as its holder.
    pub turn: Turn,
    /// The run of the dead process that had it.
    pub silent: Option<SilentRun>,
}

/// A run that showed no sign of life for so long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilentRun {
    /// The run.
    pub open: Open,
    /// How long.
    pub time: Duration,
}

/// What shows that whoever has a turn lives.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signs {
    holder: Holder,
    open: Option<Open>,
}

/// What one process saw of the others.
#[derive(Clone, Debug)]
pub struct TurnWatch {
    process: String,
    seen: BTreeMap<String, Watch<Signs>>,
}

impl TurnWatch {
    /// Of a process with this name, which saw nothing yet.
    pub fn new(process: String) -> Self {
        Self { process, seen: BTreeMap::new() }
    }

    /// What to do with a turn that was just read. A process that is silent for [`DEAD_AFTER`] is dead, and so is the run that it
    /// began: both were watched for as long.
    pub fn offer(&mut self, shared: &SharedTurn, question: TurnQuestion<'_>) -> Offer {
        let TurnQuestion { instance, schedule, tip, now, elapsed } = question;
        let silent = match &shared.turn.holder {
            None => {
                self.seen.remove(instance);
                None
            }
            Some(holder) => {
                let signs = Signs { holder: holder.clone(), open: shared.open.clone() };
                let new = || Watch::new(signs.clone(), elapsed);
                let watch = self.seen.entry(instance.to_owned()).or_insert_with(new);
                if watch.look(signs.clone(), elapsed) == Watched::Wait {
                    return Offer::Held;
                }
                signs.open.map(|open| SilentRun { open, time: DEAD_AFTER })
            }
        };
        let mut turn = shared.turn.clone();
        turn.times.look_at_clock(now);
        match turn.times.due(schedule, tip, now) {
            Due::At(at) if turn.holder.is_none() => Offer::Later(at),
            // It is not known what a dead process did: somebody looks.
            due @ (Due::At(_) | Due::Now(_)) => {
                let cause = if let Due::Now(cause) = due { cause } else { DueCause::Retry };
                turn.holder = Some(Holder { process: self.process.clone(), beat: 0 });
                Offer::Take(Taking { cause, turn, silent })
            }
        }
    }

    /// Forgets applications that are gone.
    pub fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.seen.retain(|instance, _| is_there(instance));
    }
}

impl Turn {
    /// The same after another sign of life.
    #[must_use]
    pub fn renewed(mut self) -> Self {
        if let Some(holder) = &mut self.holder {
            holder.beat += 1;
        }
        self
    }

    /// The same after the run that began at `began` ended.
    #[must_use]
    pub fn ended(mut self, began: i64, now: i64, commit: Commit, ending: Ending) -> Self {
        self.times.ended(began, now, commit, ending);
        self.holder = None;
        self
    }
}
