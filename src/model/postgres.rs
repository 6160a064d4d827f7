//! How to reach an account store in PostgreSQL.

use super::CredentialRef;
use serde::Serialize;
use std::net::IpAddr;

/// A connection to a PostgreSQL database that holds an account store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PostgresConnection {
    /// Name or IP address; an IPv6 address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The schema with the store's tables: lower-case letters, digits and `_`.
    pub schema: String,
    /// The role that signs in.
    pub user: String,
    /// Its password.
    pub credential: Option<CredentialRef>,
    /// Our certificate and its private key.
    pub certificate: Option<CredentialRef>,
    /// File with the certificates of the authorities that may issue the server's, in PEM; none: the machine's.
    pub ca: Option<String>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The start state, for a store that does not exist yet.
    pub start_from: Option<String>,
    /// How many changes are under way at once; none: [`CONCURRENCY`](Self::CONCURRENCY).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
}

impl PostgresConnection {
    /// How many changes are under way at once where policies say nothing.
    pub const CONCURRENCY: u32 = 4;
    /// The port where policies say nothing.
    pub const PORT: u16 = 5432;
    /// The schema where policies say nothing.
    pub const SCHEMA: &str = "rolewright";

    /// Host and port as in a URL, with the scheme that says whether the connection is encrypted.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "postgres+tls" } else { "postgres" };
        let Self { host, port, .. } = self;
        if host.contains(':') {
            format!("{scheme}://[{host}]:{port}")
        } else {
            format!("{scheme}://{host}:{port}")
        }
    }
}

/// Why a text is not the name or the address of a host; none: it is one.
pub fn host_problem(host: &str) -> Option<&'static str> {
    if host.is_empty() {
        return Some("the host is empty");
    }
    if host.contains('@') {
        return Some("the host holds a user name");
    }
    let is_address = host.parse::<IpAddr>().is_ok();
    let is_name = host.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'));
    (!is_address && (!is_name || host.starts_with(['-', '.'])))
        .then_some("the host is more than a name or an IP address")
}

#[cfg(test)]
mod tests {
    use super::host_problem;

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_else() {
        for host in ["db.contoso.example", "localhost", "127.0.0.1", "::1", "db_1"] {
            assert_eq!(host_problem(host), None, "{host}");
        }
        let wrong = [
            "",
            "db:5432",
            "[::1]",
            "postgres://db",
            "user@db",
            "db/name",
            "/run/postgresql",
            "db,other",
            "a b",
            "-x",
            "db?x=1",
            "db%20",
            "dé.example",
        ];
        for host in wrong {
            assert!(host_problem(host).is_some(), "{host}");
        }
    }
}
