//! What was read of some users: enough to show their lines of a plan, never to act.

use super::Complete;

/// Some users of a directory, with the groups that they are in, and every group that policies may name. A type of its
/// own, so that nobody who isn't in it can be taken for gone: plans that are applied are made from [`Complete`] alone.
#[derive(Debug)]
pub struct Excerpt<T>(Complete<T>);

impl<T> Excerpt<T> {
    /// What was read, for the plan's room, which shows nothing of whoever is not in it.
    pub(crate) fn for_showing(&self) -> &Complete<T> {
        &self.0
    }
}

/// Everybody is some, too.
impl<T> From<Complete<T>> for Excerpt<T> {
    fn from(all: Complete<T>) -> Self {
        Self(all)
    }
}
