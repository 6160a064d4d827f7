//! Comments on issues and pull requests, which share one API.

use super::account::{Account, App};
use super::decode::{DecodeError, read, text};
use serde::Deserialize;
use serde_json::{Value, json};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IssueComment {
    /// Its id.
    pub id: u64,
    /// Who wrote it; `None` if the account was deleted.
    #[serde(default, rename = "user")]
    pub author: Option<Account>,
    /// The app that wrote it, if an app did.
    #[serde(default, rename = "performed_via_github_app")]
    pub app: Option<App>,
    /// Its text.
    #[serde(default, deserialize_with = "text")]
    pub body: String,
}

/// Reads a comment.
///
/// # Errors
/// When the bytes are not a comment.
pub fn decode_comment(json: &[u8]) -> Result<IssueComment, DecodeError> {
    read(json)
}

/// Reads a page of comments.
///
/// # Errors
/// When the bytes are not a list of comments.
pub fn decode_comments(json: &[u8]) -> Result<Vec<IssueComment>, DecodeError> {
    read(json)
}

/// The body that creates or changes a comment.
pub fn comment_body(text: &str) -> Value {
    json!({ "body": text })
}
