//! Where a call goes: paths and queries, made only of numbers, commit ids and names that were looked at.

use super::decode::is_object_id;
use super::repository::Repository;
use crate::model::Commit;
use std::fmt::Write;

/// Objects of a page: as many as GitHub gives.
const PAGE: u32 = 100;
/// Check runs of a page: each may have 131,070 characters, and more bytes.
const CHECK_PAGE: u32 = 30;

/// What cannot stand in a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// A commit that is none.
    #[error("`{0}` is no commit: expected 40 hexadecimal digits")]
    Commit(String),
    /// A branch that is none: URL parsers take dots for a step in the path, even encoded.
    #[error("`{0}` is no branch's name")]
    Branch(String),
}

/// Looks whether a text is a commit's id, and gives it as one.
///
/// # Errors
/// When it is not: 40 or 64 hexadecimal digits, lower case.
pub fn commit_id(text: &str) -> Result<Commit, TargetError> {
    checked(text).map(|text| Commit(text.to_owned()))
}

fn checked(text: &str) -> Result<&str, TargetError> {
    let shown = || text.chars().filter(|it| !it.is_control()).take(80).collect();
    if is_object_id(text) { Ok(text) } else { Err(TargetError::Commit(shown())) }
}

/// The repository.
pub fn repository(at: &Repository) -> String {
    format!("/repos/{at}")
}

/// The pull requests of a commit.
///
/// # Errors
/// When it is no commit.
pub fn pulls_of_commit(at: &Repository, commit: &Commit) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/commits/{}/pulls?per_page={PAGE}", checked(&commit.0)?))
}

/// Closed pull requests into a branch, the one that changed last first.
pub fn closed_pulls(at: &Repository, branch: &str) -> String {
    let base = encode(branch);
    format!("/repos/{at}/pulls?state=closed&base={base}&sort=updated&direction=desc&per_page={PAGE}")
}

/// One pull request.
pub fn pull(at: &Repository, number: u64) -> String {
    format!("/repos/{at}/pulls/{number}")
}

/// All check runs of a commit with this name: `filter=all`, or a newer one would hide an older.
///
/// # Errors
/// When it is no commit.
pub fn check_runs(at: &Repository, head: &Commit, name: &str) -> Result<String, TargetError> {
    let (head, name) = (checked(&head.0)?, encode(name));
    Ok(format!("/repos/{at}/commits/{head}/check-runs?check_name={name}&filter=all&per_page={CHECK_PAGE}"))
}

/// Where check runs are made.
pub fn new_check_run(at: &Repository) -> String {
    format!("/repos/{at}/check-runs")
}

/// One check run.
pub fn check_run(at: &Repository, id: u64) -> String {
    format!("/repos/{at}/check-runs/{id}")
}

/// The comments of an issue or a pull request; with `page`, to be read.
pub fn comments(at: &Repository, number: u64, page: bool) -> String {
    let page = if page { format!("?per_page={PAGE}") } else { String::new() };
    format!("/repos/{at}/issues/{number}/comments{page}")
}

/// One comment.
pub fn comment(at: &Repository, id: u64) -> String {
    format!("/repos/{at}/issues/comments/{id}")
}

/// Open issues, the oldest first.
pub fn open_issues(at: &Repository) -> String {
    format!("/repos/{at}/issues?state=open&sort=created&direction=asc&per_page={PAGE}")
}

/// Where issues are opened.
pub fn new_issue(at: &Repository) -> String {
    format!("/repos/{at}/issues")
}

/// One issue.
pub fn issue(at: &Repository, number: u64) -> String {
    format!("/repos/{at}/issues/{number}")
}

/// The rules that hold for a branch.
///
/// # Errors
/// When no branch can have that name.
pub fn rules(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/rules/branches/{}?per_page={PAGE}", segment(branch)?))
}

/// A branch.
///
/// # Errors
/// When no branch can have that name.
pub fn branch(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/branches/{}", segment(branch)?))
}

/// The classic protection of a branch.
///
/// # Errors
/// When no branch can have that name.
pub fn protection(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/branches/{}/protection", segment(branch)?))
}

fn segment(branch: &str) -> Result<String, TargetError> {
    if matches!(branch, "" | "." | "..") || branch.chars().any(char::is_control) {
        return Err(TargetError::Branch(branch.chars().filter(|it| !it.is_control()).take(80).collect()));
    }
    Ok(encode(branch))
}

/// Everything but RFC 3986's unreserved characters is percent-encoded.
fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
