//! A transaction of a session in one schema.

use super::error::PostgresError;
use super::session::Session;
use crate::wire::postgres::Held;
use std::time::Duration;
use tokio_postgres::types::Type;

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reads the state of one moment.
    Read,
    /// Reads the state of one moment, and writes; another's change of what it writes is a conflict.
    Write,
    /// Makes tables; sees what others committed meanwhile.
    Make,
}

/// How a transaction begins.
#[derive(Clone, Copy, Debug)]
pub struct Transaction<'t> {
    /// What it does.
    pub mode: Mode,
    /// The schema whose tables are meant. No other is looked in, so nobody can put tables of theirs in place of them.
    pub schema: &'t str,
    /// How long a statement may take.
    pub statement: Duration,
    /// How long a statement waits for another's lock.
    pub lock: Duration,
}

impl Session {
    /// Begins a transaction. The server ends it when this process stands still, so that a killed run locks nobody out.
    ///
    /// Rows that policies of the database hide are an error: fewer rows must not look like fewer accounts (threat E1).
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn begin(&self, transaction: &Transaction<'_>) -> Result<(), PostgresError> {
        let Transaction { mode, schema, statement, lock } = transaction;
        self.run(match mode {
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
            Mode::Make => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        })
        .await?;
        let set = "SELECT set_config('search_path', quote_ident($1) || ', pg_temp', true), \
                   set_config('row_security', 'off', true), set_config('statement_timeout', $2, true), \
                   set_config('lock_timeout', $3, true), \
                   set_config('idle_in_transaction_session_timeout', $2, true)";
        let (statement, lock) = (milliseconds(*statement), milliseconds(*lock));
        self.rows(set, &[(schema, Type::TEXT), (&statement, Type::TEXT), (&lock, Type::TEXT)]).await?;
        Ok(())
    }

    /// What a schema holds.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn held(&self, schema: &str) -> Result<Held, PostgresError> {
        let look = "SELECT to_regclass(quote_ident($1) || '.account_store') IS NOT NULL, \
                    EXISTS (SELECT FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace \
                    ON pg_namespace.oid = relnamespace WHERE nspname = $1)";
        let found = self.row(look, &[(&schema, Type::TEXT)]).await?;
        let (is_store, has_tables) = match &found {
            Some(row) => (self.column(row, 0)?, self.column(row, 1)?),
            None => (false, false),
        };
        match (is_store, has_tables) {
            (false, false) => Ok(Held::Nothing),
            (false, true) => Ok(Held::Foreign),
            (true, _) => match self.row("SELECT layout FROM account_store", &[]).await? {
                Some(row) => Ok(Held::Store(self.column(&row, 0)?)),
                None => Ok(Held::Store(0)),
            },
        }
    }
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().max(1).to_string()
}
