//! Why a session or a statement failed, and what to do.

use crate::model::{ForbiddenAddress, OverBudget};
use std::error::Error;
use std::io;

/// Why a session or a statement failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostgresError {
    /// The connection's settings cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The host is at an address that may not be called.
    #[error(transparent)]
    Address(#[from] ForbiddenAddress),
    /// Nobody answers.
    #[error(
        "`{server}` cannot be reached ({problem}): correct `host` and `port`, or let this machine reach it"
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
    /// The server lets us not in.
    #[error(
        "signing in to `{server}` as `{user}` failed: {problem}; correct `user`, its password or the server's `pg_hba.conf`"
    )]
    SignIn {
        /// Host and port.
        server: String,
        /// Who signs in.
        user: String,
        /// What the server says.
        problem: String,
    },
    /// The server refuses a statement, or to begin a session.
    #[error("PostgreSQL says: {message} (SQLSTATE {state})")]
    Refused {
        /// The five characters of SQLSTATE.
        state: String,
        /// What it says.
        message: String,
    },
    /// The connection broke off.
    #[error("the connection to `{server}` broke off ({problem})")]
    Lost {
        /// Host and port.
        server: String,
        /// The error.
        problem: String,
    },
    /// No answer in time.
    #[error(
        "`{server}` did not answer within {seconds} s: check whether it is overloaded or waiting for a lock"
    )]
    Late {
        /// Host and port.
        server: String,
        /// The time limit in seconds.
        seconds: u64,
    },
    /// Bytes that are not PostgreSQL's protocol, or a version that is too old.
    #[error("`{server}` cannot be used: {problem}")]
    Unusable {
        /// Host and port.
        server: String,
        /// The problem, and what to do.
        problem: String,
    },
    /// The whole read exceeded its budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}

/// Whether the same transaction may succeed when it is begun again. Nothing of it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It got into another's way: at once.
    Conflict,
    /// The server ends, begins or is not reached: with a new session, after a while.
    Outage,
    /// No: the same would happen.
    No,
}

impl PostgresError {
    /// The SQLSTATE of a refusal.
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Refused { state, .. } => Some(state),
            _ => None,
        }
    }

    /// Whether a transaction that failed so, and whose commit was not asked for, may be begun again.
    ///
    /// States by <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    pub fn again(&self) -> Again {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } => Again::Outage,
            Self::Refused { state, .. } => match state.as_str() {
                // Serialization failure, deadlock, and a unique value that a concurrent transaction took.
                "40001" | "40P01" | "23505" => Again::Conflict,
                // Too many connections; the server ends, crashed, or is starting.
                "53300" | "57P01" | "57P02" | "57P03" => Again::Outage,
                state if state.starts_with("08") => Again::Outage,
                _ => Again::No,
            },
            Self::Settings(_)
            | Self::Address(_)
            | Self::Tls { .. }
            | Self::SignIn { .. }
            | Self::Late { .. }
            | Self::Unusable { .. }
            | Self::OverBudget(_) => Again::No,
        }
    }

    /// An error of the client library, while signed in to `server`.
    pub(super) fn of(server: &str, error: &tokio_postgres::Error) -> Self {
        if let Some(refusal) = error.as_db_error() {
            let state = refusal.code().code().to_owned();
            return Self::Refused { state, message: visible(refusal.message()) };
        }
        if let Some(over) = cause::<OverBudget>(error) {
            return Self::OverBudget(*over);
        }
        let server = server.to_owned();
        match cause::<io::Error>(error) {
            Some(broken) if broken.kind() == io::ErrorKind::InvalidData => {
                let problem =
                    format!("it does not speak PostgreSQL's protocol ({broken}); check `host` and `port`");
                Self::Unusable { server, problem }
            }
            Some(broken) => Self::Lost { server, problem: broken.to_string() },
            None if error.is_closed() => Self::Lost { server, problem: "the server closed it".to_owned() },
            None => Self::Unusable { server, problem: visible(&chain(error)) },
        }
    }
}

/// The first cause of this type. Errors of reading and writing hide the cause that they were made of.
pub(super) fn cause<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref::<T>()) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// An error with its causes.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

/// What a server says, on one line and not too long.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).take(500).collect()
}
