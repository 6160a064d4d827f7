//! Compiled linking rules, exclusions and constraints (the policy language, 6 to 8).

use super::{AccountTypeIndex, Condition, GrantTemplate, GroupReference, NameIndex, Origin, RightSelector};
use crate::model::{Date, words};
use serde::Serialize;

/// Gives rights to members of a directory group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkingRule {
    /// Its id, also in [`Origin`].
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// The group whose members it is for; none: everybody for whom `when` holds.
    pub group: Option<GroupReference>,
    /// A condition, in addition to the group.
    pub when: Option<Condition>,
    /// Its place under [`Precedence::First`]; the lowest wins.
    pub order: Option<u32>,
    /// The account type of its users.
    pub account_type: Option<AccountTypeIndex>,
    /// The rights that it grants, sorted by entitlement.
    pub grants: Vec<GrantTemplate>,
}

words! {
    /// Which rules win when several match.
    pub enum Precedence {
        /// Every one.
        All = "all",
        /// The one with the lowest `order`; for equal `order`, the one whose group is oldest.
        First = "first",
    }
}

/// Who is left untouched.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exclusion {
    /// Its id.
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// Who is excluded.
    pub when: Condition,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

/// A condition that users must meet, and what happens to users who don't.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Constraint {
    /// Its id.
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// Which users are tested; none: everybody.
    pub when: Option<Condition>,
    /// The condition.
    pub test: ConstraintTest,
    /// What happens if it does not hold.
    pub otherwise: Otherwise,
    /// The message for people.
    pub message: Option<String>,
}

/// What a constraint tests. It sees the grants that earlier constraints left.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConstraintTest {
    /// The condition holds.
    Require(Condition),
    /// At least this many grants are selected.
    AtLeast(RightSelector, u32),
    /// At most this many grants are selected. If it holds, each name gets the one grant's scope value.
    AtMost(RightSelector, u32, Vec<NameIndex>),
    /// Each selected grant has this scope value. A name without value equals nothing.
    Each(RightSelector, ConstraintText),
}

/// Text with names, which are replaced by their values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConstraintText {
    /// In order.
    pub parts: Vec<ConstraintTextPart>,
}

/// A part of a text with names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConstraintTextPart {
    /// This text.
    Text(String),
    /// The value of a name.
    Name(NameIndex),
}

words! {
    /// What happens if a constraint does not hold.
    #[schemars(rename = "Consequence")]
    pub enum Otherwise {
        /// The user should have no account, and is out of scope.
        Skip = "skip",
        /// The data is bad: an existing account is left as it is.
        Block = "block",
        /// The grants that violate it are dropped.
        Drop = "drop",
        /// A finding is reported.
        Warn = "warn",
    }
}
