//! Facts about one user, and formulas of them.

use crate::model::Date;
use crate::policy::{Comparison, GroupReference, RightSelector, Subject};

/// One fact about a user or the user's account; a negated one still implies that the user or account exists.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Fact<'a> {
    /// An attribute satisfies a comparison, or does not if `true`.
    Attribute(&'a Subject, &'a Comparison, bool),
    /// In a group, or not if `true`.
    Group(GroupReference, bool),
    /// The account is in a group of the application, or not if `true`.
    AccountGroup(&'a str, bool),
    /// How many grants are selected after that many constraints that drop grants: grants only become fewer.
    Grants(RightSelector, Count, u32),
    /// The selected grants have no other scope value than this, from that stage on.
    OnlyScope(RightSelector, String, u32),
    /// The day is not over, or over if `true`.
    Until(Date, bool),
}

/// A number limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Count {
    /// At least this many.
    AtLeast(u32),
    /// At most this many.
    AtMost(u32),
}

/// A formula about a user.
#[derive(Clone, Debug)]
pub(in crate::lint) enum Formula<'a> {
    /// All of these are true.
    All(Vec<Formula<'a>>),
    /// At least one of these is true.
    Any(Vec<Formula<'a>>),
    /// This fact is true.
    Is(Fact<'a>),
    /// True of no user, for this reason.
    Nobody(String),
}

impl Formula<'_> {
    /// True of every user.
    pub(in crate::lint) const EVERYBODY: Self = Self::All(Vec::new());
}
