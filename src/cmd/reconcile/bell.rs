//! Wakes a process that waits: somebody says that the branch may have changed.

use crate::cmd::clock::sleep;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// After a look nobody begins the next one earlier than this, so that any number of webhooks costs one fetch in that time.
const QUIET: Duration = Duration::from_secs(5);

/// A bell that anybody may ring.
#[derive(Default)]
pub(super) struct Bell {
    rung: Mutex<bool>,
    wakes: Condvar,
}

impl Bell {
    /// Rings. While nobody waits, the next wait ends early.
    pub(super) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wakes.notify_all();
    }

    /// Waits this long, or until it is rung; whether it was.
    pub(super) fn wait(&self, pause: Duration) -> bool {
        let quiet = pause.min(QUIET);
        sleep(quiet);
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.wakes.wait_timeout_while(rung, pause - quiet, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *rung)
    }
}
