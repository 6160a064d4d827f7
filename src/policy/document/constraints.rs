//! `Constraints` as written (the policy language, 7).

use super::{ApiVersion, Condition, Kind, pattern};
use crate::policy::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// What must hold of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Constraints")]
pub struct ConstraintsDocument {
    /// The version of the policy language.
    pub api_version: ApiVersion,
    /// The kind of document.
    pub kind: Kind,
    /// The application, or `'*'` for every one; those of `'*'` come first.
    #[schemars(regex(pattern = pattern::NAME_OR_ALL))]
    pub application: Spanned<String>,
    /// The constraints, evaluated in the order written.
    pub constraints: Vec<ConstraintObject>,
}

/// One test and one consequence.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Constraint")]
pub struct ConstraintObject {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// Whom it is asked of; everybody where it is left out.
    pub when: Option<Spanned<Condition>>,
    /// What must hold.
    pub require: Spanned<Condition>,
    /// What follows where it does not.
    pub otherwise: Consequence,
    /// What people are told.
    #[schemars(length(min = 1))]
    pub message: Option<Spanned<String>>,
}

/// What follows where a constraint does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Consequence {
    /// The user should have no account: out of scope.
    Skip,
    /// Bad data: the account, if any, is left as it is.
    Block,
    /// A finding.
    Warn,
}
