//! The account of a person or an app.

use super::decode::{DecodeError, read};
use crate::model::Secret;
use serde::Deserialize;

/// An account. GitHub never reuses ids; it reuses logins after a rename.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: u64,
    /// Its name. Only an app's bot has brackets in it: `github-actions[bot]`.
    pub login: String,
    /// `User`, `Bot`, `Organization`.
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// A GitHub App.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct App {
    /// Its id.
    pub id: u64,
    /// Its name in URLs: `github-actions`.
    #[serde(default)]
    pub slug: String,
}

impl Account {
    /// Whether this is the bot of the app with this slug. No other account can have that name, since a login has no
    /// brackets.
    pub fn is_bot_of(&self, slug: &str) -> bool {
        self.kind == "Bot" && self.login.strip_suffix("[bot]").is_some_and(|name| name == slug)
    }
}

/// Whether a token belongs to an app installation, as a workflow's own does: by the prefix that GitHub documents. Such
/// a token cannot ask for its account.
pub fn is_installation(token: &Secret) -> bool {
    token.expose().starts_with("ghs_")
}

/// Reads `GET /user`: the token's account.
///
/// # Errors
/// When the bytes are not an account.
pub fn decode_account(json: &[u8]) -> Result<Account, DecodeError> {
    read(json)
}
