//! Compiled linking rules, exclusions and constraints (the policy language, 6 to 8).

use super::{Condition, EntitlementIndex, GroupReference, Origin};
use crate::model::Date;
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
    /// What it gives, sorted by entitlement.
    pub grants: Vec<GrantTemplate>,
}

/// A right with places for captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantTemplate {
    /// The type.
    pub entitlement: EntitlementIndex,
    /// Its value.
    pub value: TextTemplate,
    /// Its scope value, exactly where the type has a scope.
    pub scope: Option<TextTemplate>,
}

/// Text with names in braces; the names' values are put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextTemplate {
    /// In order.
    pub parts: Vec<TemplatePart>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplatePart {
    /// This text.
    Text(String),
    /// The value of this name.
    Name(String),
}

/// Selects rights; what is left out is any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RightSelector {
    /// The type.
    pub entitlement: Option<EntitlementIndex>,
    /// Its value; none: any.
    pub value: Option<String>,
    /// Its scope value; none: any.
    pub scope: Option<String>,
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
    pub require: Condition,
    /// What follows.
    pub otherwise: Otherwise,
    /// What people are told.
    pub message: Option<String>,
}

/// What follows where a constraint does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Otherwise {
    /// No account: out of scope.
    Skip,
    /// Bad data: the account, if any, is left as it is.
    Block,
    /// A finding.
    Warn,
}
