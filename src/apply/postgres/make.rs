//! Makes a store from its start state, completely or not at all.

use super::fault::{Fault, LOCK_WAIT, STATEMENT};
use crate::apply::store::Parameter;
use crate::model::Right;
use crate::postgres::{Mode, PostgresError, Session, Transaction, Value};
use crate::wire::postgres::{SCHEMA, StoreProblem};
use crate::wire::start::{StartAccount, StartState};
use crate::wire::store::StoredValue;
use tokio_postgres::types::Type;

/// Makes the store in this schema, unless another did meanwhile.
pub(super) async fn make(session: &Session, schema: &str, start: Option<&StartState>) -> Result<(), Fault> {
    let start = start.ok_or_else(|| Fault::store(&StoreProblem::Missing(schema.to_owned())))?;
    let transaction = Transaction { mode: Mode::Make, schema, statement: STATEMENT, lock: LOCK_WAIT };
    session.begin(&transaction).await?;
    // Two that make a store wait for each other here; the second finds that of the first.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('rolewright ' || $1, 0))";
    session.rows(lock, &[(&schema, Type::TEXT)]).await?;
    if session.held(schema).await?.is_store(schema).map_err(|problem| Fault::store(&problem))? {
        return Ok(session.run("ROLLBACK").await?);
    }
    let exists = "SELECT format('CREATE SCHEMA %I', $1) WHERE to_regnamespace(quote_ident($1)) IS NULL";
    if let Some(row) = session.row(exists, &[(&schema, Type::TEXT)]).await? {
        session.run(session.column(&row, 0)?).await?;
    }
    session.run(SCHEMA).await?;
    fill(session, start).await?;
    Ok(session.run("COMMIT").await?)
}

async fn fill(session: &Session, start: &StartState) -> Result<(), PostgresError> {
    for Right { entitlement, value, scope } in &start.known {
        let values = [Some(entitlement.as_str()), Some(value), Some(scope.as_deref().unwrap_or_default())];
        insert(session, "INSERT INTO entitlements (entitlement, value, scope) VALUES ($1, $2, $3)", &values)
            .await?;
    }
    for group in &start.groups {
        insert(session, "INSERT INTO groups (name) VALUES ($1)", &[Some(group.as_str())]).await?;
    }
    for account in &start.accounts {
        fill_account(session, account).await?;
    }
    Ok(())
}

async fn fill_account(session: &Session, account: &StartAccount) -> Result<(), PostgresError> {
    let StartAccount { id, link, active, attributes, groups, grants } = account;
    let link = link.as_deref();
    let values: [Value<'_>; 3] = [(id, Type::TEXT), (&link, Type::TEXT), (active, Type::BOOL)];
    session.execute("INSERT INTO accounts (id, link, active) VALUES ($1, $2, $3)", &values).await?;
    for (name, value) in attributes {
        let Some(StoredValue { kind, text }) = StoredValue::of(value) else { continue };
        let sql = "INSERT INTO attributes (account, name, value, type) VALUES ($1, $2, $3, $4)";
        insert(session, sql, &[Some(id.as_str()), Some(name), Some(&text), Some(&kind)]).await?;
    }
    for group in groups {
        let sql = "INSERT INTO group_members (name, account) VALUES ($1, $2)";
        insert(session, sql, &[Some(group.as_str()), Some(id)]).await?;
    }
    for Right { entitlement, value, scope } in grants {
        let sql = "INSERT INTO grants (account, entitlement, value, scope) VALUES ($1, $2, $3, $4)";
        let scope = scope.as_deref().unwrap_or_default();
        insert(session, sql, &[Some(id.as_str()), Some(entitlement), Some(value), Some(scope)]).await?;
    }
    Ok(())
}

async fn insert(session: &Session, sql: &str, texts: &[Option<&str>]) -> Result<(), PostgresError> {
    let parameters: Vec<Parameter<'_>> = texts.iter().copied().map(Parameter::Text).collect();
    let values: Vec<Value<'_>> = parameters.iter().map(super::rows::value).collect();
    session.execute(sql, &values).await.map(drop)
}
