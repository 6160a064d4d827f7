//! Issues.

use super::account::{Account, App};
use super::decode::{DecodeError, read, text};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Whether it is open.
    pub open: bool,
    /// Who opened it; `None` if the account was deleted.
    pub author: Option<Account>,
    /// The app that opened it, if an app did.
    pub app: Option<App>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

#[derive(Deserialize)]
struct RawIssue {
    number: u64,
    state: String,
    #[serde(default)]
    user: Option<Account>,
    #[serde(default)]
    performed_via_github_app: Option<App>,
    title: String,
    #[serde(default, deserialize_with = "text")]
    body: String,
    #[serde(default)]
    pull_request: Option<IgnoredAny>,
}

impl From<RawIssue> for Issue {
    fn from(raw: RawIssue) -> Self {
        Self {
            number: raw.number,
            open: raw.state == "open",
            author: raw.user,
            app: raw.performed_via_github_app,
            title: raw.title,
            body: raw.body,
        }
    }
}

/// Reads an issue.
///
/// # Errors
/// When the bytes are not an issue.
pub fn decode_issue(json: &[u8]) -> Result<Issue, DecodeError> {
    Ok(read::<RawIssue>(json)?.into())
}

/// Reads a page of issues. GitHub lists pull requests among them; they are left out.
///
/// # Errors
/// When the bytes are not a list of issues.
pub fn decode_issues(json: &[u8]) -> Result<Vec<Issue>, DecodeError> {
    let issues = read::<Vec<RawIssue>>(json)?.into_iter();
    Ok(issues.filter(|issue| issue.pull_request.is_none()).map(Issue::from).collect())
}

/// The body that opens or changes an issue.
pub fn issue_body(title: &str, text: &str) -> Value {
    json!({ "title": title, "body": text })
}

/// The body that closes an issue.
pub fn closed_body() -> Value {
    json!({ "state": "closed", "state_reason": "completed" })
}
