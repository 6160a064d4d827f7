#![expect(clippy::disallowed_methods, reason = "verb room: a read has a deadline")]
//! Reads an account store in PostgreSQL in one transaction.

use super::access::Access;
use super::secret::secret;
use crate::doctor::{ProbeReport, Step};
use crate::model::{AttributePath, PostgresConnection, Right};
use crate::postgres::{Again, Caps, Mode, PostgresError, Server, Session, Transaction};
use crate::snapshot::{ApplicationSnapshot, Complete, Incomplete};
use crate::wire::postgres::StoreProblem;
use crate::wire::start::StartState;
use crate::wire::store::{StoreReading, StoredValue};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// What to read.
#[derive(Clone, Debug)]
pub struct ReadRequest<'a> {
    /// The application's name.
    pub application: String,
    /// Where, and who signs in.
    pub server: &'a Server,
    /// The attribute that holds the link.
    pub link: AttributePath,
    /// The attributes that policies need; the store uses their short names.
    pub attributes: Vec<AttributePath>,
    /// The start state, for the case that the store does not exist yet.
    pub start: Option<&'a StartState>,
    /// Limits of the session; its budget is that of the read.
    pub caps: Caps,
}

/// A store that could not be read completely (exit code 7).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Of the session or a statement.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// No store that can be used.
    #[error(transparent)]
    Store(#[from] StoreProblem),
    /// Rows that contradict each other.
    #[error("the store is damaged ({0}); restore it from a backup, or repair it with PostgreSQL's own tools")]
    Damaged(String),
}

impl From<Incomplete> for ReadError {
    fn from(error: Incomplete) -> Self {
        Self::Damaged(error.problem)
    }
}

/// How often a read is begun anew after an outage, and the pause before that.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// The server of a connection, with its secrets.
///
/// # Errors
/// When a secret or a file is missing; the reason without secrets.
pub fn server(connection: &PostgresConnection, access: &Access) -> Result<Server, String> {
    Ok(Server {
        connection: connection.clone(),
        password: connection.credential.as_ref().map(secret).transpose()?,
        certificate: connection.certificate.as_ref().map(secret).transpose()?,
        ca: connection.ca.as_ref().map(|path| access.folder.text(path)).transpose()?,
        addresses: access.addresses.clone(),
    })
}

/// Reads a whole store in one transaction. If there is none, the result is the start state. Nothing is created or changed.
///
/// # Errors
/// When the server cannot be reached, the budget is used up, or there is no store and no start state: what cannot be read
/// never counts as empty (threat E11).
pub async fn read(request: &ReadRequest<'_>) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let (began, budget) = (Instant::now(), request.caps.budget);
    let mut attempt = 1;
    loop {
        let left = budget.time.saturating_sub(began.elapsed());
        let read = timeout(left, read_store(request, left)).await;
        budget.allows_time(began.elapsed()).map_err(PostgresError::from)?;
        match read {
            Ok(Err(ReadError::Postgres(error))) if attempt < ATTEMPTS && error.again() != Again::No => {
                attempt += 1;
                sleep(PAUSE).await;
            }
            Ok(read) => return read,
            // The loop ends above.
            Err(_) => {}
        }
    }
}

async fn read_store(
    request: &ReadRequest<'_>,
    time: Duration,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let reading = StoreReading::new(&request.application, &request.link, &request.attributes);
    let schema = &request.server.connection.schema;
    let session = request.server.connect(request.caps).await?;
    let lock = Duration::from_secs(5);
    session.begin(&Transaction { mode: Mode::Read, schema, statement: time, lock }).await?;
    if session.held(schema).await?.is_store(schema)? {
        read_rows(&session, request, reading).await
    } else {
        let start = request.start.ok_or_else(|| StoreProblem::Missing(schema.clone()))?;
        Ok(reading.of_start(start)?)
    }
}

async fn read_rows(
    session: &Session,
    request: &ReadRequest<'_>,
    mut reading: StoreReading<'_>,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let mut records = 0;
    let mut last = String::new();
    let mut count = |id: &str| -> Result<(), ReadError> {
        if last != id {
            id.clone_into(&mut last);
            records += 1;
        }
        Ok(request.caps.budget.allows_records(records).map_err(PostgresError::from)?)
    };
    let accounts = "SELECT accounts.id, link, active, name, type, value FROM accounts \
                    LEFT JOIN attributes ON account = accounts.id ORDER BY accounts.id";
    let account = |row: &Row| -> Result<(), ReadError> {
        let id = text(session, row, 0)?;
        count(id)?;
        reading.account(id, session.column(row, 1)?, session.column(row, 2)?)?;
        match session.column::<Option<&str>>(row, 3)? {
            Some(name) if reading.needs(name) => {
                let value = StoredValue {
                    kind: text(session, row, 4)?.to_owned(),
                    text: text(session, row, 5)?.to_owned(),
                };
                Ok(reading.attribute(name, value)?)
            }
            _ => Ok(()),
        }
    };
    session.each_row(accounts, account).await?;
    read_groups(session, &mut count, &mut reading).await?;
    let right = |row: &Row| -> Result<Right, PostgresError> {
        let scope = Some(text(session, row, 2)?).filter(|scope| !scope.is_empty()).map(ToOwned::to_owned);
        Ok(Right {
            entitlement: text(session, row, 0)?.to_owned(),
            value: text(session, row, 1)?.to_owned(),
            scope,
        })
    };
    let held = "SELECT entitlement, value, scope, account FROM grants ORDER BY account, 1, 2, 3";
    let grant =
        |row: &Row| -> Result<(), ReadError> { Ok(reading.grant(text(session, row, 3)?, right(row)?)?) };
    session.each_row(held, grant).await?;
    let known = "SELECT entitlement, value, scope FROM entitlements ORDER BY 1, 2, 3";
    let known_right = |row: &Row| -> Result<(), ReadError> {
        reading.known(right(row)?);
        Ok(())
    };
    session.each_row(known, known_right).await?;
    Ok(reading.finish()?)
}

fn text<'r>(session: &Session, row: &'r Row, place: usize) -> Result<&'r str, PostgresError> {
    session.column(row, place)
}

async fn read_groups(
    session: &Session,
    count: &mut impl FnMut(&str) -> Result<(), ReadError>,
    reading: &mut StoreReading<'_>,
) -> Result<(), ReadError> {
    let groups = "SELECT groups.name, account FROM groups \
                  LEFT JOIN group_members ON group_members.name = groups.name ORDER BY groups.name, account";
    let mut open: Option<(String, Vec<String>)> = None;
    let close = |reading: &mut StoreReading<'_>, open: Option<(String, Vec<String>)>| match open {
        Some((name, members)) => reading.group(&name, members.iter().map(String::as_str)),
        None => Ok(()),
    };
    let each = |row: &Row| -> Result<(), ReadError> {
        let name: &str = session.column(row, 0)?;
        count(name)?;
        if open.as_ref().is_none_or(|(last, _)| last != name) {
            close(reading, open.replace((name.to_owned(), Vec::new())))?;
        }
        let member: Option<&str> = session.column(row, 1)?;
        if let Some((_, members)) = &mut open {
            members.extend(member.map(ToOwned::to_owned));
        }
        Ok(())
    };
    session.each_row(groups, each).await?;
    Ok(close(reading, open)?)
}

/// Looks what a connection can do, by reading alone: whether there is a store, and whether its tables may be written.
pub async fn probe(server: &Server, has_start: bool, report: &mut ProbeReport) {
    let session = match server.connect(Caps::default()).await {
        Ok(session) => session,
        Err(error) => {
            let step =
                if matches!(error, PostgresError::SignIn { .. }) { Step::SignIn } else { Step::Connection };
            report.note(step, Err(error.to_string()));
            return;
        }
    };
    report.note(Step::Connection, Ok(format!("`{}` answers", server.name())));
    report.note(Step::SignIn, Ok(format!("`{}` can sign in", server.connection.user)));
    let read = looked(&session, server, has_start).await;
    let (step, result) = match read {
        Ok((step, result)) => (step, result),
        Err(ReadError::Postgres(error)) if error.state() == Some("42501") => {
            (Step::Permission, Err(error.to_string()))
        }
        Err(error) => (Step::Read, Err(error.to_string())),
    };
    report.note(step, result);
}

async fn looked(
    session: &Session,
    server: &Server,
    has_start: bool,
) -> Result<(Step, Result<String, String>), ReadError> {
    let schema = &server.connection.schema;
    let wait = Duration::from_secs(20);
    session.begin(&Transaction { mode: Mode::Read, schema, statement: wait, lock: wait }).await?;
    if !session.held(schema).await?.is_store(schema)? {
        return match has_start {
            true => Ok((Step::Read, Ok(format!("the first change creates the store in `{schema}`")))),
            false => Err(StoreProblem::Missing(schema.clone()).into()),
        };
    }
    let one = "SELECT accounts.id, name, entitlement FROM accounts LEFT JOIN attributes ON attributes.account = id \
               LEFT JOIN grants ON grants.account = id LIMIT 1";
    session.rows(one, &[]).await?;
    let may = "SELECT t || ' (' || p || ')' FROM unnest(ARRAY['accounts', 'attributes', 'grants']) t, \
               unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) p \
               WHERE NOT has_table_privilege(quote_ident($1) || '.' || t, p) ORDER BY t, p";
    let refused = session.rows(may, &[(schema, Type::TEXT)]).await?;
    let refused: Result<Vec<String>, _> = refused.iter().map(|row| session.column(row, 0)).collect();
    let refused = refused?;
    if refused.is_empty() {
        return Ok((Step::Read, Ok(format!("the store in `{schema}` can be read and written"))));
    }
    let user = &server.connection.user;
    Ok((Step::Permission, Err(format!("`{user}` has no permission to write {}", refused.join(", ")))))
}
