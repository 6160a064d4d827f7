//! Why a directory was not read, and what to do. Always exit code 7.

use crate::model::{ForbiddenAddress, OverBudget};
use crate::snapshot::Incomplete;
use crate::wire::ldap::visible;

/// An incomplete read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LdapError {
    /// The connection's settings cannot be used.
    #[error("{0}")]
    Connection(String),
    /// The host name does not resolve.
    #[error("the host `{host}` was not found ({problem}): correct `url`, or this machine's name resolution")]
    Host {
        /// The host.
        host: String,
        /// The system's error.
        problem: String,
    },
    /// No answer from the server.
    #[error(
        "`{server}` cannot be reached ({problem}): correct `url`, or open the port between this machine and it"
    )]
    Unreachable {
        /// Host and port.
        server: String,
        /// The system's error.
        problem: String,
    },
    /// No encryption, or the server's certificate is not trusted.
    #[error("`{server}` is not trusted: {problem}")]
    Tls {
        /// Host and port.
        server: String,
        /// The problem, and what to do.
        problem: String,
    },
    /// An answer did not end in time.
    #[error(
        "`{server}` took more than {seconds} s for one answer: check whether it is overloaded, and run again"
    )]
    Late {
        /// Host and port.
        server: String,
        /// The time limit in seconds.
        seconds: u64,
    },
    /// The connection was lost before the answer ended.
    #[error("the connection to `{server}` broke off ({problem}): run again")]
    Lost {
        /// Host and port.
        server: String,
        /// The error.
        problem: String,
    },
    /// Bytes that are not LDAP.
    #[error(
        "`{server}` does not speak LDAP ({problem}): correct `url`; `ldaps://` and `ldap://` use different ports"
    )]
    Malformed {
        /// Host and port.
        server: String,
        /// The decoding error.
        problem: String,
    },
    /// Signing in failed. It is never retried: a few wrong passwords lock an account.
    #[error("signing in as `{name}` failed: {problem}")]
    SignIn {
        /// `bindDn`.
        name: String,
        /// The reason, and what to do.
        problem: String,
    },
    /// A search failed.
    #[error("{problem}")]
    Search {
        /// Where, why, and what to do.
        problem: String,
        /// Whether a retry may succeed.
        is_temporary: bool,
    },
    /// Entries that contradict each other, for example because they changed during the read.
    #[error("{0}")]
    Contradiction(String),
    /// Entries that a complete read cannot have; a retry does not help.
    #[error("{0}")]
    Unusable(String),
    /// The host is at an address that may not be called.
    #[error(transparent)]
    Address(#[from] ForbiddenAddress),
    /// The whole read exceeded its budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// An entry that the snapshot builder refused: a duplicate id.
    #[error("{}", .0.problem)]
    Refused(#[from] Incomplete),
}

impl LdapError {
    /// The same with entry names made safe to print, since users may control them.
    pub(super) fn printable(self) -> Self {
        match self {
            Self::Search { problem, is_temporary } => {
                Self::Search { problem: visible(&problem), is_temporary }
            }
            Self::Contradiction(problem) => Self::Contradiction(visible(&problem)),
            Self::Unusable(problem) => Self::Unusable(visible(&problem)),
            other => other,
        }
    }

    /// Whether a second read may succeed.
    pub(super) fn is_temporary(&self) -> bool {
        match self {
            Self::Late { .. } | Self::Lost { .. } | Self::Contradiction(_) | Self::Refused(_) => true,
            Self::Search { is_temporary, .. } => *is_temporary,
            _ => false,
        }
    }
}
