#![expect(clippy::disallowed_methods, reason = "verb room: a pause ends at a moment")]
//! How many records a read has taken so far, and whether it pauses: updated by the reader, displayed by the caller.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The progress of one read.
#[derive(Debug, Default)]
pub struct Progress {
    records: AtomicU64,
    done: AtomicBool,
    /// Who asked for a pause, and when it ends.
    pause: Mutex<Option<(&'static str, Instant)>>,
}

thread_local! {
    // A read stays on one thread.
    static CURRENT: RefCell<Option<Arc<Progress>>> = const { RefCell::new(None) };
}

impl Progress {
    /// Records so far.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    /// Whether the read has ended.
    pub fn done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }

    /// Who asked for a pause, and how much of it is left; `None` without a pause.
    pub fn pause(&self) -> Option<(&'static str, Duration)> {
        let (who, until) = (*self.pause.lock().unwrap_or_else(PoisonError::into_inner))?;
        until.checked_duration_since(Instant::now()).map(|left| (who, left))
    }

    /// Runs a read to its end, counting its records here.
    pub fn of<T>(self: &Arc<Self>, read: impl FnOnce() -> T) -> T {
        let result = self.part(read);
        self.done.store(true, Ordering::Relaxed);
        result
    }

    /// Runs a part of a read; others may follow.
    pub fn part<T>(self: &Arc<Self>, read: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(Arc::clone(self)));
        let result = read();
        CURRENT.set(before);
        result
    }
}

/// Counts one record.
pub(super) fn count() {
    CURRENT.with_borrow(|current| {
        if let Some(progress) = current {
            progress.records.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// Notes that the read pauses, and who asked for it.
pub(super) fn pause(who: &'static str, wait: Duration) {
    CURRENT.with_borrow(|current| {
        if let (Some(progress), Some(until)) = (current, Instant::now().checked_add(wait)) {
            *progress.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some((who, until));
        }
    });
}
