//! How an account store in PostgreSQL is reached, as written (the policy language, 5).

use super::shape::ShapeError;
use super::{Credential, SecretPlace, pattern};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// An account store in a PostgreSQL database.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Postgres")]
pub struct PostgresObject {
    /// The server's name or IP address: `db.contoso.example`.
    pub host: Spanned<String>,
    /// Its port; 5432 where it is left out.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<u16>,
    /// The database.
    #[schemars(length(min = 1, max = 63))]
    pub database: String,
    /// The schema that holds the store's tables, and nothing else; `rolewright` where it is left out.
    #[schemars(regex(pattern = pattern::SQL_NAME), length(max = 63))]
    pub schema: Option<String>,
    /// The role that signs in.
    #[schemars(length(min = 1, max = 63))]
    pub user: String,
    /// Its password; left out where a certificate is enough for the server.
    pub credential: Option<Spanned<Credential>>,
    /// The client's certificate and its private key, both in one PEM text, for a server that asks for one.
    pub certificate: Option<Spanned<SecretPlace>>,
    /// File with the certificates of the authorities that may issue the server's certificate, in PEM; the machine's
    /// trusted authorities where it is left out.
    pub ca: Option<Spanned<String>>,
    /// Whether the connection is encrypted. `false` is allowed only for a server on this machine; `true` where it is left
    /// out.
    pub tls: Option<Spanned<bool>>,
    /// Accounts that a store which does not exist yet starts with.
    pub start_from: Option<Spanned<String>>,
    /// How many changes are under way at once, each on its own connection; 4 where it is left out.
    #[schemars(range(min = 1, max = 64))]
    pub concurrency: Option<u32>,
}

impl PostgresObject {
    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        Spanned::value_of(&self.tls).unwrap_or(true)
    }

    /// The places of all its secrets.
    ///
    /// # Errors
    /// A fault in the credential.
    pub fn secrets(&self) -> Result<Vec<SecretPlace>, ShapeError> {
        let password = self.credential.as_ref().map(|one| one.value.source(one.span)).transpose()?;
        let certificate = self.certificate.as_ref().map(|place| place.value.clone());
        Ok(password.into_iter().chain(certificate).collect())
    }
}
