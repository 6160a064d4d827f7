//! `Workspace` as written (the policy language, 11).

use super::{MailObject, Shorthand, Table, pattern};
use crate::policy::{ForgeWord, Privacy, ReviewWord};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// The company: which branch is applied, how changes are approved, what names secrets may have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Workspace")]
pub struct WorkspaceDocument {
    /// The name of the company.
    pub name: Spanned<String>,
    /// The branch whose latest commit is applied; instead of `environments`.
    pub protected_branch: Option<Spanned<String>>,
    /// The one environment and its branch; instead of `protectedBranch`.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1, "propertyNames" = { "pattern": pattern::NAME }))]
    pub environments: Option<Spanned<Table<Environment>>>,
    /// How changes are approved: with `none`, by being on the protected branch; otherwise through a forge's pull
    /// requests, each of which showed its plan.
    pub review: Option<Shorthand<ReviewWord, ReviewObject>>,
    /// How comments, check runs and CI output name people. Where it is left out: by name in a private repository, by
    /// pseudonym in any other.
    pub privacy: Option<Privacy>,
    /// Credentials may use only environment variables whose names begin with one of these; `ROLEWRIGHT_` where it is
    /// left out.
    #[schemars(length(min = 1), inner(regex(pattern = pattern::ENV_PREFIX)), extend("uniqueItems" = true))]
    pub secret_prefixes: Option<Vec<String>>,
    /// The mail server that sends reports.
    pub mail: Option<MailObject>,
}

/// A named environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Environment {
    /// The branch whose latest commit is applied.
    pub branch: Spanned<String>,
    /// The name that the environment had before; the history of its runs is carried along.
    #[schemars(regex(pattern = pattern::NAME))]
    pub previously: Option<Spanned<String>>,
}

/// How changes are approved: in pull requests.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Review")]
pub struct ReviewObject {
    /// Where the pull requests are.
    pub forge: ForgeWord,
}
