//! Why the ledger could not be read or written.

use super::refs::RemoteError;
use crate::postgres::PostgresError;

/// Why the ledger could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A newer version wrote it.
    #[error(
        "the ledger `{reference}` has the format `{format}`, which this version does not know: use a newer Rolewright"
    )]
    Newer {
        /// The ref, or the row.
        reference: String,
        /// The content of its `format` file.
        format: String,
    },
    /// It is not a ledger.
    #[error("the ledger `{0}` cannot be read: {look}, or start an empty one with `rolewright ledger reset`", look = look_at(.0))]
    Unreadable(String),
    /// It contradicts itself.
    #[error(
        "the ledger `{reference}` contradicts itself: {contradiction}; somebody changed it: {look}; \
         `rolewright ledger reset` keeps it under another name and starts an empty one",
        look = changes_of(.reference)
    )]
    Contradiction {
        /// The ref, or the row.
        reference: String,
        /// What it says.
        contradiction: String,
    },
    /// The remote could not be reached, or refused.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A push failed, and then the remote could not be read either.
    #[error("{push}; it is unknown whether the remote accepted it ({check}): run again")]
    Unknown {
        /// The error of the push.
        push: RemoteError,
        /// The error of the read.
        check: String,
    },
    /// What signs in to the database is missing.
    #[error("the ledger's database: {0}")]
    Credential(String),
    /// The database could not be reached, or refused.
    #[error("the ledger's database: {0}")]
    Database(#[from] PostgresError),
    /// A commit had no answer, and then the database could not be read either.
    #[error("the ledger's database: {commit}; it is unknown whether it took the change ({check}): run again")]
    UnknownCommit {
        /// The error of the commit.
        commit: PostgresError,
        /// The error of the read.
        check: String,
    },
    /// The database's schema is not one of ledgers, or a newer version made it.
    #[error("the ledger's database: the schema `{schema}` {problem}")]
    Schema {
        /// Its name.
        schema: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Any other error of git.
    #[error("the ledger: {0}")]
    Git(String),
}

impl From<git2::Error> for LedgerError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.message().to_owned())
    }
}

fn look_at(reference: &str) -> String {
    match reference.starts_with("refs/") {
        true => format!("look at it with `git show {reference}`"),
        false => "look at its row in the table `ledgers`".to_owned(),
    }
}

fn changes_of(reference: &str) -> String {
    match reference.starts_with("refs/") {
        true => format!("look at `git log -p {reference}`"),
        false => "look at its rows in the tables `ledgers` and `runs`".to_owned(),
    }
}
