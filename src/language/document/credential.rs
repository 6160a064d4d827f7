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
    #[schemars(length(min = 1))]
    pub env: Option<Spanned<String>>,
    /// This file.
    #[schemars(length(min = 1))]
    pub file: Option<Spanned<String>>,
    /// A secret of fewer characters is refused.
    #[schemars(range(min = 1))]
    pub min_length: Option<u32>,
    /// The day on which the secret ends; a finding from 30 days before it on.
    pub expires: Option<Spanned<Date>>,
}

/// A place that holds a secret, and nothing else about it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct SecretPlace {
    /// The environment variable so named.
    #[schemars(length(min = 1))]
    pub env: Option<Spanned<String>>,
    /// This file.
    #[schemars(length(min = 1))]
    pub file: Option<Spanned<String>>,
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
        source(self.env.as_ref(), self.file.as_ref(), whole, "`credential`")
    }
}

impl SecretPlace {
    /// Where the secret is.
    ///
    /// # Errors
    /// Neither `env` nor `file`, or both.
    pub fn source(&self, whole: Span) -> Result<CredentialSource<'_>, ShapeError> {
        source(self.env.as_ref(), self.file.as_ref(), whole, "`certificate`")
    }
}

fn source<'a>(
    env: Option<&'a Spanned<String>>,
    file: Option<&'a Spanned<String>>,
    whole: Span,
    what: &str,
) -> Result<CredentialSource<'a>, ShapeError> {
    exactly_one(
        whole,
        what,
        [key("env", env, CredentialSource::Env), key("file", file, CredentialSource::File)],
    )
}
