//! The schema of ledgers: numbered migrations, each made once, in one transaction with all others that are missing.

use crate::ledger::error::LedgerError;
use crate::postgres::Session;
use tokio_postgres::types::Type;

/// The migrations, in their order; the number of the first is 1.
const MIGRATIONS: [&str; 2] = [include_str!("migrations/1.sql"), include_str!("migrations/2.sql")];
/// The number of the last.
pub(super) const NEWEST: i32 = MIGRATIONS.len() as i32;

/// The number of the last migration that was made; 0: the schema is empty, or there is none.
///
/// # Errors
/// It is another program's, or a newer Rolewright migrated it.
pub(super) async fn version(session: &Session, schema: &str) -> Result<i32, LedgerError> {
    let look = "SELECT to_regclass(quote_ident($1) || '.migrations') IS NOT NULL \
                AND to_regclass(quote_ident($1) || '.ledgers') IS NOT NULL, \
                EXISTS (SELECT FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace \
                ON pg_namespace.oid = relnamespace WHERE nspname = $1)";
    let found = session.row(look, &[(&schema, Type::TEXT)]).await?;
    let (is_ours, is_used) = match &found {
        Some(row) => (session.column(row, 0)?, session.column(row, 1)?),
        None => (false, false),
    };
    let problem = |problem: String| LedgerError::Schema { schema: schema.to_owned(), problem };
    match (is_ours, is_used) {
        (false, false) => Ok(0),
        (false, true) => {
            Err(problem("holds another program's tables: name one for ledgers alone (`?schema=`)".to_owned()))
        }
        (true, _) => {
            let row = session.row("SELECT max(number) FROM migrations", &[]).await?;
            let number = row.map(|row| session.column::<Option<i32>>(&row, 0)).transpose()?.flatten();
            match number.unwrap_or(0) {
                number if number > NEWEST => Err(problem(format!(
                    "was migrated to {number} by a newer Rolewright, and this one knows {NEWEST} at most: use that one"
                ))),
                number => Ok(number),
            }
        }
    }
}

/// Makes the migrations that are missing, in a transaction that was begun for it, and commits.
///
/// # Errors
/// As [`version`]; or they cannot be made, and then none was.
pub(super) async fn migrate(session: &Session, schema: &str) -> Result<(), LedgerError> {
    // Two that migrate wait for each other here; the second finds that all was made.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('rolewright ledgers ' || $1, 0))";
    session.rows(lock, &[(&schema, Type::TEXT)]).await?;
    let made = version(session, schema).await?;
    let exists = "SELECT format('CREATE SCHEMA %I', $1) WHERE to_regnamespace(quote_ident($1)) IS NULL";
    if let Some(row) = session.row(exists, &[(&schema, Type::TEXT)]).await? {
        session.run(session.column(&row, 0)?).await?;
    }
    if made == 0 {
        session.run("CREATE TABLE migrations (number integer PRIMARY KEY)").await?;
    }
    for (number, migration) in (1..).zip(MIGRATIONS) {
        if number > made {
            session.run(migration).await?;
            session.execute("INSERT INTO migrations (number) VALUES ($1)", &[(&number, Type::INT4)]).await?;
        }
    }
    Ok(session.run("COMMIT").await?)
}
