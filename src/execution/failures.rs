//! When so many changes fail that the run stops.

use super::outcome::{Halt, WriteError};

/// Fewer failures never stop a run.
const FEW: u64 = 10;

/// Counts the changes that ended.
#[derive(Debug, Default)]
pub(super) struct Failures {
    failed: u64,
    ended: u64,
}

impl Failures {
    /// Counts a change, and says whether the run stops: at the first sign that the application is gone, or once ten
    /// changes failed and these are more than half of all that ended. What changed meanwhile, or was not kept, is no
    /// failure of the application as a whole.
    pub(super) fn count(&mut self, error: Option<&WriteError>) -> Option<Halt> {
        if error == Some(&WriteError::NotBegun) {
            return None;
        }
        self.ended += 1;
        match error {
            Some(WriteError::Unreachable(_)) => return Some(Halt::Unreachable),
            Some(WriteError::Failed(_) | WriteError::Unknown(_)) => self.failed += 1,
            Some(WriteError::Stale { .. } | WriteError::NotKept(_) | WriteError::NotBegun) | None => {}
        }
        let Self { failed, ended } = *self;
        (failed >= FEW && failed * 2 > ended).then_some(Halt::Failures { failed, of: ended })
    }
}
