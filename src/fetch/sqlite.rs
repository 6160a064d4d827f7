#![expect(clippy::disallowed_types, reason = "verb room: the first bytes of a store are looked at")]
//! Reads an embedded account store in one transaction.

use crate::model::{AttributePath, Field, Right, Value};
use crate::snapshot::{ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, Incomplete};
use crate::wire::sqlite::{
    FIRST_BYTES, LOCK_WAIT, StoreProblem, StoredValue, check_first_bytes, check_header, exists,
};
use crate::wire::start::StartState;
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
    let stat = |path: &Path| std::fs::metadata(path).map(|found| (found.is_file(), found.len()));
    if exists(request.path, stat)? {
        check_first_bytes(&first_bytes(request.path)?)?;
        let mut connection = open(request.path, wait).map_err(problem)?;
        let transaction = connection.transaction().map_err(problem)?;
        check(&transaction)?;
        read_rows(&transaction, request)
    } else {
        let start = request.start.ok_or(StoreProblem::Missing)?;
        read_start(start, request).map_err(contradiction)
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
            "a row of `{table}` refers to a row of `{parent}` that is not there"
        )));
    }
    Ok(())
}

fn read_rows(
    transaction: &Transaction<'_>,
    request: &ReadRequest<'_>,
) -> Result<Complete<ApplicationSnapshot>, StoreProblem> {
    let mut builder = builder(request);
    read_accounts(transaction, request, &mut builder)?;
    read_groups(transaction, &mut builder)?;
    let held = "SELECT entitlement, value, scope, account FROM grants ORDER BY account, 1, 2, 3";
    each_row(transaction, held, |row| {
        let account: String = row.get(3).map_err(problem)?;
        builder.grant(&account, right(row).map_err(problem)?).map_err(contradiction)
    })?;
    let known = "SELECT entitlement, value, scope FROM entitlements ORDER BY 1, 2, 3";
    each_row(transaction, known, |row| {
        builder.known(right(row).map_err(problem)?);
        Ok(())
    })?;
    builder.finish().map_err(contradiction)
}

/// An account whose attributes are still being read.
struct OpenAccount {
    id: String,
    link: Option<String>,
    active: bool,
    fields: Vec<Field<'static>>,
}

impl OpenAccount {
    fn close(self, builder: &mut ApplicationBuilder) -> Result<(), StoreProblem> {
        let Self { id, link, active, fields } = self;
        builder.account(&id, link.as_deref(), Some(active), &fields).map_err(contradiction)
    }
}

fn read_accounts(
    transaction: &Transaction<'_>,
    request: &ReadRequest<'_>,
    builder: &mut ApplicationBuilder,
) -> Result<(), StoreProblem> {
    let sql = "SELECT accounts.id, link, active, name, value, type FROM accounts
               LEFT JOIN attributes ON account = accounts.id ORDER BY accounts.id";
    let mut open: Option<OpenAccount> = None;
    each_row(transaction, sql, |row| {
        let id: String = row.get(0).map_err(problem)?;
        if open.as_ref().is_none_or(|account| account.id != id) {
            let next = open_account(id, row, request).map_err(problem)?;
            if let Some(done) = open.replace(next) {
                done.close(builder)?;
            }
        }
        let name: Option<String> = row.get(3).map_err(problem)?;
        if let (Some(name), Some(account)) = (name, open.as_mut())
            && name != request.link.name
            && let Some(at) = request.attributes.iter().position(|attribute| attribute.name == name)
        {
            let (text, kind): (String, String) =
                row.get(4).and_then(|text| Ok((text, row.get(5)?))).map_err(problem)?;
            account.fields[at] = field(StoredValue::read(&kind, text)?);
        }
        Ok(())
    })?;
    open.map_or(Ok(()), |last| last.close(builder))
}

fn open_account(id: String, row: &Row<'_>, request: &ReadRequest<'_>) -> rusqlite::Result<OpenAccount> {
    let link: Option<String> = row.get(1)?;
    let fields = request
        .attributes
        .iter()
        .map(|attribute| match &link {
            Some(link) if attribute.name == request.link.name => Field::text(link.clone()),
            _ => Field::Empty,
        })
        .collect();
    Ok(OpenAccount { id, link, active: row.get(2)?, fields })
}

fn read_groups(transaction: &Transaction<'_>, builder: &mut ApplicationBuilder) -> Result<(), StoreProblem> {
    let mut members = transaction
        .prepare("SELECT account FROM group_members WHERE name = ? ORDER BY account")
        .map_err(problem)?;
    each_row(transaction, "SELECT name FROM groups ORDER BY name", |row| {
        let name: String = row.get(0).map_err(problem)?;
        let accounts: Vec<String> =
            members.query_map([&name], |row| row.get(0)).and_then(Iterator::collect).map_err(problem)?;
        builder.group(&name, &name, accounts.iter().map(String::as_str)).map_err(contradiction)
    })
}

fn read_start(
    start: &StartState,
    request: &ReadRequest<'_>,
) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
    let mut builder = builder(request);
    for account in &start.accounts {
        let fields: Vec<_> = request
            .attributes
            .iter()
            .map(|attribute| match &account.link {
                Some(link) if attribute.name == request.link.name => Field::text(link.as_str()),
                _ => account.attributes.get(&attribute.name).cloned().map_or(Field::Empty, field),
            })
            .collect();
        builder.account(&account.id, account.link.as_deref(), Some(account.active), &fields)?;
    }
    for group in &start.groups {
        let members = start.accounts.iter().filter(|account| account.groups.contains(group));
        builder.group(group, group, members.map(|account| account.id.as_str()))?;
    }
    for account in &start.accounts {
        account.grants.iter().try_for_each(|right| builder.grant(&account.id, right.clone()))?;
    }
    start.known.iter().for_each(|right| builder.known(right.clone()));
    builder.finish()
}

fn builder(request: &ReadRequest<'_>) -> ApplicationBuilder {
    let names: Vec<_> = request.attributes.iter().map(|attribute| attribute.name.clone()).collect();
    ApplicationBuilder::new(&request.application, Capabilities { write: true, delete: true }, &names)
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

fn right(row: &Row<'_>) -> rusqlite::Result<Right> {
    let scope: String = row.get(2)?;
    Ok(Right { entitlement: row.get(0)?, value: row.get(1)?, scope: (!scope.is_empty()).then_some(scope) })
}

fn field(value: Value) -> Field<'static> {
    match value {
        Value::Boolean(value) => Field::Boolean(value),
        Value::Number(value) => Field::text(value.to_string()),
        Value::Text(text) => Field::text(text),
        Value::List(texts) if texts.is_empty() => Field::Empty,
        Value::List(texts) => Field::List(texts.into_iter().map(Into::into).collect()),
    }
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
