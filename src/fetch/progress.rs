#![expect(clippy::disallowed_methods, reason = "verb room: a pause ends at a moment")]
//! How many records a read has taken so far, and whom it waits for: noted where it happens, looked at by whoever shows it.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What one read has come to.
#[derive(Debug, Default)]
pub struct Progress {
    records: AtomicU64,
    done: AtomicBool,
    /// Who asked for a pause, and when it ends.
    pause: Mutex<Option<(&'static str, Instant)>>,
}

thread_local! {
    // A read stays on its thread from beginning to end.
    static CURRENT: RefCell<Option<Arc<Progress>>> = const { RefCell::new(None) };
}

impl Progress {
    /// Records so far.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    /// Whether it ended.
    pub fn done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }

    /// Who asked to be left alone for a while, and how long from now; none: nobody.
    pub fn pause(&self) -> Option<(&'static str, Duration)> {
        let (who, until) = (*self.pause.lock().unwrap_or_else(PoisonError::into_inner))?;
        until.checked_duration_since(Instant::now()).map(|left| (who, left))
    }

    /// Reads to the end; what is read meanwhile on this thread counts here.
    pub fn of<T>(self: &Arc<Self>, read: impl FnOnce() -> T) -> T {
        let came = self.part(read);
        self.done.store(true, Ordering::Relaxed);
        came
    }

    /// Reads a part, after which others may come.
    pub fn part<T>(self: &Arc<Self>, read: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(Arc::clone(self)));
        let came = read();
        CURRENT.set(before);
        came
    }
}

/// One record more was taken.
pub(super) fn count() {
    CURRENT.with_borrow(|current| {
        if let Some(progress) = current {
            progress.records.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// The read waits for so long because somebody asked for it.
pub(super) fn pause(who: &'static str, wait: Duration) {
    CURRENT.with_borrow(|current| {
        if let (Some(progress), Some(until)) = (current, Instant::now().checked_add(wait)) {
            *progress.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some((who, until));
        }
    });
}
