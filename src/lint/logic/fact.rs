//! What is said of one user, and formulas of it.

use crate::model::Date;
use crate::policy::{Comparison, GroupReference, RightSelector, Subject};

/// One thing said of a user, or of the user's account. What is turned round is said of a user or account who is there.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Fact<'a> {
    /// An attribute satisfies a comparison, or is turned round: does not.
    Attribute(&'a Subject, &'a Comparison, bool),
    /// In a group, or turned round.
    Group(GroupReference, bool),
    /// The account is in a group of the application, or turned round.
    AccountGroup(&'a str, bool),
    /// So many grants are selected, once that many constraints that drop grants have passed: grants only become fewer.
    Grants(RightSelector, Count, u32),
    /// The grants selected have no other scope value than this, from then on.
    OnlyScope(RightSelector, String, u32),
    /// That day is not over, or turned round: it is.
    Until(Date, bool),
}

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Count {
    /// At least so many.
    AtLeast(u32),
    /// At most so many.
    AtMost(u32),
}

/// What is said of a user, with `all` and `any`.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Formula<'a> {
    /// All of it.
    All(Vec<Formula<'a>>),
    /// One of it at least.
    Any(Vec<Formula<'a>>),
    /// This.
    Is(Fact<'a>),
    /// Nobody, for this reason.
    Nobody(String),
}

impl Formula<'_> {
    /// What holds of everybody.
    pub(in crate::lint) const EVERYBODY: Self = Self::All(Vec::new());
}
