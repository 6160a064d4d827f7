//! Why the ledger could not be read or written.

use super::remote::RemoteError;

/// Why the ledger could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A newer version wrote it.
    #[error(
        "the ledger `{reference}` has the format `{format}`, which this binary does not know: use a newer one"
    )]
    Newer {
        /// The ref.
        reference: String,
        /// The content of its `format` file.
        format: String,
    },
    /// It is not a ledger.
    #[error(
        "the ledger `{0}` cannot be read: look at it with `git show {0}`, or start anew with `rolewright ledger reset`"
    )]
    Unreadable(String),
    /// It contradicts itself.
    #[error(
        "the ledger `{reference}` says what cannot be: {contradiction}. Somebody changed it: look at `git log -p {reference}`; \
         `rolewright ledger reset` keeps it and starts anew"
    )]
    Contradiction {
        /// The ref.
        reference: String,
        /// What it says.
        contradiction: String,
    },
    /// The remote could not be reached, or refused.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A push failed, and then the remote could not be read either.
    #[error("{push}; whether the remote took it is not known ({check}): run again")]
    Unknown {
        /// The error of the push.
        push: RemoteError,
        /// The error of the read.
        check: String,
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
