//! What the calls of one read took together.

use crate::model::{OverBudget, ReadBudget};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::time::Instant;

/// A budget, and what was taken of it.
#[derive(Debug)]
pub(super) struct Spending {
    budget: ReadBudget,
    began: Instant,
    bytes: AtomicU64,
    records: AtomicU64,
}

impl Spending {
    /// Nothing is taken yet; the time begins.
    pub(super) fn new(budget: ReadBudget) -> Self {
        Self { budget, began: Instant::now(), bytes: AtomicU64::new(0), records: AtomicU64::new(0) }
    }

    /// When the time is over.
    pub(super) fn end(&self) -> Instant {
        self.began + self.budget.time
    }

    /// Whether there is time left.
    pub(super) fn check(&self) -> Result<(), OverBudget> {
        self.budget.allows_time(self.began.elapsed())
    }

    /// Takes bytes.
    pub(super) fn bytes(&self, count: usize) -> Result<(), OverBudget> {
        self.budget.allows_bytes(self.bytes.fetch_add(count as u64, Ordering::Relaxed) + count as u64)
    }

    /// Takes records.
    pub(super) fn records(&self, count: u64) -> Result<(), OverBudget> {
        self.budget.allows_records(self.records.fetch_add(count, Ordering::Relaxed) + count)
    }
}
