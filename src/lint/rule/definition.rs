//! What every rule has.

use crate::lint::context::Context;
use crate::model::Finding;

/// One rule.
pub(in crate::lint) struct Rule {
    /// Its code.
    pub(in crate::lint) code: &'static str,
    /// What it finds, for the reference.
    pub(in crate::lint) says: &'static str,
    /// What to do about it.
    pub(in crate::lint) remedy: &'static str,
    /// Finds it in one application's policies.
    pub(in crate::lint) check: fn(&Context<'_>) -> Vec<Finding>,
}
