//! A repository: its name as it may stand in a path, and who sees it.

use super::decode::{DecodeError, read};
use serde::Deserialize;
use std::fmt;

/// A repository's owner and name, fit for a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repository {
    owner: String,
    name: String,
}

/// Text that is no repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no repository of GitHub's: expected `owner/name`")]
pub struct RepositoryError(String);

impl Repository {
    /// Reads `owner/name`.
    ///
    /// # Errors
    /// When it has another form, or letters that GitHub gives neither.
    pub fn parse(text: &str) -> Result<Self, RepositoryError> {
        let fine = |part: &str, most: usize, others: &[u8]| {
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
            (1..=most).contains(&part.len()) && part.bytes().all(letter)
        };
        match text.split_once('/') {
            Some((owner, name))
                if fine(owner, 100, b"-_") && fine(name, 100, b"-_.") && !matches!(name, "." | "..") =>
            {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(RepositoryError(text.chars().filter(|it| !it.is_control()).take(200).collect())),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Who sees a repository, and so whatever is written into it (the gate, 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Everybody of the enterprise.
    Internal,
    /// Who was let in.
    Private,
    /// GitHub does not say, or a word that this binary does not know: nobody may count on anything.
    Unknown,
}

/// What GitHub says of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// Its id, which outlives renaming.
    pub id: u64,
    /// Who sees it.
    pub visibility: Visibility,
    /// Its default branch.
    pub default_branch: String,
}

/// Reads `GET /repos/{owner}/{repo}`.
///
/// # Errors
/// When the bytes are no repository.
pub fn decode_repository(json: &[u8]) -> Result<RepositoryFacts, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        id: u64,
        default_branch: String,
        private: Option<bool>,
        visibility: Option<String>,
    }
    let raw: Raw = read(json)?;
    // Servers before 3.3 say `private` only; where both are there they have to agree.
    let visibility = match (raw.visibility.as_deref(), raw.private) {
        (Some("public"), Some(false) | None) | (None, Some(false)) => Visibility::Public,
        (Some("internal"), Some(true) | None) => Visibility::Internal,
        (Some("private"), Some(true) | None) | (None, Some(true)) => Visibility::Private,
        _ => Visibility::Unknown,
    };
    Ok(RepositoryFacts { id: raw.id, visibility, default_branch: raw.default_branch })
}
