//! Shows that this process lives while it runs an application, so that no other takes its turn.

use crate::cmd::out;
use crate::gate::{RENEW_EVERY, Turn};
use crate::ledger::LedgerDatabase;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};

/// A turn that is renewed on a thread of its own: a run may read for longer than a lease lasts.
pub(super) struct Beating {
    ends: Sender<()>,
    thread: JoinHandle<Option<(i64, Turn)>>,
}

impl Beating {
    /// Begins to renew a turn with this version.
    pub(super) fn begin(database: Arc<LedgerDatabase>, instance: &str, version: i64, turn: Turn) -> Self {
        let (ends, ended) = mpsc::channel();
        let (instance, mut version, mut turn) = (instance.to_owned(), version, turn);
        let thread = thread::spawn(move || {
            while ended.recv_timeout(RENEW_EVERY) == Err(RecvTimeoutError::Timeout) {
                let renewed = turn.clone().renewed();
                match database.swap_turn(&instance, version, &renewed) {
                    Ok(Some(next)) => (version, turn) = (next, renewed),
                    Ok(None) => return None,
                    Err(error) => out::talk(&format!("{instance}: its turn could not be renewed: {error}")),
                }
            }
            Some((version, turn))
        });
        Self { ends, thread }
    }

    /// Ends it, and gives the turn with its version; none: another process has it.
    pub(super) fn end(self) -> Option<(i64, Turn)> {
        drop(self.ends);
        self.thread.join().ok().flatten()
    }
}
