//! Writes to an embedded account store: each change is one transaction, and is read back before it is committed.

mod application;
mod file;
mod rows;

pub use application::SqliteApplication;

use super::store::StoreChange;
use crate::execution::WriteError;
use crate::model::{AttributePath, Right, Value};
use crate::wire::sqlite::{LOCK_WAIT, StoreProblem};
use crate::wire::start::StartState;
use rows::Rows;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes to one store. Before the first change, nothing in the file system is touched.
///
/// Among attribute names, the link's name stands for the link, and `active` for whether the account may sign in. Values
/// are compared as text, and an empty value counts as none.
#[derive(Debug)]
pub struct SqliteWriter {
    path: PathBuf,
    link: String,
    start: Option<StartState>,
    wait: Duration,
    connection: Option<Connection>,
}

impl SqliteWriter {
    /// A writer to the database `path`; `link` is the name of the link in policies. If there is no database, the first
    /// change creates it with the start state.
    pub fn new(path: &Path, link: &AttributePath, start: Option<&StartState>) -> Self {
        Self {
            path: path.to_owned(),
            link: link.name.clone(),
            start: start.cloned(),
            wait: LOCK_WAIT,
            connection: None,
        }
    }

    /// The same writer, waiting at most `wait` for another program's lock instead of [`LOCK_WAIT`].
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The longest time that one change may take.
    pub fn call_timeout(&self) -> Duration {
        self.wait * 2
    }

    /// Creates an account for the user whose immutable id is `link`, and gives the account's id. If an account has this
    /// link and the same values, an earlier attempt created it: its id is given, and nothing is written.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if an account has this link with other values; otherwise see [`WriteError`].
    pub fn create(
        &mut self,
        attributes: &[(AttributePath, Value)],
        link: &str,
        active: bool,
    ) -> Result<String, WriteError> {
        let values = attributes.iter().map(|(path, value)| (path.name.clone(), Some(value.clone())));
        let change = StoreChange::Create { link: link.to_owned(), active, values: values.collect() };
        self.change(&change).map(Option::unwrap_or_default)
    }

    /// Writes the attributes that differ and, if given, whether the account may sign in, and its link (`""` removes
    /// it). If an expected value is not there, nothing is written.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account does not exist any more or has another value than expected; otherwise see
    /// [`WriteError`].
    pub fn update(
        &mut self,
        id: &str,
        expected: &[(AttributePath, Option<Value>)],
        changes: &[(AttributePath, Option<Value>)],
        active: Option<bool>,
        link: Option<&str>,
    ) -> Result<(), WriteError> {
        let named = |values: &[(AttributePath, Option<Value>)]| -> Vec<_> {
            values.iter().map(|(path, value)| (path.name.clone(), value.clone())).collect()
        };
        let active = active.map(|active| ("active".to_owned(), Some(Value::Boolean(active))));
        let link = link.map(|link| (self.link.clone(), Some(Value::Text(link.to_owned()))));
        let values = named(changes).into_iter().chain(active).chain(link).collect();
        self.change(&StoreChange::Update { id: id.to_owned(), expected: named(expected), values }).map(drop)
    }

    /// Deactivates the account; without effect if it is inactive.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account does not exist any more; otherwise see [`WriteError`].
    pub fn deactivate(&mut self, id: &str) -> Result<(), WriteError> {
        self.update(id, &[], &[], Some(false), None)
    }

    /// Deletes the account with its attributes, grants and memberships; without effect if it does not exist.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn delete(&mut self, id: &str) -> Result<(), WriteError> {
        self.change(&StoreChange::Delete { id: id.to_owned() }).map(drop)
    }

    /// Grants a right; without effect if the account has it.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account does not exist any more; [`WriteError::Failed`] if the application does not
    /// have the right; otherwise see [`WriteError`].
    pub fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.change(&StoreChange::Grant { id: id.to_owned(), right: right.clone() }).map(drop)
    }

    /// Revokes a right; without effect if the account does not have it.
    ///
    /// # Errors
    /// [`WriteError::Stale`] if the account does not exist any more; otherwise see [`WriteError`].
    pub fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.change(&StoreChange::Revoke { id: id.to_owned(), right: right.clone() }).map(drop)
    }

    /// Makes one change in one transaction, completely or not at all. For a new account, its id.
    pub(super) fn change(&mut self, change: &StoreChange) -> Result<Option<String>, WriteError> {
        let Self { path, link, start, wait, connection } = self;
        let connection = match connection {
            Some(connection) => connection,
            None => connection
                .insert(file::open(path, start.as_ref(), *wait).map_err(|problem| failed(path, &problem))?),
        };
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| failed(path, &file::problem(error)))?;
        let account = Rows(&transaction).make(change, link)?;
        transaction.commit().map_err(|error| uncommitted(path, error))?;
        Ok(account)
    }
}

fn failed(path: &Path, problem: &StoreProblem) -> WriteError {
    WriteError::Failed(format!("the account store `{}` cannot be written: {problem}", path.display()))
}

/// The error of a failed commit. After an error without a kind of its own, the commit may still have reached the disk;
/// after any other error, it was rolled back.
fn uncommitted(path: &Path, error: rusqlite::Error) -> WriteError {
    match file::problem(error) {
        StoreProblem::Other(message) => {
            WriteError::Unknown(format!("the account store `{}`: {message}", path.display()))
        }
        problem => failed(path, &problem),
    }
}
