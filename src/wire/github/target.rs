//! Paths and queries of calls, built only from numbers, commit ids and validated names.

use super::decode::is_object_id;
use super::repository::Repository;
use crate::model::Commit;
use std::fmt::Write;

/// Objects on a page: GitHub's maximum.
const PAGE: u32 = 100;
/// Check runs on a page: each may have 131,070 characters, and more bytes.
const CHECK_PAGE: u32 = 30;

/// A value that cannot be part of a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a commit id.
    #[error("`{0}` is not a commit id: expected 40 hexadecimal digits")]
    Commit(String),
    /// Not a branch name: URL parsers treat dots as a path step, even encoded.
    #[error("`{0}` cannot be the name of a branch")]
    Branch(String),
}

/// Checks that a text is a commit id.
///
/// # Errors
/// When it is not 40 or 64 lower-case hexadecimal digits.
pub fn commit_id(text: &str) -> Result<Commit, TargetError> {
    checked(text).map(|text| Commit(text.to_owned()))
}

fn checked(text: &str) -> Result<&str, TargetError> {
    let shown = || text.chars().filter(|character| !character.is_control()).take(80).collect();
    if is_object_id(text) { Ok(text) } else { Err(TargetError::Commit(shown())) }
}

/// The repository.
pub fn repository(at: &Repository) -> String {
    format!("/repos/{at}")
}

/// The pull requests of a commit.
///
/// # Errors
/// When it is not a commit id.
pub fn pulls_of_commit(at: &Repository, commit: &Commit) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/commits/{}/pulls?per_page={PAGE}", checked(&commit.0)?))
}

/// Closed pull requests into a branch, the most recently updated first.
pub fn closed_pulls(at: &Repository, branch: &str) -> String {
    let base = encode(branch);
    format!("/repos/{at}/pulls?state=closed&base={base}&sort=updated&direction=desc&per_page={PAGE}")
}

/// One pull request.
pub fn pull(at: &Repository, number: u64) -> String {
    format!("/repos/{at}/pulls/{number}")
}

/// All check runs of a commit with this name. `filter=all`, since otherwise a newer one hides an older one.
///
/// # Errors
/// When it is not a commit id.
pub fn check_runs(at: &Repository, head: &Commit, name: &str) -> Result<String, TargetError> {
    let (head, name) = (checked(&head.0)?, encode(name));
    Ok(format!("/repos/{at}/commits/{head}/check-runs?check_name={name}&filter=all&per_page={CHECK_PAGE}"))
}

/// Where check runs are created.
pub fn new_check_run(at: &Repository) -> String {
    format!("/repos/{at}/check-runs")
}

/// One check run.
pub fn check_run(at: &Repository, id: u64) -> String {
    format!("/repos/{at}/check-runs/{id}")
}

/// The comments of an issue or a pull request; `page` adds the page size, for reading.
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

/// The rules that apply to a branch.
///
/// # Errors
/// When no branch can have this name.
pub fn rules(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/rules/branches/{}?per_page={PAGE}", segment(branch)?))
}

/// A branch.
///
/// # Errors
/// When no branch can have this name.
pub fn branch(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/branches/{}", segment(branch)?))
}

/// The classic protection of a branch.
///
/// # Errors
/// When no branch can have this name.
pub fn protection(at: &Repository, branch: &str) -> Result<String, TargetError> {
    Ok(format!("/repos/{at}/branches/{}/protection", segment(branch)?))
}

fn segment(branch: &str) -> Result<String, TargetError> {
    if matches!(branch, "" | "." | "..") || branch.chars().any(char::is_control) {
        return Err(TargetError::Branch(
            branch.chars().filter(|character| !character.is_control()).take(80).collect(),
        ));
    }
    Ok(encode(branch))
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
