//! Where secrets come from (the policy language, 5): only names of places, never a value.

use super::shape::{ShapeError, exactly_one, key};
use crate::model::{Date, Span};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where a secret comes from: exactly one of `env`, `file`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Credential {
    /// The environment variable so named.
    pub env: Option<Spanned<String>>,
    /// This file.
    pub file: Option<Spanned<String>>,
    /// A secret of fewer characters is refused.
    #[schemars(range(min = 1))]
    pub min_length: Option<u32>,
    /// The day on which the secret ends; a finding from 30 days before it on.
    pub expires: Option<Spanned<Date>>,
}

/// A place that holds a secret, and nothing else about it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecretPlace {
    /// The environment variable so named.
    Env(Spanned<String>),
    /// This file.
    File(Spanned<String>),
}

/// Which of the places a secret is in.
#[derive(Clone, Copy, Debug)]
pub enum CredentialSource<'a> {
    /// An environment variable.
    Env(&'a Spanned<String>),
    /// A file.
    File(&'a Spanned<String>),
}

impl Credential {
    /// Where the secret is.
    ///
    /// # Errors
    /// Neither `env` nor `file`, or both.
    pub fn source(&self, whole: Span) -> Result<CredentialSource<'_>, ShapeError> {
        let env = key("env", self.env.as_ref(), CredentialSource::Env);
        let file = key("file", self.file.as_ref(), CredentialSource::File);
        exactly_one(whole, "`credential`", [env, file])
    }
}

impl SecretPlace {
    /// Where the secret is.
    pub fn source(&self) -> CredentialSource<'_> {
        match self {
            Self::Env(name) => CredentialSource::Env(name),
            Self::File(path) => CredentialSource::File(path),
        }
    }
}
