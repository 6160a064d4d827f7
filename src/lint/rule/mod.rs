//! The rules, one a file. File, case folder and heading in the reference are named after the code.

mod contradictory_constraints;
mod excludes_everyone;
mod names_nobody;
mod outside_prefix;
mod shadowed_order;
mod two_homes;
mod unreachable_rule;

use super::context::Context;
use crate::model::Finding;

/// One rule.
pub(super) struct Rule {
    /// Its code.
    pub(super) code: &'static str,
    /// What it finds, for the reference.
    pub(super) says: &'static str,
    /// What to do about it.
    pub(super) remedy: &'static str,
    /// Finds it in one application's policies.
    pub(super) check: fn(&Context<'_>) -> Vec<Finding>,
}

/// Every rule.
pub(super) const RULES: &[Rule] = &[
    contradictory_constraints::RULE,
    excludes_everyone::RULE,
    names_nobody::RULE,
    outside_prefix::RULE,
    shadowed_order::RULE,
    two_homes::RULE,
    unreachable_rule::RULE,
];
