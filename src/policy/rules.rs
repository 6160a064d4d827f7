//! Compiled linking rules, exclusions and constraints (the policy language, 6 to 8).

use super::{AccountTypeIndex, Condition, GrantTemplate, GroupReference, NameIndex, Origin, RightSelector};
use crate::model::{Date, words};
use serde::Serialize;

/// Directory group -> rights.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkingRule {
    /// Its id; [`Origin`] has it too, with the place.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// Whose members it fits; none: everybody for whom `when` holds.
    pub group: Option<GroupReference>,
    /// What must hold besides.
    pub when: Option<Condition>,
    /// Its place under [`Precedence::First`]; the lowest wins.
    pub order: Option<u32>,
    /// The kind of account its users have.
    pub account_type: Option<AccountTypeIndex>,
    /// What it gives, sorted by entitlement.
    pub grants: Vec<GrantTemplate>,
}

words! {
    /// Which rules count when several fit.
    pub enum Precedence {
        /// Every one.
        All = "all",
        /// The one of the lowest `order`; at the same order the one of the oldest group.
        First = "first",
    }
}

/// Who is left untouched.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exclusion {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// Whom it fits.
    pub when: Condition,
    /// Why.
    pub reason: String,
    /// By whose word.
    pub owner: Option<String>,
    /// The last day it holds.
    pub until: Option<Date>,
}

/// What must hold of a user, and what follows where it does not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Constraint {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// Whom it is asked of; none: everybody.
    pub when: Option<Condition>,
    /// What must hold.
    pub test: ConstraintTest,
    /// What follows.
    pub otherwise: Otherwise,
    /// What people are told.
    pub message: Option<String>,
}

/// What a constraint tests. It sees the grants that earlier ones left.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConstraintTest {
    /// The condition holds.
    Require(Condition),
    /// At least so many grants are selected.
    AtLeast(RightSelector, u32),
    /// At most so many are. Once it holds, each name stands for the one grant's scope value.
    AtMost(RightSelector, u32, Vec<NameIndex>),
    /// Each selected grant has this scope value. A name without value equals nothing.
    Each(RightSelector, ConstraintText),
}

/// Text with named values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConstraintText {
    /// In order.
    pub parts: Vec<ConstraintTextPart>,
}

/// A part of such a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConstraintTextPart {
    /// This text.
    Text(String),
    /// A named value.
    Name(NameIndex),
}

words! {
    /// What follows where a constraint does not hold.
    #[schemars(rename = "Consequence")]
    pub enum Otherwise {
        /// The user should have no account: out of scope.
        Skip = "skip",
        /// Bad data: the account, if any, is left as it is.
        Block = "block",
        /// The grants that break it are not wanted.
        Drop = "drop",
        /// A finding.
        Warn = "warn",
    }
}
