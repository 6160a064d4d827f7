//! The form of a statement.

use super::sandbox::Sandbox;
use super::verdict::Verdict;

/// What an application should do.
pub(super) struct Statement {
    /// The statement.
    pub(super) says: &'static str,
    /// What to do where it is not true.
    pub(super) advice: &'static str,
    /// Tries it with accounts of its own. The error: it could not be tried.
    pub(super) check: fn(&mut Sandbox<'_>) -> Result<Verdict, String>,
}
