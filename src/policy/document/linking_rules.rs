//! `LinkingRules` as written (the policy language, 6).

use super::{ApiVersion, Condition, GroupReference, Kind, Table, pattern};
use crate::policy::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Directory group to right.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LinkingRules")]
pub struct LinkingRulesDocument {
    /// The version of the policy language.
    pub api_version: ApiVersion,
    /// The kind of document.
    pub kind: Kind,
    /// The application whose rights the rules give.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// Which rules count when several fit: all of them.
    pub precedence: Option<Precedence>,
    /// The rules, in any order.
    pub rules: Vec<Rule>,
}

/// Which rules count when several fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Precedence {
    /// Every one.
    All,
}

/// Gives rights to the members of a group, or to whom a condition holds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LinkingRule")]
pub struct Rule {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// The directory group whose members get the rights.
    pub group: Option<Spanned<GroupReference>>,
    /// What must hold besides, or instead of a group.
    pub when: Option<Spanned<Condition>>,
    /// The rights: entitlement types and their scopes, each with its value; `{captures}` of the group's pattern are put in.
    #[schemars(extend("minProperties" = 1))]
    pub grant: Spanned<Table<GrantText>>,
}

/// A value, with captures in braces.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct GrantText(#[schemars(length(min = 1))] pub Spanned<String>);
