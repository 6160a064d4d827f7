//! Opens a store for writing, and creates it from its start state, completely or not at all.
#![expect(clippy::disallowed_types, reason = "verb room: the folder of a new store is synced to disk")]

use crate::wire::sqlite::{FIRST_BYTES, SCHEMA, StoreProblem, check_first_bytes, check_header, exists};
use crate::wire::start::{StartAccount, StartState};
use crate::wire::store::StoredValue;
use rusqlite::{Connection, OpenFlags, Transaction};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

/// Opens the store; if it does not exist and a start state is given, creates it first.
pub(super) fn open(
    path: &Path,
    start: Option<&StartState>,
    wait: Duration,
) -> Result<Connection, StoreProblem> {
    let look = |path: &Path| std::fs::metadata(path).map(|found| (found.is_file(), found.len()));
    if !exists(path, look)? {
        create(path, start.ok_or(StoreProblem::Missing)?)?;
    }
    check_first_bytes(&first_bytes(path)?)?;
    let connection = connect(path).map_err(problem)?;
    connection.busy_timeout(wait).map_err(problem)?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get(0)).map_err(problem);
    check_header(number("application_id")?, number("user_version")?)?;
    set_up(&connection).map_err(problem)?;
    Ok(connection)
}

fn first_bytes(path: &Path) -> Result<Vec<u8>, StoreProblem> {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(FIRST_BYTES).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| StoreProblem::Unreachable(error.to_string()))
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Creates the store. A crash leaves at most a hidden file beside it. A store that another process created meanwhile
/// stays as it is.
fn create(path: &Path, start: &StartState) -> Result<(), StoreProblem> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let unwritable = |error: io::Error| StoreProblem::NotWritable(error.to_string());
    let draft = tempfile::Builder::new().prefix(".account-store-").tempfile_in(folder).map_err(unwritable)?;
    fill(draft.path(), start).map_err(problem)?;
    draft.as_file().sync_all().map_err(unwritable)?;
    match draft.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(unwritable(error.error)),
    }
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn fill(path: &Path, start: &StartState) -> rusqlite::Result<()> {
    let mut connection = connect(path)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    for right in &start.known {
        let scope = right.scope.as_deref().unwrap_or_default();
        transaction
            .prepare_cached("INSERT INTO entitlements (entitlement, value, scope) VALUES (?, ?, ?)")?
            .execute((&right.entitlement, &right.value, scope))?;
    }
    for group in &start.groups {
        transaction.prepare_cached("INSERT INTO groups (name) VALUES (?)")?.execute([group])?;
    }
    start.accounts.iter().try_for_each(|account| insert(&transaction, account))?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

fn insert(transaction: &Transaction<'_>, account: &StartAccount) -> rusqlite::Result<()> {
    let StartAccount { id, link, active, attributes, groups, grants } = account;
    transaction
        .prepare_cached("INSERT INTO accounts (id, link, active) VALUES (?, ?, ?)")?
        .execute((id, link, active))?;
    for (name, value) in attributes {
        let Some(StoredValue { kind, text }) = StoredValue::of(value) else { continue };
        transaction
            .prepare_cached("INSERT INTO attributes (account, name, value, type) VALUES (?, ?, ?, ?)")?
            .execute((id, name, text, kind))?;
    }
    for group in groups {
        transaction
            .prepare_cached("INSERT INTO group_members (name, account) VALUES (?, ?)")?
            .execute((group, id))?;
    }
    for right in grants {
        let scope = right.scope.as_deref().unwrap_or_default();
        transaction
            .prepare_cached("INSERT INTO grants (account, entitlement, value, scope) VALUES (?, ?, ?, ?)")?
            .execute((id, &right.entitlement, &right.value, scope))?;
    }
    Ok(())
}

/// The error that SQLite reports.
pub(super) fn problem(error: rusqlite::Error) -> StoreProblem {
    match error.sqlite_error() {
        Some(code) => StoreProblem::from_sqlite(code.extended_code, error.to_string()),
        None => StoreProblem::Damaged(error.to_string()),
    }
}
