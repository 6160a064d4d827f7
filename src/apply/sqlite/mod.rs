//! Writes to an embedded account store: each change is one transaction, read back before it is committed.

mod file;
mod rows;

use super::{Values, WriteError, Writer};
use crate::model::{AttributePath, Right, Value};
use crate::wire::sqlite::{LOCK_WAIT, StoreProblem};
use crate::wire::start::StartState;
use rows::Rows;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes to one store. Until the first change it touches nothing.
///
/// Wherever attributes are named, the link's name means the link, and `active` whether the account may sign in. Values
/// compare by their text, and an empty value is none.
#[derive(Debug)]
pub struct SqliteWriter {
    path: PathBuf,
    link: String,
    start: Option<StartState>,
    wait: Duration,
    connection: Option<Connection>,
}

impl SqliteWriter {
    /// A writer to the database `path`, whose link policies know as `link`. Where there is no database, the first
    /// change makes it with the start state.
    pub fn new(path: &Path, link: &AttributePath, start: Option<&StartState>) -> Self {
        Self {
            path: path.to_owned(),
            link: link.name.clone(),
            start: start.cloned(),
            wait: LOCK_WAIT,
            connection: None,
        }
    }

    /// The same, waiting at most `wait` for another program's lock instead of [`LOCK_WAIT`].
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Makes an account for the user whose immutable id is `link`, and gives the account's id. An account that has this
    /// link and just these values already is the work of an earlier try: its id is given and nothing is written.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when an account has this link with other values; else as [`WriteError`] says.
    pub fn create(
        &mut self,
        attributes: &[(AttributePath, Value)],
        link: &str,
        active: bool,
    ) -> Result<String, WriteError> {
        if link.is_empty() {
            return Err(WriteError::Failed("a new account needs a link, and it is empty".to_owned()));
        }
        self.change(|rows| match rows.linked(link)? {
            Some(id) => {
                rows.expect(&id, "active", Some(&Value::Boolean(active)))?;
                attributes.iter().try_for_each(|(name, value)| rows.expect(&id, &name.name, Some(value)))?;
                Ok(id)
            }
            None => {
                let id = rows.insert(link, active)?;
                attributes.iter().try_for_each(|(name, value)| rows.put(&id, &name.name, Some(value)))?;
                Ok(id)
            }
        })
    }

    /// Writes attributes that differ, and where given whether the account may sign in, and its link (`""` takes it
    /// away). Nothing is written unless every expected value is there.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account is gone or a value is not the expected one; else as [`WriteError`] says.
    pub fn update(
        &mut self,
        id: &str,
        expected: &[(AttributePath, Option<Value>)],
        changes: &[(AttributePath, Option<Value>)],
        active: Option<bool>,
        link: Option<&str>,
    ) -> Result<(), WriteError> {
        let link_name = self.link.clone();
        self.change(|rows| {
            rows.present(id)?;
            expected.iter().try_for_each(|(name, value)| rows.expect(id, &name.name, value.as_ref()))?;
            changes.iter().try_for_each(|(name, value)| rows.put(id, &name.name, value.as_ref()))?;
            if let Some(active) = active {
                rows.put(id, "active", Some(&Value::Boolean(active)))?;
            }
            match link {
                Some(link) => rows.put(id, &link_name, Some(&Value::Text(link.to_owned()))),
                None => Ok(()),
            }
        })
    }

    /// Bars the account's sign-in; one that is barred already stays so.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account is gone; else as [`WriteError`] says.
    pub fn deactivate(&mut self, id: &str) -> Result<(), WriteError> {
        self.change(|rows| {
            rows.present(id)?;
            rows.put(id, "active", Some(&Value::Boolean(false)))
        })
    }

    /// Removes the account with its attributes, grants and memberships; one that is gone already stays so.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    pub fn delete(&mut self, id: &str) -> Result<(), WriteError> {
        self.change(|rows| rows.delete(id))
    }

    /// Gives a right; one that is held already stays so.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account is gone; [`WriteError::Failed`] when the application does not know the
    /// right; else as [`WriteError`] says.
    pub fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.change(|rows| {
            rows.present(id)?;
            rows.grant(id, right)
        })
    }

    /// Takes a right; one that is not held stays so.
    ///
    /// # Errors
    /// [`WriteError::Stale`] when the account is gone; else as [`WriteError`] says.
    pub fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.change(|rows| {
            rows.present(id)?;
            rows.revoke(id, right)
        })
    }

    /// One transaction: all that `write` does, or, when it fails, nothing.
    fn change<T>(&mut self, write: impl FnOnce(&Rows<'_>) -> Result<T, WriteError>) -> Result<T, WriteError> {
        let Self { path, link, start, wait, connection } = self;
        let connection = match connection {
            Some(connection) => connection,
            None => connection
                .insert(file::open(path, start.as_ref(), *wait).map_err(|problem| failed(path, &problem))?),
        };
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| failed(path, &file::problem(error)))?;
        let done = write(&Rows { transaction: &transaction, link })?;
        transaction.commit().map_err(|error| uncommitted(path, error))?;
        Ok(done)
    }
}

fn failed(path: &Path, problem: &StoreProblem) -> WriteError {
    WriteError::Failed(format!("the account store `{}` cannot be written: {problem}", path.display()))
}

/// A commit that could not reach the disk may be found there after all; any other refusal undid it.
fn uncommitted(path: &Path, error: rusqlite::Error) -> WriteError {
    match file::problem(error) {
        StoreProblem::Other(message) => {
            WriteError::Unknown(format!("the account store `{}`: {message}", path.display()))
        }
        problem => failed(path, &problem),
    }
}

impl Writer for SqliteWriter {
    fn call_timeout(&self) -> Duration {
        self.wait * 2
    }

    fn create(&mut self, attributes: &[(AttributePath, Value)], link: &str) -> Result<String, WriteError> {
        Self::create(self, attributes, link, true)
    }

    fn update(
        &mut self,
        id: &str,
        expected: &Values,
        changes: &Values,
        active: Option<bool>,
    ) -> Result<(), WriteError> {
        Self::update(self, id, expected, changes, active, None)
    }

    fn deactivate(&mut self, id: &str) -> Result<(), WriteError> {
        Self::deactivate(self, id)
    }

    fn delete(&mut self, id: &str) -> Result<(), WriteError> {
        Self::delete(self, id)
    }

    fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        Self::grant(self, id, right)
    }

    fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        Self::revoke(self, id, right)
    }
}
