#![expect(
    clippy::disallowed_methods,
    reason = "door: the operator names the ledger's credentials in the environment"
)]
//! What signs in to a database of ledgers: the operator's, from variables and files that no policy can name.

use super::args::Global;
use crate::fetch::{own_secret, secret};
use crate::ledger::{DatabaseSecrets, LedgerPlace};
use crate::model::CredentialRef;
use std::env;
use std::sync::Arc;

/// The password itself.
const PASSWORD: &str = "ROLEWRIGHT_LEDGER_PASSWORD";
/// A file with it, in a folder for secrets.
const PASSWORD_FILE: &str = "ROLEWRIGHT_LEDGER_PASSWORD_FILE";
/// A file with our certificate and its key, in a folder for secrets.
const CERTIFICATE_FILE: &str = "ROLEWRIGHT_LEDGER_CERTIFICATE_FILE";
/// A file with the authorities that may issue the server's certificate.
const CA: &str = "ROLEWRIGHT_LEDGER_CA";

/// The same flags, with what signs in where ledgers are in a database. What is wrong with it is told by whoever asks the database.
pub(super) fn signed_in(global: Global) -> Global {
    let ledger = match &global.ledger {
        LedgerPlace::Refs(_) => return global,
        LedgerPlace::Postgres(database) => LedgerPlace::Postgres(Arc::new(database.signed_in(secrets()))),
    };
    Global { ledger, ..global }
}

fn secrets() -> Result<DatabaseSecrets, String> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let file = |name: &str| set(name).map(|path| secret(&CredentialRef::File(path))).transpose();
    let password = match set(PASSWORD) {
        Some(_) => Some(own_secret(PASSWORD)?),
        None => file(PASSWORD_FILE)?,
    };
    let ca = set(CA)
        .map(|path| std::fs::read_to_string(&path).map_err(|error| format!("`{path}` ({CA}): {error}")));
    Ok(DatabaseSecrets { password, certificate: file(CERTIFICATE_FILE)?, ca: ca.transpose()? })
}
