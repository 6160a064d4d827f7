//! How to reach a directory or an application. Connections name secrets but never hold them.

use super::{
    CredentialRef, EntraConnection, LdapConnection, PostgresConnection, Profile, RestConnection,
    ServiceConnection, words,
};
use serde::Serialize;

/// How to reach one directory. Paths are relative to the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DirectoryConnection {
    /// A hand-written YAML or JSON file of people and groups.
    People {
        /// The file.
        path: String,
    },
    /// Graph-shaped records, one JSON object a line.
    Ndjson {
        /// The users.
        users: String,
        /// The groups.
        groups: String,
        /// Pairs of `groupId` and `memberId`.
        members: String,
    },
    /// A tenant of Microsoft Entra ID.
    Entra(Box<EntraConnection>),
    /// Active Directory, or another LDAP directory.
    Ldap(Box<LdapConnection>),
}

/// How to reach one application. Paths are relative to the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ApplicationConnection {
    /// A SCIM 2.0 service (RFC 7644).
    Scim(Box<ScimConnection>),
    /// An account store in a SQLite file.
    Sqlite {
        /// The database file.
        path: String,
        /// The start state, for a database that does not exist yet.
        start_from: Option<String>,
    },
    /// An account store in a PostgreSQL database.
    Postgres(Box<PostgresConnection>),
    /// A service with an HTTP API of its own.
    Rest(Box<RestConnection>),
    /// SCIM-shaped records, one JSON object a line; read only.
    File {
        /// The accounts.
        accounts: String,
        /// The groups with their members.
        groups: Option<String>,
    },
}

/// How to reach a SCIM service, and what it can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScimConnection {
    /// How it is reached; the base URL is without the resource type.
    #[serde(flatten)]
    pub service: ServiceConnection,
    /// What the service can do. Its name has no effect and is not kept.
    #[serde(skip_serializing_if = "Profile::is_unknown")]
    pub profile: Profile,
}

/// How to reach a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailConnection {
    /// Host name.
    pub server: String,
    /// Port.
    pub port: u16,
    /// The sender's address.
    pub from: String,
    /// The login name.
    pub user: String,
    /// The password; `None` for a server without login.
    pub credential: Option<CredentialRef>,
    /// How the connection is encrypted.
    pub security: MailSecurity,
}

// RFC 8314, 3.3 (`tls`) and RFC 3207 (`startTls`).
words! {
    /// How the connection to a mail server is encrypted.
    #[schemars(rename = "SecurityWord")]
    pub enum MailSecurity {
        /// TLS from the first byte.
        Tls = "tls",
        /// STARTTLS, without which nothing is sent.
        StartTls = "startTls",
        /// Not at all: on this machine only.
        None = "none",
    }
}

impl MailSecurity {
    /// The default port.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// An account attribute: the short name that policies use, and its path in the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributePath {
    /// The short name: `city`.
    pub name: String,
    /// The SCIM path: `addresses[0].locality`, `emails[type eq "work"].value`, `urn:...:User:department`.
    pub path: String,
    /// Whether the application distinguishes upper and lower case.
    pub case_exact: bool,
}

impl AttributePath {
    /// The word that policies write as `link` where the application has no attribute for it: the ledger remembers it.
    pub const LEDGER: &str = "ledger";

    /// A link that only the ledger remembers. It has no place in the application, so its path is empty.
    pub fn in_ledger() -> Self {
        Self { name: Self::LEDGER.to_owned(), path: String::new(), case_exact: true }
    }

    /// Whether only the ledger remembers it: it is neither read from the application nor written there.
    pub fn is_in_ledger(&self) -> bool {
        self.path.is_empty()
    }
}
