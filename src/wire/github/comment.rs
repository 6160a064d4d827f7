//! Comments on issues, which pull requests are to GitHub.

use super::account::{Account, App};
use super::decode::{DecodeError, read, text};
use serde::Deserialize;
use serde_json::{Value, json};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IssueComment {
    /// Its id.
    pub id: u64,
    /// Who wrote it; none where the account is gone.
    #[serde(default, rename = "user")]
    pub author: Option<Account>,
    /// The app by which it was written; none: by none.
    #[serde(default, rename = "performed_via_github_app")]
    pub app: Option<App>,
    /// What it says.
    #[serde(default, deserialize_with = "text")]
    pub body: String,
}

/// Reads a comment.
///
/// # Errors
/// When the bytes are none.
pub fn decode_comment(json: &[u8]) -> Result<IssueComment, DecodeError> {
    read(json)
}

/// Reads a page of comments.
///
/// # Errors
/// When the bytes are no list of comments.
pub fn decode_comments(json: &[u8]) -> Result<Vec<IssueComment>, DecodeError> {
    read(json)
}

/// What makes or changes a comment.
pub fn comment_body(text: &str) -> Value {
    json!({ "body": text })
}
