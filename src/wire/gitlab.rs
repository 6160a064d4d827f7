//! GitLab's notes on a merge request: what CI says of itself, and the JSON of the API (version 4).

use crate::model::Commit;
use serde::Deserialize;
use serde_json::{Value, json};

/// The variable that holds the token: a project access token with the scope `api`. GitLab's own job token may write no notes.
pub const TOKEN: &str = "ROLEWRIGHT_NOTE_TOKEN";

/// The project that a job runs for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The API's URL: `https://gitlab.example/api/v4`.
    pub api: String,
    /// The project's id.
    pub id: u64,
}

/// Reads CI's environment; none outside of GitLab, or where it says something else than GitLab does.
pub fn project(variable: impl Fn(&str) -> Option<String>) -> Option<Project> {
    let api = variable("CI_API_V4_URL").filter(|url| !url.is_empty())?;
    Some(Project { api, id: variable("CI_PROJECT_ID")?.parse().ok()? })
}

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The account's id.
    pub id: u64,
}

/// A note on a merge request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    pub author: User,
    /// What it says.
    pub body: String,
    /// Whether GitLab wrote it itself, of what happened.
    #[serde(default)]
    pub system: bool,
}

/// A merge request, as far as notes on it are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequest {
    /// The last commit of its branch.
    pub head: Commit,
}

/// JSON that is not what GitLab's API describes.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not what GitLab's API describes: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// Reads `GET /user`.
///
/// # Errors
/// When the bytes are no account.
pub fn decode_user(json: &[u8]) -> Result<User, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a page of `GET /projects/:id/merge_requests/:iid/notes`.
///
/// # Errors
/// When the bytes are no list of notes.
pub fn decode_notes(json: &[u8]) -> Result<Vec<Note>, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a note that was made or changed.
///
/// # Errors
/// When the bytes are none.
pub fn decode_note(json: &[u8]) -> Result<Note, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads `GET /projects/:id/merge_requests/:iid`.
///
/// # Errors
/// When the bytes are no merge request.
pub fn decode_merge_request(json: &[u8]) -> Result<MergeRequest, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        sha: String,
    }
    let raw: Raw = serde_json::from_slice(json)?;
    Ok(MergeRequest { head: Commit(raw.sha) })
}

/// What makes or changes a note.
pub fn note_body(text: &str) -> Value {
    json!({ "body": text })
}

impl Project {
    /// Where a merge request is; all numbers, so that nothing in it can lead elsewhere.
    pub fn merge_request(&self, number: u64) -> String {
        format!("/projects/{}/merge_requests/{number}", self.id)
    }

    /// Where its notes are, the oldest first.
    pub fn notes(&self, number: u64) -> String {
        format!("{}/notes", self.merge_request(number))
    }
}
