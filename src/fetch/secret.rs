#![expect(clippy::disallowed_methods, reason = "verb room: the only place that reads secrets")]
//! Reads credentials from where connections name them, and Rolewright's own secrets from the environment.

use super::secret_file::SecretFolders;
use crate::model::{CredentialRef, Secret, is_reserved_variable};
use std::env;

/// Reads a credential that a policy names. An error names the source, never the value.
///
/// # Errors
/// When there is none, or no policy may name it: a second lock behind the check of the policies.
pub fn secret(credential: &CredentialRef) -> Result<Secret, String> {
    match credential {
        CredentialRef::AtLeast(length, credential) => long_enough(secret(credential)?, *length),
        CredentialRef::Env(name) if is_reserved_variable(name) => Err(format!(
            "the environment variable `{name}` belongs to Rolewright, CI or the system and cannot be a credential; choose another name"
        )),
        CredentialRef::Env(name) => own_secret(name),
        CredentialRef::File(path) => filled(SecretFolders::of_environment().read(path)?),
    }
}

/// Reads a secret of Rolewright itself, whose environment variable no policy names.
///
/// # Errors
/// When it is not set.
pub fn own_secret(name: &str) -> Result<Secret, String> {
    filled(env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))?)
}

fn filled(value: String) -> Result<Secret, String> {
    match value.trim() {
        "" => Err("the credential is empty".to_owned()),
        value => Ok(Secret::new(value.to_owned())),
    }
}

/// A shorter secret is truncated or the wrong one, so it is not sent.
fn long_enough(secret: Secret, length: u32) -> Result<Secret, String> {
    match secret.expose().chars().count() {
        found if found < length as usize => Err(format!(
            "the credential has {found} characters; the policies expect at least {length}: it was cut off, or it is \
            the wrong one (of a client secret, use the *value*, not the id)"
        )),
        _ => Ok(secret),
    }
}

#[cfg(test)]
mod tests {
    use super::secret;
    use crate::model::CredentialRef;

    #[test]
    fn h5_the_look_up_refuses_a_reserved_variable_too() {
        // It is set wherever the tests run.
        for credential in [
            CredentialRef::Env("PATH".to_owned()),
            CredentialRef::AtLeast(1, Box::new(CredentialRef::Env("PATH".to_owned()))),
        ] {
            let problem = secret(&credential).unwrap_err();
            assert!(problem.contains("`PATH`") && problem.contains("cannot be a credential"), "{problem}");
        }
    }
}
