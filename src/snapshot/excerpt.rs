//! Data about selected users: enough to show their lines of a plan, never to apply one.

use super::Complete;

/// Selected users of a directory, with their groups, and every group that policies may name. It has a type of its own
/// so that a user who is not in it never counts as gone: plans to apply are made from [`Complete`] only.
#[derive(Debug)]
pub struct Excerpt<T>(Complete<T>);

impl<T> Excerpt<T> {
    /// The data for planning, whose result must be filtered to the selected users.
    pub(crate) fn for_showing(&self) -> &Complete<T> {
        &self.0
    }
}

/// A complete snapshot can serve as an excerpt.
impl<T> From<Complete<T>> for Excerpt<T> {
    fn from(all: Complete<T>) -> Self {
        Self(all)
    }
}
