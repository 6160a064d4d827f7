//! Who did something: a person's or an app's account.

use super::decode::{DecodeError, read};
use crate::model::Secret;
use serde::Deserialize;

/// An account. Ids are never given twice; logins are, after a renaming.
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
    /// Its name in addresses: `github-actions`.
    #[serde(default)]
    pub slug: String,
}

impl Account {
    /// Whether this is the bot of the app with this slug: nobody else can have its name, for no login holds brackets.
    pub fn is_bot_of(&self, slug: &str) -> bool {
        self.kind == "Bot" && self.login.strip_suffix("[bot]").is_some_and(|name| name == slug)
    }
}

/// Whether a token is an app installation's, as a workflow's own is: by the prefix that GitHub documents. Such a token may
/// not ask whose it is.
pub fn is_installation(token: &Secret) -> bool {
    token.expose().starts_with("ghs_")
}

/// Reads `GET /user`: whose the token is.
///
/// # Errors
/// When the bytes are no account.
pub fn decode_account(json: &[u8]) -> Result<Account, DecodeError> {
    read(json)
}
