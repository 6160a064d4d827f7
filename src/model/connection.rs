//! How a directory or an application is reached. Connections name secrets, they never hold them.

use super::{CredentialRef, EntraConnection, LdapConnection};
use serde::Serialize;

/// How one directory is reached. Paths are relative to the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DirectoryConnection {
    /// One YAML or JSON file of people and groups, written by hand.
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
    /// Active Directory, or another directory that speaks LDAP.
    Ldap(Box<LdapConnection>),
}

/// How one application is reached. Paths are relative to the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ApplicationConnection {
    /// A SCIM 2.0 service (RFC 7644).
    Scim {
        /// Base URL, without the resource type.
        url: String,
        /// Bearer token; none for a service that asks for none.
        credential: Option<CredentialRef>,
    },
    /// The embedded account store.
    Sqlite {
        /// The database file.
        path: String,
        /// Accounts that a database which does not exist yet starts with.
        start_from: Option<String>,
    },
    /// SCIM-shaped records, one JSON object a line; read only.
    File {
        /// The accounts.
        accounts: String,
        /// The groups with their members.
        groups: Option<String>,
    },
}

/// How a mail server is reached. It decides nothing about access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConnection {
    /// Its name.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// The sender's address.
    pub from: String,
    /// The name to log in by.
    pub user: String,
    /// The password; none for a server that asks for none.
    pub credential: Option<CredentialRef>,
    /// How the connection is encrypted.
    pub security: MailSecurity,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314, 3.3).
    Tls,
    /// STARTTLS, without which nothing is sent (RFC 3207).
    StartTls,
    /// Not at all: on this machine only.
    None,
}

impl MailSecurity {
    /// The port where none is named.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// One account attribute: the short name that policies use, and where the application keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributePath {
    /// The short name: `city`.
    pub name: String,
    /// The SCIM path: `addresses[0].locality`, `emails[type eq "work"].value`, `urn:...:User:department`.
    pub path: String,
    /// Whether the application distinguishes upper and lower case in it.
    pub case_exact: bool,
}
