//! One attempt of a change, and what its end means.

use super::fault::{Fault, LOCK_WAIT, STATEMENT};
use super::make::make;
use super::rows::{Made, Rows};
use crate::apply::store::StoreChange;
use crate::postgres::{Mode, PostgresError, Session, Transaction};
use crate::wire::start::StartState;
use std::cell::Cell;
use tokio_postgres::types::Type;

/// What became of a transaction whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Committed,
    /// Nothing was changed.
    Aborted,
    /// It is still under way.
    Open,
}

/// A change of one store.
pub(super) struct Attempt<'a> {
    pub(super) schema: &'a str,
    pub(super) link: &'a str,
    pub(super) start: Option<&'a StartState>,
    pub(super) change: &'a StoreChange,
    /// Whether the commit was asked for: from then on it is not known what a cut means.
    pub(super) commits: &'a Cell<bool>,
}

impl Attempt<'_> {
    /// One transaction: the whole change or, if it fails, nothing. For a new account, its id. After an error the session is
    /// to be ended.
    pub(super) async fn make(&self, session: &Session) -> Result<Option<String>, Fault> {
        self.commits.set(false);
        let schema = self.schema;
        let transaction = Transaction { mode: Mode::Write, schema, statement: STATEMENT, lock: LOCK_WAIT };
        session.begin(&transaction).await?;
        let held = session.held(schema).await?;
        if !held.is_store(schema).map_err(|problem| Fault::store(&problem))? {
            session.run("ROLLBACK").await?;
            make(session, schema, self.start).await?;
            session.begin(&transaction).await?;
        }
        let Made { account, is_written } = Rows(session).make(self.change, self.link).await?;
        if !is_written {
            session.run("ROLLBACK").await?;
            return Ok(account);
        }
        let row = session.row("SELECT pg_current_xact_id()::text", &[]).await?;
        let id = row.map(|row| session.column::<String>(&row, 0)).transpose()?;
        self.commits.set(true);
        match session.run("COMMIT").await {
            Ok(()) => Ok(account),
            // It said that it did not commit.
            Err(refused @ PostgresError::Refused { .. }) if !ends(&refused) => Err(refused.into()),
            Err(problem) => Err(Fault::Lost { transaction: id.unwrap_or_default(), account, problem }),
        }
    }
}

/// Whether a refusal means that the server ends the session, perhaps after it committed.
fn ends(error: &PostgresError) -> bool {
    error.state().is_some_and(|state| state.starts_with("57P") || state.starts_with("08"))
}

/// What became of a transaction (<https://www.postgresql.org/docs/current/functions-info.html>, `pg_xact_status`).
///
/// # Errors
/// The server cannot be asked, or does not know.
pub(super) async fn fate(session: &Session, transaction: &str) -> Result<Fate, PostgresError> {
    let sql = "SELECT pg_xact_status($1::text::xid8)";
    let row = session.row(sql, &[(&transaction, Type::TEXT)]).await?;
    let status = row.map(|row| session.column::<Option<String>>(&row, 0)).transpose()?.flatten();
    match status.as_deref() {
        Some("committed") => Ok(Fate::Committed),
        Some("aborted") => Ok(Fate::Aborted),
        Some("in progress") => Ok(Fate::Open),
        other => Err(PostgresError::Settings(format!(
            "the server does not know what became of the transaction ({})",
            other.unwrap_or("too old")
        ))),
    }
}
