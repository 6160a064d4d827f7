//! `Workspace` as written (the policy language, 11).

use super::{MailObject, Shorthand, Table, pattern};
use crate::policy::Privacy;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// The company: which branch is applied, how changes are approved, what secrets may be called.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Workspace")]
pub struct WorkspaceDocument {
    /// The company.
    pub name: Spanned<String>,
    /// The branch whose tip is applied; instead of `environments`.
    pub protected_branch: Option<Spanned<String>>,
    /// The one environment and its branch; instead of `protectedBranch`.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1, "propertyNames" = { "pattern": pattern::NAME }))]
    pub environments: Option<Spanned<Table<Environment>>>,
    /// How changes are approved: `none`, by being on the protected branch; or through a forge's pull requests, each of
    /// which showed its plan.
    pub review: Option<Shorthand<ReviewWord, ReviewObject>>,
    /// What the faces that others may see say of people: comments, check runs, what CI prints. Where it is left out:
    /// names in a private repository, pseudonyms in any other.
    pub privacy: Option<Privacy>,
    /// Names of environment variables that credentials may name begin with one of these; `ROLEWRIGHT_` where it is
    /// left out.
    #[schemars(length(min = 1), inner(regex(pattern = pattern::ENV_PREFIX)), extend("uniqueItems" = true))]
    pub secret_prefixes: Option<Vec<String>>,
    /// Where what was done is remembered.
    pub ledger: Option<Ledger>,
    /// The mail server that reports leave by.
    pub mail: Option<MailObject>,
}

/// A named environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Environment {
    /// The branch whose tip is applied.
    pub branch: Spanned<String>,
}

/// How changes are approved, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ReviewWord {
    /// Being on the protected branch is the approval.
    None,
}

/// How changes are approved: in pull requests.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Review")]
pub struct ReviewObject {
    /// Where the pull requests are.
    pub forge: ForgeWord,
}

/// A forge whose pull requests are evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ForgeWord {
    /// GitHub, also the one of a company's own.
    Github,
}

/// Where what was done is remembered.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ledger {
    /// What its refs begin with; `refs/rolewright` where it is left out.
    #[schemars(regex(pattern = pattern::REF_PREFIX))]
    pub prefix: Option<Spanned<String>>,
}
