//! What every writer can do: one step of an approved plan.

use super::Permit;
use crate::execution::{Work, WriteError, Written};
use std::pin::Pin;
use std::time::Duration;

/// The results of a step: one for each of its changes, in the same order.
pub type Results = Vec<Result<Written, WriteError>>;

/// A step that is under way.
pub type Writing<'w> = Pin<Box<dyn Future<Output = Results> + 'w>>;

/// Writes to one application.
pub trait Writer {
    /// The longest time that one call may take.
    fn call_timeout(&self) -> Duration;

    /// How many steps may be under way at once.
    fn concurrency(&self) -> usize;

    /// Writes one step: each change as a whole, or not at all. A step of several calls begins none after the permit was
    /// taken back.
    fn write<'w>(&'w self, work: &'w Work<'w>, permit: &'w Permit) -> Writing<'w>;

    /// What was met on the way and should be written into policies, each once, in words.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }
}
