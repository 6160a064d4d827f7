//! Whom a plan's lines are about.

use schemars::JsonSchema;
use serde::Serialize;

/// Whom a change or report is about: a user, an account, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The user's directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// The user's immutable id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The account's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// A name for people. Never an identity.
    pub name: String,
    /// The user's department, where the directory was asked for it. For people only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
}

impl Subject {
    /// What changes are identified by: the user's id, or the account's where no user stands behind it.
    pub fn key(&self) -> &str {
        self.user.as_deref().or(self.account.as_deref()).unwrap_or_default()
    }
}
