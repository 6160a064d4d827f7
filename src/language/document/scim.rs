//! How a SCIM service is reached, and lets us in, as written (the policy language, 5).

use super::shape::{ShapeError, exactly_one, key};
use super::{Credential, SecretPlace};
use crate::model::{Counted, RateUnit, SentAs, Span};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a SCIM service is reached.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScimConnection {
    /// Base URL, without the resource type.
    pub url: Spanned<String>,
    /// A bearer token that does not change; instead of `basic` and `oauth`. Without any of them nothing is sent.
    pub credential: Option<Spanned<Credential>>,
    /// A name and a password; instead of `credential` and `oauth`.
    pub basic: Option<Spanned<BasicObject>>,
    /// Tokens of an authorization server; instead of `credential` and `basic`.
    pub oauth: Option<Spanned<OAuthObject>>,
    /// Our certificate and its private key, both in one PEM text, for a service that asks for one (mutual TLS).
    pub certificate: Option<Spanned<SecretPlace>>,
    /// File with the certificates of the authorities that may issue the service's certificate, in PEM; the machine's
    /// trusted authorities where it is left out.
    pub ca: Option<Spanned<String>>,
    /// The `Profile` that says what the service can do; nothing is known of it where it is left out.
    pub profile: Option<Spanned<String>>,
    /// How many changes are under way at once; 4 where it is left out.
    #[schemars(range(min = 1, max = 256))]
    pub concurrency: Option<u32>,
    /// How fast the service may be called: each of these limits is kept. Where it is left out, calls are as fast as the
    /// service answers, and pause when it asks for that.
    #[schemars(length(min = 1, max = 8))]
    pub rate_limits: Option<Vec<RateLimitObject>>,
}

/// A limit of a service: so many calls in a time.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RateLimit")]
pub struct RateLimitObject {
    /// Calls in each unit of time.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub calls: u32,
    /// The unit of time.
    pub per: RateUnit,
    /// Calls that may be made at once after a rest; 1 where it is left out.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: Option<u32>,
    /// Which calls count; all where it is left out.
    pub counts: Option<Counted>,
}

/// A name and a password.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Basic")]
pub struct BasicObject {
    /// The name.
    pub user: Spanned<String>,
    /// The password.
    pub credential: Spanned<Credential>,
}

/// Tokens of an authorization server, by OAuth 2.0's client credentials; exactly one of `credential`, `privateKey`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "OAuth")]
pub struct OAuthObject {
    /// Where tokens are given: `https://login.contoso.example/oauth2/token`.
    pub token_url: Spanned<String>,
    /// The client's id.
    pub client_id: Spanned<String>,
    /// The client secret; instead of `privateKey`.
    pub credential: Option<Spanned<Credential>>,
    /// The private key of RSA that signs the client's assertions, in PEM and not encrypted; instead of `credential`.
    pub private_key: Option<Spanned<SecretPlace>>,
    /// The private key's id, where the server wants it in the assertion.
    pub key_id: Option<Spanned<String>>,
    /// Where id and secret stand in the request for a token; `basic` where it is left out.
    pub sent_as: Option<Spanned<SentAs>>,
    /// What the token is asked for; whatever the server gives where it is left out.
    pub scope: Option<Spanned<String>>,
    /// Whom the token is for, where the server wants to be told.
    pub audience: Option<Spanned<String>>,
    /// File with the certificates of the authorities that may issue the server's certificate, in PEM; the machine's
    /// trusted authorities where it is left out.
    pub ca: Option<Spanned<String>>,
}

/// How a SCIM service lets us in.
#[derive(Clone, Copy, Debug)]
pub enum SignInForm<'a> {
    /// A bearer token.
    Bearer(&'a Spanned<Credential>),
    /// A name and a password.
    Basic(&'a BasicObject),
    /// Tokens of an authorization server.
    OAuth(&'a OAuthObject, ProofForm<'a>),
}

/// How a client proves who it is.
#[derive(Clone, Copy, Debug)]
pub enum ProofForm<'a> {
    /// A client secret.
    Secret(&'a Spanned<Credential>),
    /// A private key.
    PrivateKey(&'a SecretPlace),
}

impl ScimConnection {
    /// How the service lets us in; none: it needs nothing.
    ///
    /// # Errors
    /// Several of `credential`, `basic`, `oauth`, or a fault in `oauth`.
    pub fn sign_in(&self, whole: Span) -> Result<Option<SignInForm<'_>>, ShapeError> {
        if self.credential.is_none() && self.basic.is_none() && self.oauth.is_none() {
            return Ok(None);
        }
        exactly_one(
            whole,
            "`scim`",
            [
                key("credential", self.credential.as_ref(), |one| Ok(SignInForm::Bearer(one))),
                key("basic", self.basic.as_ref(), |basic| Ok(SignInForm::Basic(&basic.value))),
                key("oauth", self.oauth.as_ref(), |oauth| {
                    Ok(SignInForm::OAuth(&oauth.value, oauth.value.proof(oauth.span)?))
                }),
            ],
        )?
        .map(Some)
    }

    /// The places of all its secrets.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in), and a fault in a credential.
    pub fn secrets(&self, whole: Span) -> Result<Vec<SecretPlace>, ShapeError> {
        let own = match self.sign_in(whole)? {
            None => None,
            Some(SignInForm::Bearer(one) | SignInForm::OAuth(_, ProofForm::Secret(one))) => {
                Some(one.value.source(one.span)?)
            }
            Some(SignInForm::Basic(basic)) => Some(basic.credential.value.source(basic.credential.span)?),
            Some(SignInForm::OAuth(_, ProofForm::PrivateKey(place))) => Some(place.clone()),
        };
        let certificate = self.certificate.as_ref().map(|place| place.value.clone());
        Ok(own.into_iter().chain(certificate).collect())
    }
}

impl OAuthObject {
    /// How the client proves who it is.
    fn proof(&self, whole: Span) -> Result<ProofForm<'_>, ShapeError> {
        let form = exactly_one(
            whole,
            "`oauth`",
            [
                key("credential", self.credential.as_ref(), ProofForm::Secret),
                key("privateKey", self.private_key.as_ref(), |key| ProofForm::PrivateKey(&key.value)),
            ],
        )?;
        match (form, &self.key_id, &self.sent_as) {
            (ProofForm::Secret(_), Some(id), _) => {
                Err(ShapeError::new(id.span, "only a private key has a `keyId`", "remove it"))
            }
            (ProofForm::PrivateKey(_), _, Some(sent)) => {
                Err(ShapeError::new(sent.span, "only a client secret has `sentAs`", "remove it"))
            }
            (ProofForm::Secret(_), None, _) | (ProofForm::PrivateKey(_), _, None) => Ok(form),
        }
    }
}
