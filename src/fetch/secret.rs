#![expect(clippy::disallowed_methods, reason = "verb room: the only place that reads secrets")]
//! Credentials, read where connections say.

use crate::model::{CredentialRef, Secret};
use std::{env, fs};

/// Reads a credential. The message of an error names the source, never the value.
///
/// # Errors
/// When there is none.
pub fn secret(credential: &CredentialRef) -> Result<Secret, String> {
    let value = match credential {
        CredentialRef::Env(name) => {
            env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))
        }
        CredentialRef::File(path) => {
            fs::read_to_string(path).map_err(|error| format!("the credential file `{path}`: {error}"))
        }
    }?;
    match value.trim() {
        "" => Err("the credential is empty".to_owned()),
        value => Ok(Secret::new(value.to_owned())),
    }
}
