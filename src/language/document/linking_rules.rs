//! `LinkingRules` as written (the policy language, 6).

use super::{Condition, GroupReference, Table, pattern};
use crate::policy::Precedence;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which directory group gives which right.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LinkingRules")]
pub struct LinkingRulesDocument {
    /// The application whose rights the rules give.
    #[schemars(regex(pattern = pattern::NAME))]
    pub application: Spanned<String>,
    /// Which rules win when several match; `all` where it is left out.
    pub precedence: Option<Spanned<Precedence>>,
    /// The rules, in any order.
    pub rules: Vec<Rule>,
}

/// Gives rights to the members of a group, or to users for whom a condition holds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "LinkingRule")]
pub struct Rule {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// The directory group whose members get the rights.
    pub group: Option<Spanned<GroupReference>>,
    /// A condition, in addition to the group or instead of one.
    pub when: Option<Spanned<Condition>>,
    /// Its place under `precedence: first`; the lowest wins.
    #[schemars(range(min = 0))]
    pub order: Option<Spanned<u32>>,
    /// The account type of its users; one of the application's `accountTypes`.
    pub account_type: Option<Spanned<String>>,
    /// The rights: entitlements and the areas that they are bound to, each with its value; `{captures}` of the group's
    /// pattern are replaced.
    #[schemars(extend("minProperties" = 1))]
    pub grant: Option<Spanned<Table<GrantText>>>,
}

/// A value, with captures in braces.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct GrantText(#[schemars(length(min = 1))] pub Spanned<String>);

impl Rule {
    /// The rights of the rule: entitlements and areas, each with its text.
    pub fn grants(&self) -> impl Iterator<Item = &(Spanned<String>, GrantText)> {
        self.grant.iter().flat_map(|grant| grant.value.iter())
    }
}
