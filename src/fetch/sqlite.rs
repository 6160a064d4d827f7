#![expect(clippy::disallowed_types, reason = "verb room: the first bytes of a store are looked at")]
//! Reads an embedded account store in one transaction.

use crate::model::{AttributePath, Right};
use crate::snapshot::{ApplicationSnapshot, Complete, Incomplete};
use crate::wire::sqlite::{FIRST_BYTES, LOCK_WAIT, StoreProblem, check_first_bytes, check_header, exists};
use crate::wire::start::StartState;
use crate::wire::store::{StoreReading, StoredValue};
use rusqlite::{Connection, OpenFlags, Row, Transaction};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// What to read.
#[derive(Clone, Debug)]
pub struct ReadRequest<'a> {
    /// The application's name.
    pub application: String,
    /// The database file.
    pub path: &'a Path,
    /// The attribute that holds the link.
    pub link: AttributePath,
    /// The attributes that policies need; the store uses their short names.
    pub attributes: Vec<AttributePath>,
    /// The start state, for the case that the store does not exist yet.
    pub start: Option<&'a StartState>,
}

/// A store that could not be read completely (exit code 7).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the account store `{path}` of application `{application}` cannot be read: {problem}")]
pub struct ReadError {
    /// The application's name.
    pub application: String,
    /// The database file.
    pub path: String,
    /// The problem.
    pub problem: StoreProblem,
}

impl From<ReadError> for Incomplete {
    fn from(error: ReadError) -> Self {
        let ReadError { application, path, problem } = error;
        Self::new(format!("application `{application}`"), format!("the account store `{path}`: {problem}"))
    }
}

/// Reads a whole store in one transaction. If the file is missing, the result is the start state. The file is never
/// created or changed.
///
/// # Errors
/// When the file is missing and has no start state, is locked for longer than [`LOCK_WAIT`], is damaged or is not an
/// account store: an unreadable store never counts as empty (threat E11).
pub fn read(request: &ReadRequest<'_>) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read_within(request, LOCK_WAIT)
}

/// [`read`] with a limit on the wait for another program's lock.
///
/// # Errors
/// As [`read`].
pub fn read_within(
    request: &ReadRequest<'_>,
    wait: Duration,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    read_store(request, wait).map_err(|problem| ReadError {
        application: request.application.clone(),
        path: request.path.display().to_string(),
        problem,
    })
}

fn read_store(
    request: &ReadRequest<'_>,
    wait: Duration,
) -> Result<Complete<ApplicationSnapshot>, StoreProblem> {
    let reading = StoreReading::new(&request.application, &request.link, &request.attributes);
    let stat = |path: &Path| std::fs::metadata(path).map(|found| (found.is_file(), found.len()));
    if exists(request.path, stat)? {
        check_first_bytes(&first_bytes(request.path)?)?;
        let mut connection = open(request.path, wait).map_err(problem)?;
        let transaction = connection.transaction().map_err(problem)?;
        check(&transaction)?;
        read_rows(&transaction, reading)
    } else {
        let start = request.start.ok_or(StoreProblem::Missing)?;
        reading.of_start(start).map_err(contradiction)
    }
}

fn first_bytes(path: &Path) -> Result<Vec<u8>, StoreProblem> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(FIRST_BYTES).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| StoreProblem::Unreachable(error.to_string()))
}

fn open(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(wait)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// Checks pages, row rules and references first: damage must not look like fewer accounts.
fn check(transaction: &Transaction<'_>) -> Result<(), StoreProblem> {
    let number = |pragma| transaction.pragma_query_value(None, pragma, |row| row.get(0)).map_err(problem);
    check_header(number("application_id")?, number("user_version")?)?;
    let report: String =
        transaction.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(problem)?;
    if report != "ok" {
        return Err(StoreProblem::Damaged(report));
    }
    let mut foreign_keys = transaction.prepare("PRAGMA foreign_key_check").map_err(problem)?;
    let mut rows = foreign_keys.query([]).map_err(problem)?;
    if let Some(row) = rows.next().map_err(problem)? {
        let (table, parent): (String, String) =
            row.get(0).and_then(|table| Ok((table, row.get(2)?))).map_err(problem)?;
        return Err(StoreProblem::Damaged(format!(
            "a row of `{table}` refers to a row of `{parent}` that does not exist"
        )));
    }
    Ok(())
}

fn read_rows(
    transaction: &Transaction<'_>,
    mut reading: StoreReading<'_>,
) -> Result<Complete<ApplicationSnapshot>, StoreProblem> {
    let accounts = "SELECT accounts.id, link, active, name, type, value FROM accounts
                    LEFT JOIN attributes ON account = accounts.id ORDER BY accounts.id";
    each_row(transaction, accounts, |row| {
        let link: Option<String> = row.get(1).map_err(problem)?;
        let active = row.get(2).map_err(problem)?;
        reading.account(&string(row, 0)?, link.as_deref(), active).map_err(contradiction)?;
        let name: Option<String> = row.get(3).map_err(problem)?;
        match name {
            Some(name) if reading.needs(&name) => {
                let value = StoredValue { kind: string(row, 4)?, text: string(row, 5)? };
                reading.attribute(&name, value).map_err(contradiction)
            }
            _ => Ok(()),
        }
    })?;
    let mut members = transaction
        .prepare("SELECT account FROM group_members WHERE name = $1 ORDER BY account")
        .map_err(problem)?;
    each_row(transaction, "SELECT name FROM groups ORDER BY name", |row| {
        let name = string(row, 0)?;
        let accounts: Vec<String> =
            members.query_map([&name], |row| row.get(0)).and_then(Iterator::collect).map_err(problem)?;
        reading.group(&name, accounts.iter().map(String::as_str)).map_err(contradiction)
    })?;
    let held = "SELECT entitlement, value, scope, account FROM grants ORDER BY account, 1, 2, 3";
    each_row(transaction, held, |row| {
        reading.grant(&string(row, 3)?, right(row).map_err(problem)?).map_err(contradiction)
    })?;
    let known = "SELECT entitlement, value, scope FROM entitlements ORDER BY 1, 2, 3";
    each_row(transaction, known, |row| {
        reading.known(right(row).map_err(problem)?);
        Ok(())
    })?;
    reading.finish().map_err(contradiction)
}

fn each_row(
    transaction: &Transaction<'_>,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), StoreProblem>,
) -> Result<(), StoreProblem> {
    let mut statement = transaction.prepare(sql).map_err(problem)?;
    let mut rows = statement.query([]).map_err(problem)?;
    while let Some(row) = rows.next().map_err(problem)? {
        take(row)?;
    }
    Ok(())
}

fn string(row: &Row<'_>, column: usize) -> Result<String, StoreProblem> {
    row.get(column).map_err(problem)
}

fn right(row: &Row<'_>) -> rusqlite::Result<Right> {
    let scope: String = row.get(2)?;
    Ok(Right { entitlement: row.get(0)?, value: row.get(1)?, scope: (!scope.is_empty()).then_some(scope) })
}

fn problem(error: rusqlite::Error) -> StoreProblem {
    match error.sqlite_error() {
        Some(code) => StoreProblem::from_sqlite(code.extended_code, error.to_string()),
        None => StoreProblem::Damaged(error.to_string()),
    }
}

fn contradiction(error: Incomplete) -> StoreProblem {
    StoreProblem::Damaged(error.problem)
}
