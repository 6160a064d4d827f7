//! `Exclusions` as written (the policy language, 8).

use super::{Condition, pattern};
use crate::model::Date;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Who is left untouched.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Exclusions")]
pub struct ExclusionsDocument {
    /// The application, or `'*'` for every one.
    #[schemars(regex(pattern = pattern::NAME_OR_ALL))]
    pub application: Spanned<String>,
    /// The exclusions, in any order.
    pub exclude: Vec<ExclusionObject>,
}

/// Leaves the users and accounts for whom a condition holds untouched.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Exclusion")]
pub struct ExclusionObject {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// Who is excluded.
    pub when: Spanned<Condition>,
    /// Why.
    pub reason: Spanned<String>,
    /// Who decided it.
    pub owner: Option<Spanned<String>>,
    /// The last day on which it holds; after that, the changes it held back are made.
    pub until: Option<Spanned<Date>>,
}
