//! The turns of this process: its own where the ledger is in git, and those that it shares with others where it is in a database.

use super::beating::Beating;
use crate::cmd::clock::{Stopwatch, unix_seconds};
use crate::cmd::exit::Stop;
use crate::cmd::out;
use crate::gate::{
    Due, DueCause, Ending, Offer, RunTimes, SharedTurn, SilentRun, Turn, TurnQuestion, TurnWatch,
};
use crate::ledger::LedgerDatabase;
use crate::model::Commit;
use crate::policy::Schedule;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// The time after which another process's turn is looked at again, in seconds.
const LOOK_AGAIN: i64 = 60;

/// Who runs what.
pub(super) enum Turns {
    /// This process runs everything.
    Own(BTreeMap<String, RunTimes>),
    /// Several processes share the work.
    Shared(Box<SharedTurns>),
}

/// Turns in a database.
pub(super) struct SharedTurns {
    database: Arc<LedgerDatabase>,
    watch: TurnWatch,
    read: BTreeMap<String, SharedTurn>,
    /// How far the database's clock is ahead of this machine's.
    ahead: i64,
    clock: Stopwatch,
    /// Turns that ended and could not be given back yet, with their versions.
    unsaved: Vec<(String, i64, Turn)>,
}

/// An application in an environment, and what its next run depends on.
#[derive(Clone, Copy)]
pub(super) struct ScheduledInstance<'a> {
    /// Environment and application.
    pub(super) instance: &'a str,
    pub(super) schedule: Option<&'a Schedule>,
    pub(super) tip: &'a Commit,
}

/// A turn that this process has.
pub(super) struct Taken {
    pub(super) cause: DueCause,
    /// The run of a dead process that had it.
    pub(super) silent: Option<SilentRun>,
    beating: Option<Beating>,
}

impl Taken {
    /// Of a process that shares nothing.
    pub(super) fn own(cause: DueCause) -> Self {
        Self { cause, silent: None, beating: None }
    }
}

/// How a run ended.
pub(super) struct RunEnd {
    pub(super) began: i64,
    pub(super) now: i64,
    pub(super) commit: Commit,
    pub(super) ending: Ending,
}

impl Turns {
    /// This process alone.
    pub(super) fn own() -> Self {
        Self::Own(BTreeMap::new())
    }

    /// Shared with whoever uses the same database.
    pub(super) fn shared(database: Arc<LedgerDatabase>) -> Self {
        let name = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        Self::Shared(Box::new(SharedTurns {
            database,
            watch: TurnWatch::new(name),
            read: BTreeMap::new(),
            ahead: 0,
            clock: Stopwatch::start(),
            unsaved: Vec::new(),
        }))
    }

    /// Reads them, before the branch is looked at: then another commit in a turn is an older one.
    pub(super) fn read(&mut self) -> Result<(), Stop> {
        match self {
            Self::Own(_) => Ok(()),
            Self::Shared(shared) => shared.read(),
        }
    }

    /// The time, in seconds since 1970: of the database where turns are shared, so that all agree.
    pub(super) fn now(&self) -> i64 {
        match self {
            Self::Own(_) => unix_seconds(),
            Self::Shared(shared) => unix_seconds() + shared.ahead,
        }
    }

    /// Takes an application's turn, if a run is due and nobody else has it.
    pub(super) fn take(&mut self, scheduled: ScheduledInstance<'_>) -> Option<Taken> {
        let now = self.now();
        match self {
            Self::Own(times) => {
                let times = times.entry(scheduled.instance.to_owned()).or_default();
                times.look_at_clock(now);
                match times.due(scheduled.schedule, scheduled.tip, now) {
                    Due::Now(cause) => Some(Taken::own(cause)),
                    Due::At(_) => None,
                }
            }
            Self::Shared(shared) => shared.take(scheduled, now),
        }
    }

    /// A run ended: the turn is given back. Gives what the next one is due by.
    pub(super) fn ended(&mut self, scheduled: ScheduledInstance<'_>, taken: Taken, end: RunEnd) -> Due {
        let RunEnd { began, now, commit, ending } = end;
        match self {
            Self::Own(times) => {
                let times = times.entry(scheduled.instance.to_owned()).or_default();
                times.ended(began, now, commit, ending);
                times.due(scheduled.schedule, scheduled.tip, now)
            }
            Self::Shared(shared) => {
                let Some((version, turn)) = taken.beating.and_then(Beating::end) else {
                    out::talk(&format!("{}: another process took the turn over", scheduled.instance));
                    return Due::At(Some(now + LOOK_AGAIN));
                };
                let turn = turn.ended(began, now, commit, ending);
                let due = turn.times.due(scheduled.schedule, scheduled.tip, now);
                shared.unsaved.push((scheduled.instance.to_owned(), version, turn));
                shared.save();
                due
            }
        }
    }

    /// When the next run is due; none: after a merge. `None` outside: the application has had no turn yet.
    pub(super) fn next(&mut self, scheduled: ScheduledInstance<'_>) -> Option<Due> {
        let now = self.now();
        match self {
            Self::Own(times) => {
                Some(times.get(scheduled.instance)?.due(scheduled.schedule, scheduled.tip, now))
            }
            Self::Shared(shared) => Some(match shared.offer(scheduled, now) {
                Offer::Later(at) => Due::At(at),
                Offer::Held => Due::At(Some(now + LOOK_AGAIN)),
                Offer::Take(taking) => Due::Now(taking.cause),
            }),
        }
    }

    /// Forgets applications that are gone.
    pub(super) fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        match self {
            Self::Own(times) => times.retain(|instance, _| is_there(instance)),
            Self::Shared(shared) => shared.watch.keep(is_there),
        }
    }
}

impl SharedTurns {
    fn read(&mut self) -> Result<(), Stop> {
        self.save();
        let read = self.database.turns()?;
        self.ahead = read.now - unix_seconds();
        self.read = read.turns;
        Ok(())
    }

    fn offer(&mut self, scheduled: ScheduledInstance<'_>, now: i64) -> Offer {
        let elapsed = self.clock.elapsed();
        let ScheduledInstance { instance, schedule, tip } = scheduled;
        let shared = self.read.get(instance).cloned().unwrap_or_default();
        self.watch.offer(&shared, TurnQuestion { instance, schedule, tip, now, elapsed })
    }

    fn take(&mut self, scheduled: ScheduledInstance<'_>, now: i64) -> Option<Taken> {
        let Offer::Take(taking) = self.offer(scheduled, now) else { return None };
        let instance = scheduled.instance;
        let shared = self.read.entry(instance.to_owned()).or_default();
        let was_held = shared.turn.holder.is_some();
        let swapped = self.database.swap_turn(instance, shared.version, &taking.turn);
        // Whether it is ours or another's: nobody takes it again until it was read again.
        shared.turn = taking.turn.clone();
        match swapped {
            Ok(Some(version)) => {
                if was_held {
                    out::talk(&format!(
                        "{instance}: the process that ran it is silent; its turn is taken over"
                    ));
                }
                let beating = Beating::begin(Arc::clone(&self.database), instance, version, taking.turn);
                Some(Taken { cause: taking.cause, silent: taking.silent, beating: Some(beating) })
            }
            Ok(None) => None,
            Err(error) => {
                out::talk(&format!("{instance}: {error}; it is looked at again"));
                None
            }
        }
    }

    /// Gives back what ended. What cannot be given back now is tried again at the next look.
    fn save(&mut self) {
        let unsaved = std::mem::take(&mut self.unsaved);
        for (instance, version, turn) in unsaved {
            match self.database.swap_turn(&instance, version, &turn) {
                Ok(Some(version)) => {
                    self.read.insert(instance, SharedTurn { version, turn, open: None });
                }
                // Another process took it over.
                Ok(None) => {}
                Err(error) => {
                    out::talk(&format!("{instance}: {error}; that it was run is told again"));
                    self.unsaved.push((instance, version, turn));
                }
            }
        }
    }
}
