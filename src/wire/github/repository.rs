//! A repository: its name, safe for a path, and who can see it.

use super::decode::{DecodeError, read};
use serde::Deserialize;
use std::fmt;

/// A repository's owner and name, safe for a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repository {
    owner: String,
    name: String,
}

/// Text that is not a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a GitHub repository: expected `owner/name`")]
pub struct RepositoryError(String);

impl Repository {
    /// Reads `owner/name`.
    ///
    /// # Errors
    /// When the form is another, or a part has characters that GitHub does not allow.
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
            _ => Err(RepositoryError(
                text.chars().filter(|character| !character.is_control()).take(200).collect(),
            )),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// Who can see a repository and everything written into it (the gate, 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Everyone in the enterprise.
    Internal,
    /// Collaborators only.
    Private,
    /// GitHub does not say, or uses a word that this version does not know: assume nothing.
    Unknown,
}

/// The facts about a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// Its id, which survives a rename.
    pub id: u64,
    /// Who can see it.
    pub visibility: Visibility,
    /// Its default branch.
    pub default_branch: String,
}

/// Reads `GET /repos/{owner}/{repo}`.
///
/// # Errors
/// When the bytes are not a repository.
pub fn decode_repository(json: &[u8]) -> Result<RepositoryFacts, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        id: u64,
        default_branch: String,
        private: Option<bool>,
        visibility: Option<String>,
    }
    let raw: Raw = read(json)?;
    // Servers before 3.3 send `private` only; if both are present they must agree.
    let visibility = match (raw.visibility.as_deref(), raw.private) {
        (Some("public"), Some(false) | None) | (None, Some(false)) => Visibility::Public,
        (Some("internal"), Some(true) | None) => Visibility::Internal,
        (Some("private"), Some(true) | None) | (None, Some(true)) => Visibility::Private,
        _ => Visibility::Unknown,
    };
    Ok(RepositoryFacts { id: raw.id, visibility, default_branch: raw.default_branch })
}
