#![expect(clippy::disallowed_methods, reason = "verb room: the only place that reads secrets")]
//! Reads credentials from where connections name them.

use crate::model::{CredentialRef, Secret};
use std::{env, fs};

/// Reads a credential. An error names the source, never the value.
///
/// # Errors
/// When there is none.
pub fn secret(credential: &CredentialRef) -> Result<Secret, String> {
    let value = match credential {
        CredentialRef::AtLeast(length, credential) => return long_enough(secret(credential)?, *length),
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

/// A shorter secret is truncated or the wrong one, so it is not sent.
fn long_enough(secret: Secret, length: u32) -> Result<Secret, String> {
    match secret.expose().chars().count() {
        found if found < length as usize => Err(format!(
            "the credential has {found} characters; the policies want at least {length}: it was cut, or it is another \
             one (of a client secret the *value* is meant, not its id)"
        )),
        _ => Ok(secret),
    }
}
