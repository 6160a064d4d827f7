//! How a SCIM service is reached, as written (the policy language, 5).

use super::{BasicObject, Credential, OAuthObject, RateLimitObject, SecretPlace, ServiceKeys};
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
    /// The client's certificate and its private key, both in one PEM text, for a service that asks for one (mutual TLS).
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

impl ScimConnection {
    /// The keys by which the service is reached.
    pub fn service(&self) -> ServiceKeys<'_> {
        ServiceKeys {
            key: "`scim`",
            url: &self.url,
            credential: self.credential.as_ref(),
            basic: self.basic.as_ref(),
            oauth: self.oauth.as_ref(),
            certificate: self.certificate.as_ref(),
            ca: self.ca.as_ref(),
            concurrency: self.concurrency,
            rate_limits: self.rate_limits.as_deref().unwrap_or_default(),
        }
    }
}
