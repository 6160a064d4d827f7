//! Why a directory was not read: what is wrong, and what to do. Exit code 7, whatever it is.

use crate::snapshot::Incomplete;
use crate::wire::ldap::visible;

/// A read that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LdapError {
    /// The connection says something that cannot be used.
    #[error("{0}")]
    Connection(String),
    /// The host's name leads nowhere.
    #[error("the host `{host}` is not found ({problem}): correct `url`, or this machine's name resolution")]
    Host {
        /// The host.
        host: String,
        /// What the machine says.
        problem: String,
    },
    /// Nobody answers there.
    #[error(
        "`{server}` cannot be reached ({problem}): correct `url`, or open the port between this machine and it"
    )]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the machine says.
        problem: String,
    },
    /// No encryption, or with a server that is not the one meant.
    #[error("`{server}` is not trusted: {problem}")]
    Tls {
        /// Host and port.
        server: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// An answer that does not come to its end in time.
    #[error(
        "`{server}` took more than {seconds} s for one answer: look whether it is overloaded, and run again"
    )]
    Late {
        /// Host and port.
        server: String,
        /// The time it had.
        seconds: u64,
    },
    /// The connection ended before the answer did.
    #[error("the connection to `{server}` broke off ({problem}): run again")]
    Lost {
        /// Host and port.
        server: String,
        /// What happened.
        problem: String,
    },
    /// Bytes that are no LDAP.
    #[error(
        "`{server}` sends what is no LDAP ({problem}): correct `url`; `ldaps://` and `ldap://` have ports of their own"
    )]
    Malformed {
        /// Host and port.
        server: String,
        /// What is wrong with them.
        problem: String,
    },
    /// Signing in failed. It is never tried again: a few wrong passwords lock an account.
    #[error("signing in as `{name}` failed: {problem}")]
    SignIn {
        /// `bindDn`.
        name: String,
        /// Why, and what to do.
        problem: String,
    },
    /// A search did not succeed.
    #[error("{problem}")]
    Search {
        /// Where, why, and what to do.
        problem: String,
        /// Whether it may succeed a little later.
        may_pass: bool,
    },
    /// Entries that contradict each other, as when they change while they are read.
    #[error("{0}")]
    Contradiction(String),
    /// Entries that are not what a complete read gives, however often it is tried.
    #[error("{0}")]
    Unusable(String),
    /// What the snapshot's builder refused: an id twice.
    #[error("{}", .0.problem)]
    Refused(#[from] Incomplete),
}

impl LdapError {
    /// The same, the names of entries in it made harmless: whoever may name an entry must not steer a terminal.
    pub(super) fn harmless(self) -> Self {
        match self {
            Self::Search { problem, may_pass } => Self::Search { problem: visible(&problem), may_pass },
            Self::Contradiction(problem) => Self::Contradiction(visible(&problem)),
            Self::Unusable(problem) => Self::Unusable(visible(&problem)),
            other => other,
        }
    }

    /// Whether a second read from the beginning may succeed.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Late { .. } | Self::Lost { .. } | Self::Contradiction(_) | Self::Refused(_) => true,
            Self::Search { may_pass, .. } => *may_pass,
            _ => false,
        }
    }
}
