//! Where a database of ledgers is, as one text: `postgres://USER@HOST:PORT/DATABASE?schema=SCHEMA`.

use crate::model::{PostgresConnection, host_problem};
use std::net::IpAddr;
use url::Url;

const FORM: &str = "expected `postgres://USER@HOST:PORT/DATABASE?schema=SCHEMA`";

/// Whether a text means a database, well written or not.
pub(in crate::ledger) fn is_address(text: &str) -> bool {
    ["postgres", "postgresql"]
        .iter()
        .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(':')))
}

/// Reads it. The password is not in it: command lines are seen by other users of the machine.
///
/// # Errors
/// What is wrong, without the text, which may hold a password.
pub(super) fn connection(text: &str) -> Result<PostgresConnection, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}: {FORM}"))?;
    if url.password().is_some() {
        return Err(
            "a password in the ledger's address is seen by others: set `ROLEWRIGHT_LEDGER_PASSWORD` instead"
                .to_owned(),
        );
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    if let Some(problem) = host_problem(&host) {
        return Err(format!("{problem}: {FORM}"));
    }
    let (user, database) = (url.username(), url.path().trim_start_matches('/'));
    for (what, name) in [("user", user), ("database", database)] {
        if !is_plain(name) {
            return Err(format!(
                "the {what} is missing, or has other characters than letters, digits, `.`, `_` and `-`: {FORM}"
            ));
        }
    }
    let (mut schema, mut tls) = (PostgresConnection::SCHEMA.to_owned(), true);
    for (key, value) in url.query_pairs() {
        match (&*key, &*value) {
            ("schema", name) if is_schema(name) => name.clone_into(&mut schema),
            ("schema", _) => return Err(format!("`schema` has lower-case letters, digits and `_`: {FORM}")),
            ("tls", "true") => {}
            ("tls", "false") if is_loopback(&host) => tls = false,
            ("tls", _) => return Err("only `localhost` may do without `tls`: leave it out".to_owned()),
            (key, _) => return Err(format!("`{key}` is not known: only `schema` and `tls` are")),
        }
    }
    let port = url.port().unwrap_or(PostgresConnection::PORT);
    let (user, database) = (user.to_owned(), database.to_owned());
    Ok(PostgresConnection {
        host,
        port,
        database,
        schema,
        user,
        credential: None,
        certificate: None,
        ca: None,
        tls,
        start_from: None,
        concurrency: None,
    })
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// PostgreSQL cuts longer names, and keeps `pg_` for itself.
fn is_schema(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=63).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with("pg_")
        && !name.starts_with(|first: char| first.is_ascii_digit())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{connection, is_address};

    #[test]
    fn an_address_names_user_host_and_database() {
        let read = connection("postgres://robot@db.example/ledgers").unwrap();
        assert_eq!((read.user.as_str(), read.host.as_str(), read.port), ("robot", "db.example", 5432));
        assert_eq!((read.database.as_str(), read.schema.as_str(), read.tls), ("ledgers", "rolewright", true));
        let read = connection("postgresql://robot@[::1]:6000/ledgers?schema=tenant_a&tls=false").unwrap();
        assert_eq!((read.host.as_str(), read.port), ("::1", 6000));
        assert_eq!((read.schema.as_str(), read.tls), ("tenant_a", false));
        assert!(is_address("postgres:/whatever") && !is_address("refs/postgres"));
    }

    #[test]
    fn h5_what_is_no_address_is_refused_and_no_password_is_shown() {
        for text in [
            "postgres://robot:hunter2@db.example/ledgers",
            "postgres://db.example/ledgers",
            "postgres://robot@db.example",
            "postgres://robot@/ledgers",
            "postgres://robot@db.example/ledgers?tls=false",
            "postgres://robot@db.example/ledgers?schema=Other",
            "postgres://robot@db.example/ledgers?schema=pg_catalog",
            "postgres://robot@db.example/ledgers?sslmode=disable",
            "postgres://robot@db.example/led%2Fgers",
            "postgres:robot",
        ] {
            let problem = connection(text).unwrap_err();
            assert!(!problem.contains("hunter2") && !problem.is_empty(), "{text}: {problem}");
        }
    }
}
