//! How an application's service is reached over HTTP, and lets us in.

use super::{CredentialRef, RateLimit, words};
use serde::Serialize;

/// How an application's service is reached, whatever it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceConnection {
    /// Base URL.
    pub url: String,
    /// How the service lets us in; `None` for a service without authentication.
    #[serde(rename = "credential")]
    pub sign_in: Option<ServiceSignIn>,
    /// Our certificate and its private key, for a service that asks for one (mutual TLS).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CredentialRef>,
    /// File with the certificates of the authorities that may issue the service's, in PEM; none: the machine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// How many changes are under way at once; none: [`CONCURRENCY`](Self::CONCURRENCY).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How fast the service may be called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_limits: Vec<RateLimit>,
}

impl ServiceConnection {
    /// How many changes are under way at once where policies say nothing.
    pub const CONCURRENCY: u32 = 4;
}

/// How a service lets us in. Beside a place of a bearer token, which is serialized as it always was, the forms are
/// told apart by their keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ServiceSignIn {
    /// A bearer token that does not change.
    Bearer(CredentialRef),
    /// A name and a password.
    Basic(BasicSignIn),
    /// Tokens of an authorization server.
    OAuth(Box<OAuthSignIn>),
}

/// A name and a password (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BasicSignIn {
    /// The name.
    pub user: String,
    /// The password.
    pub password: CredentialRef,
}

/// Tokens of an authorization server, by client credentials (RFC 6749, 4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OAuthSignIn {
    /// Where tokens are given.
    pub token_url: String,
    /// The client's id.
    pub client_id: String,
    /// How the client proves who it is.
    pub proof: ClientProof,
    /// What the token is asked for; none: whatever the server gives.
    pub scope: Option<String>,
    /// Whom the token is for, where the server wants to be told.
    pub audience: Option<String>,
    /// File with the certificates of the authorities that may issue the server's, in PEM; none: the machine's.
    pub ca: Option<String>,
}

/// How a client proves who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientProof {
    /// A client secret, and where it stands in the request.
    Secret(CredentialRef, SentAs),
    /// An assertion that a private key signs (RFC 7523, 2.2), and the key's id for the server.
    PrivateKey(CredentialRef, Option<String>),
}

words! {
    /// Where a client's id and secret stand in the request for a token.
    pub enum SentAs {
        /// In the header, as a name and a password (RFC 6749, 2.3.1).
        Basic = "basic",
        /// In the form.
        Form = "form",
    }
}

impl ServiceSignIn {
    /// Where its secret comes from.
    pub fn credential(&self) -> &CredentialRef {
        match self {
            Self::Bearer(credential) => credential,
            Self::Basic(basic) => &basic.password,
            Self::OAuth(oauth) => match &oauth.proof {
                ClientProof::Secret(credential, _) | ClientProof::PrivateKey(credential, _) => credential,
            },
        }
    }
}
