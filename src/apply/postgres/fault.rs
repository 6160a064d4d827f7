//! Why an attempt of a change failed.

use crate::execution::WriteError;
use crate::postgres::PostgresError;
use crate::wire::postgres::StoreProblem;
use std::time::Duration;

/// How long a statement waits for another program's lock.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How long a statement may take.
pub(super) const STATEMENT: Duration = Duration::from_secs(15);

/// Why an attempt failed.
pub(super) enum Fault {
    /// The change cannot be made.
    Write(WriteError),
    /// Of the session or a statement, before the commit was asked for: nothing was changed.
    Postgres(PostgresError),
    /// The answer to the commit did not come. By the transaction's id the server knows what became of it.
    Lost {
        /// The id.
        transaction: String,
        /// The id of the account, if it was to be made.
        account: Option<String>,
        /// Why there is no answer.
        problem: PostgresError,
    },
}

impl From<WriteError> for Fault {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl From<PostgresError> for Fault {
    fn from(error: PostgresError) -> Self {
        Self::Postgres(error)
    }
}

impl Fault {
    pub(super) fn store(problem: &StoreProblem) -> Self {
        Self::Write(WriteError::Failed(format!("the account store cannot be written: {problem}")))
    }
}
