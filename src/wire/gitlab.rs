//! GitLab's notes on a merge request: the variables that CI sets, and the JSON of the API (version 4).

use crate::model::Commit;
use serde::Deserialize;
use serde_json::{Value, json};

/// The variable that holds the token: a project access token with the scope `api`. GitLab's own job token cannot write
/// notes.
pub const TOKEN: &str = "ROLEWRIGHT_NOTE_TOKEN";

/// The project that the job runs for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The API's URL: `https://gitlab.example/api/v4`.
    pub api: String,
    /// The project's id.
    pub id: u64,
}

/// Reads CI's environment; `None` outside GitLab, or if a variable is not what GitLab sets.
pub fn project(variable: impl Fn(&str) -> Option<String>) -> Option<Project> {
    let api = variable("CI_API_V4_URL").filter(|url| !url.is_empty())?;
    Some(Project { api, id: variable("CI_PROJECT_ID")?.parse().ok()? })
}

/// The author of a note, or the owner of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The account's id.
    pub id: u64,
}

/// A note on a merge request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Note {
    /// The note's id.
    pub id: u64,
    /// Who wrote it.
    pub author: User,
    /// The text.
    pub body: String,
    /// Whether GitLab wrote the note itself, to report an event.
    #[serde(default)]
    pub system: bool,
}

/// A merge request: the fields that notes need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequest {
    /// The last commit of the source branch.
    pub head: Commit,
}

/// A merge request that brought a commit to a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its number in the project.
    pub number: u64,
    /// The last commit of its source branch.
    pub head: Commit,
}

/// JSON that is not what GitLab's API describes.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not what GitLab's API describes: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

/// Reads `GET /user`.
///
/// # Errors
/// When the bytes are not an account.
pub fn decode_user(json: &[u8]) -> Result<User, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a page of `GET /projects/:id/merge_requests/:iid/notes`.
///
/// # Errors
/// When the bytes are not a list of notes.
pub fn decode_notes(json: &[u8]) -> Result<Vec<Note>, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a note that was created or changed.
///
/// # Errors
/// When the bytes are not a note.
pub fn decode_note(json: &[u8]) -> Result<Note, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads `GET /projects/:id/merge_requests/:iid`.
///
/// # Errors
/// When the bytes are not a merge request.
pub fn decode_merge_request(json: &[u8]) -> Result<MergeRequest, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        sha: String,
    }
    let raw: Raw = serde_json::from_slice(json)?;
    Ok(MergeRequest { head: Commit(raw.sha) })
}

/// Reads a page of `GET /projects/:id/repository/commits/:sha/merge_requests`: those that were merged into a branch of
/// the project.
///
/// # Errors
/// When the bytes are not a list of merge requests.
pub fn decode_merged(json: &[u8], project: &Project, branch: &str) -> Result<Vec<Merged>, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        iid: u64,
        state: String,
        target_branch: String,
        target_project_id: u64,
        sha: Option<String>,
    }
    let all: Vec<Raw> = serde_json::from_slice(json)?;
    let merged = all.into_iter().filter(|request| {
        request.state == "merged"
            && request.target_branch == branch
            && request.target_project_id == project.id
    });
    Ok(merged
        .filter_map(|request| Some(Merged { number: request.iid, head: Commit(request.sha?) }))
        .collect())
}

/// The body that creates or changes a note.
pub fn note_body(text: &str) -> Value {
    json!({ "body": text })
}

impl Project {
    /// The path of a merge request. It holds only numbers, so no text can change where it leads.
    pub fn merge_request(&self, number: u64) -> String {
        format!("/projects/{}/merge_requests/{number}", self.id)
    }

    /// The path of the merge requests that brought a commit. A commit's id is hexadecimal.
    pub fn merge_requests_of(&self, commit: &Commit) -> String {
        format!("/projects/{}/repository/commits/{commit}/merge_requests", self.id)
    }

    /// The path of its notes; the oldest come first.
    pub fn notes(&self, number: u64) -> String {
        format!("{}/notes", self.merge_request(number))
    }
}
