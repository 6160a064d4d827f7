//! Where secrets come from (the policy language, 5): documents contain only the places, never a secret.

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
    /// The environment variable with this name.
    pub env: Option<Spanned<String>>,
    /// This file.
    pub file: Option<Spanned<String>>,
    /// A secret of fewer characters is refused.
    #[schemars(range(min = 1))]
    pub min_length: Option<u32>,
    /// The last day of the secret; a finding is reported from 30 days before it.
    pub expires: Option<Spanned<Date>>,
}

/// A place that holds a secret, without further settings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecretPlace {
    /// The environment variable with this name.
    Env(Spanned<String>),
    /// This file.
    File(Spanned<String>),
}

impl Credential {
    /// The place of the secret.
    ///
    /// # Errors
    /// Neither `env` nor `file`, or both.
    pub fn source(&self, whole: Span) -> Result<SecretPlace, ShapeError> {
        let env = key("env", self.env.as_ref(), |env| SecretPlace::Env(env.clone()));
        let file = key("file", self.file.as_ref(), |file| SecretPlace::File(file.clone()));
        exactly_one(whole, "`credential`", [env, file])
    }
}
