//! Waits for another run, and holds the lease while writing.

use super::clock::{Stopwatch, sleep};
use super::code::Code;
use super::exit::Stop;
use super::out;
use crate::gate::{DEAD_AFTER, Lease, Open, POLL_EVERY, RunRecord, SilentRun, State, Watch, Watched};
use crate::ledger::{Head, Ledger, Loaded, Pushed};
use std::time::Duration;

/// Loads the ledger when no other run is writing. A run that shows no sign of life is taken over: its record is
/// returned too. `silent` is one that was watched before.
pub(super) fn wait(
    ledger: &Ledger,
    watch: &Stopwatch,
    patience: Duration,
    silent: Option<&SilentRun>,
) -> Result<(Loaded, Option<RunRecord>), Stop> {
    let mut seen: Option<Watch<Open>> = None;
    loop {
        let loaded = ledger.load()?;
        let Some(open) = loaded.state.open.clone() else { return Ok((loaded, None)) };
        let now = watch.elapsed();
        let other = seen.get_or_insert_with(|| {
            let before =
                silent.filter(|silent| silent.open == open).map_or(Duration::ZERO, |silent| silent.time);
            if before >= DEAD_AFTER {
                return Watch::continued(open.clone(), now, before);
            }
            out::talk(&format!(
                "run {} is writing; waiting for it (`rolewright unlock` if it may be dead)",
                open.run
            ));
            Watch::new(open.clone(), now)
        });
        if other.look(open.clone(), now) == Watched::Dead {
            let dead = loaded.runs.iter().find(|record| record.run == open.run).cloned();
            return Ok((loaded, dead));
        }
        if now >= patience {
            return Err(Stop::new(
                Code::Leased,
                format!("run {} is still writing; run again later", open.run),
            ));
        }
        sleep(POLL_EVERY);
    }
}

/// The lease of a run that writes.
pub(super) struct Holder<'h> {
    ledger: &'h Ledger,
    head: Head,
    state: State,
    lease: Lease,
    watch: Stopwatch,
    lost: bool,
}

impl<'h> Holder<'h> {
    /// A lease that was just opened.
    pub(super) fn new(ledger: &'h Ledger, head: Head, state: State, lease: Lease, watch: Stopwatch) -> Self {
        Self { ledger, head, state, lease, watch, lost: false }
    }

    /// The stop rule; renews the lease when it is time. A lost lease stays lost.
    pub(super) fn may_write(&mut self, call_timeout: Duration) -> bool {
        if !self.lost && self.lease.renewal_due(self.watch.elapsed()) {
            self.renew();
        }
        !self.lost && self.lease.may_write(self.watch.elapsed(), call_timeout)
    }

    fn renew(&mut self) {
        let sent = self.watch.elapsed();
        let mut state = self.state.clone();
        if let Some(open) = &mut state.open {
            open.beat += 1;
        }
        match self.ledger.replace(&self.head, &state, None) {
            Ok(Pushed::Done(head)) => {
                self.lease.renewed(sent);
                (self.head, self.state) = (head, state);
            }
            Ok(Pushed::Refused) => self.lost = true,
            // The ledger cannot be reached: the stop rule ends the writing in time, unless a later renewal succeeds.
            Err(error) => out::talk(&format!("the lease could not be renewed: {error}")),
        }
    }

    /// The data that closing needs.
    pub(super) fn into_parts(self) -> (Head, State) {
        (self.head, self.state)
    }
}
