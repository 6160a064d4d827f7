//! Conditions, rules and constraints as formulas about one user, and proofs that no user satisfies them.

pub(super) mod conflict;
pub(super) mod example;
pub(super) mod fact;
pub(super) mod formula;
pub(super) mod rights;
pub(super) mod solve;
pub(super) mod values;
pub(super) mod ways;
pub(super) mod words;
