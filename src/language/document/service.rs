//! How a service is reached over HTTP, and lets us in, as written (the policy language, 5).

use super::shape::{ShapeError, exactly_one, key};
use super::{Credential, SecretPlace};
use crate::model::{Counted, RateUnit, SentAs, Span};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

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

/// The keys of an application's connection by which a service is reached over HTTP, whatever it speaks.
#[derive(Clone, Copy, Debug)]
pub struct ServiceKeys<'a> {
    /// The key that holds them, for messages.
    pub key: &'static str,
    /// Base URL.
    pub url: &'a Spanned<String>,
    /// A token or key that does not change.
    pub credential: Option<&'a Spanned<Credential>>,
    /// A name and a password.
    pub basic: Option<&'a Spanned<BasicObject>>,
    /// Tokens of an authorization server.
    pub oauth: Option<&'a Spanned<OAuthObject>>,
    /// Our certificate and its private key.
    pub certificate: Option<&'a Spanned<SecretPlace>>,
    /// File with the certificates of the authorities that may issue the service's.
    pub ca: Option<&'a Spanned<String>>,
    /// How many changes are under way at once.
    pub concurrency: Option<u32>,
    /// How fast the service may be called.
    pub rate_limits: &'a [RateLimitObject],
}

/// How Rolewright signs in to a service.
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

impl<'a> ServiceKeys<'a> {
    /// How Rolewright signs in; none: the service asks for nothing.
    ///
    /// # Errors
    /// Several of `credential`, `basic`, `oauth`, or a fault in `oauth`.
    pub fn sign_in(self, whole: Span) -> Result<Option<SignInForm<'a>>, ShapeError> {
        if self.credential.is_none() && self.basic.is_none() && self.oauth.is_none() {
            return Ok(None);
        }
        exactly_one(
            whole,
            self.key,
            [
                key("credential", self.credential, |one| Ok(SignInForm::Bearer(one))),
                key("basic", self.basic, |basic| Ok(SignInForm::Basic(&basic.value))),
                key("oauth", self.oauth, |oauth| {
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
    pub fn secrets(self, whole: Span) -> Result<Vec<SecretPlace>, ShapeError> {
        let own = match self.sign_in(whole)? {
            None => None,
            Some(SignInForm::Bearer(one) | SignInForm::OAuth(_, ProofForm::Secret(one))) => {
                Some(one.value.source(one.span)?)
            }
            Some(SignInForm::Basic(basic)) => Some(basic.credential.value.source(basic.credential.span)?),
            Some(SignInForm::OAuth(_, ProofForm::PrivateKey(place))) => Some(place.clone()),
        };
        let certificate = self.certificate.map(|place| place.value.clone());
        Ok(own.into_iter().chain(certificate).collect())
    }

    /// What is written of its secrets, but for those that are keys or certificates.
    pub fn credentials(self) -> impl Iterator<Item = &'a Spanned<Credential>> {
        let basic = self.basic.map(|basic| &basic.value.credential);
        let oauth = self.oauth.and_then(|oauth| oauth.value.credential.as_ref());
        self.credential.into_iter().chain(basic).chain(oauth)
    }

    /// The addresses that are called.
    pub fn urls(self) -> impl Iterator<Item = &'a Spanned<String>> {
        [self.url].into_iter().chain(self.oauth.map(|oauth| &oauth.value.token_url))
    }

    /// The files that it names, but for those of secrets.
    pub fn files(self) -> impl Iterator<Item = &'a Spanned<String>> {
        let token = self.oauth.and_then(|oauth| oauth.value.ca.as_ref());
        self.ca.into_iter().chain(token)
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
