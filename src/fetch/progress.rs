//! How many records a read has taken so far: counted where they are decoded, looked at by whoever shows it.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What one read has come to.
#[derive(Debug, Default)]
pub struct Progress {
    records: AtomicU64,
    done: AtomicBool,
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

    /// Reads; what is read meanwhile on this thread counts here.
    pub fn of<T>(self: &Arc<Self>, read: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(Arc::clone(self)));
        let came = read();
        CURRENT.set(before);
        self.done.store(true, Ordering::Relaxed);
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
