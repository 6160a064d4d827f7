//! Proof that a read was complete.

use std::ops::Deref;

/// A complete snapshot. Only the builders of this room create one, and only if nothing was missing: removals are never
/// planned from anything less (threats E1 to E5, E11).
#[derive(Debug)]
pub struct Complete<T>(T);

impl<T> Complete<T> {
    pub(super) fn new(snapshot: T) -> Self {
        Self(snapshot)
    }

    pub(super) fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Complete<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A read that did not end properly, or whose records contradict each other. Exit code 7; nothing is planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the read of {source_name} is incomplete: {problem}")]
pub struct Incomplete {
    /// The directory or application with its kind: "directory `contoso`".
    pub source_name: String,
    /// What was missing or contradictory, and where.
    pub problem: String,
}

impl Incomplete {
    /// An incomplete read of `source_name` ("application `dstny`"), for the reason `problem`.
    pub fn new(source_name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { source_name: source_name.into(), problem: problem.into() }
    }
}
