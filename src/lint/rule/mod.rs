//! The rules, one a file. File, case folder and heading in the reference are named after the code.

mod contradictory_constraints;
mod definition;
mod excludes_everyone;
mod names_nobody;
mod outside_prefix;
mod shadowed_order;
mod two_homes;
mod unfinished;
mod unreachable_rule;

use definition::Rule;

/// Every rule.
pub(super) const RULES: &[Rule] = &[
    contradictory_constraints::RULE,
    excludes_everyone::RULE,
    names_nobody::RULE,
    outside_prefix::RULE,
    shadowed_order::RULE,
    two_homes::RULE,
    unreachable_rule::RULE,
    unfinished::RULE,
];
