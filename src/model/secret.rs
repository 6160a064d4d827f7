//! A secret that cannot print.

use secrecy::{ExposeSecret, SecretString};

/// A credential's value. It has no `Display`, its `Debug` is `[REDACTED]`, and its memory is cleared when dropped.
#[derive(Clone, Debug)]
pub struct Secret(SecretString);

impl Secret {
    /// A secret from the environment or a file.
    pub fn new(value: String) -> Self {
        Self(SecretString::from(value))
    }

    /// The value, for sending it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
