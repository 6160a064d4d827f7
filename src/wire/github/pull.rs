//! Pull requests.

use super::account::Account;
use super::decode::{DecodeError, commit, maybe_commit, maybe_moment, read};
use crate::model::Commit;
use serde::Deserialize;

/// A pull request: the fields that evidence needs (the gate, 5). Its text is left out: nothing depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Whether it is open.
    pub open: bool,
    /// The last commit of the proposed branch; after the merge, its final head.
    pub head: Commit,
    /// Whether the proposed branch is in another repository, or in a deleted one.
    pub from_fork: bool,
    /// The target branch.
    pub base_branch: String,
    /// The commit of the target branch that GitHub compares with.
    pub base: Commit,
    /// When it was merged, in seconds since 1970; `None` if it was not.
    pub merged_at: Option<i64>,
    /// The commit that the merge made: the merge or squash commit, or the last commit of a rebase. Before the merge it
    /// is GitHub's test merge.
    pub merge_commit: Option<Commit>,
    /// The id of its author's account; `None` if the account was deleted.
    pub author: Option<u64>,
    /// The id of the account that merged it; not present in lists.
    pub merged_by: Option<u64>,
}

impl PullRequest {
    /// Whether it was merged into this branch.
    pub fn merged_into(&self, branch: &str) -> bool {
        self.merged_at.is_some() && self.base_branch == branch
    }
}

#[derive(Deserialize)]
struct RawPull {
    number: u64,
    state: String,
    head: RawEnd,
    base: RawEnd,
    #[serde(default, deserialize_with = "maybe_moment")]
    merged_at: Option<i64>,
    #[serde(default, deserialize_with = "maybe_commit")]
    merge_commit_sha: Option<Commit>,
    #[serde(default)]
    user: Option<Account>,
    #[serde(default)]
    merged_by: Option<Account>,
}

#[derive(Deserialize)]
struct RawEnd {
    #[serde(rename = "ref")]
    branch: String,
    #[serde(deserialize_with = "commit")]
    sha: Commit,
    #[serde(default)]
    repo: Option<RawRepository>,
}

#[derive(Deserialize)]
struct RawRepository {
    id: u64,
}

impl From<RawPull> for PullRequest {
    fn from(raw: RawPull) -> Self {
        let id = |end: &RawEnd| end.repo.as_ref().map(|repository| repository.id);
        Self {
            number: raw.number,
            open: raw.state == "open",
            from_fork: id(&raw.head).is_none() || id(&raw.head) != id(&raw.base),
            head: raw.head.sha,
            base_branch: raw.base.branch,
            base: raw.base.sha,
            merged_at: raw.merged_at,
            merge_commit: raw.merge_commit_sha,
            author: raw.user.map(|account| account.id),
            merged_by: raw.merged_by.map(|account| account.id),
        }
    }
}

/// Reads `GET /repos/{owner}/{repo}/pulls/{number}`.
///
/// # Errors
/// When the bytes are not a pull request.
pub fn decode_pull(json: &[u8]) -> Result<PullRequest, DecodeError> {
    Ok(read::<RawPull>(json)?.into())
}

/// Reads a list of pull requests: a repository's, or a commit's.
///
/// # Errors
/// When the bytes are not such a list.
pub fn decode_pulls(json: &[u8]) -> Result<Vec<PullRequest>, DecodeError> {
    Ok(read::<Vec<RawPull>>(json)?.into_iter().map(PullRequest::from).collect())
}

/// Reads a workflow's event (the file at `GITHUB_EVENT_PATH`): its pull request at the time of the event; `None` if the
/// event is about something else.
///
/// # Errors
/// When the bytes are not an event.
pub fn decode_event(json: &[u8]) -> Result<Option<PullRequest>, DecodeError> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(default)]
        pull_request: Option<RawPull>,
    }
    Ok(read::<Event>(json)?.pull_request.map(PullRequest::from))
}
