//! `Connector` as written (docs/reference/connector.md): how an application's own HTTP API is called.

mod accounts;
mod call;
mod place;
mod rights;

pub use accounts::{AccountsObject, ActiveObject, CreateObject, FieldObject, ReadObject, UpdateObject};
pub use call::{
    BodyValue, CallKeys, CallObject, CursorObject, ListObject, OffsetObject, PageObject, PageSizeObject,
    PagingForm, PagingObject, TotalObject,
};
pub use place::{AtPlace, IdObject};
pub use rights::{HeldForm, KnownObject, RightsObject};

use super::ServiceKeys;
use super::{BasicObject, Constant, Credential, OAuthObject, RateLimitObject, SecretPlace, Table, pattern};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// How an application's own HTTP API is called. It names no host and no credential: `rest` of an application does.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Connector")]
pub struct ConnectorDocument {
    /// Its name, by which `rest` of an application refers to it.
    #[schemars(regex(pattern = pattern::NAME), length(max = 64))]
    pub name: Spanned<String>,
    /// Names of values that it leaves open; `rest` of an application gives them.
    #[schemars(inner(regex(pattern = pattern::VALUE_NAME)), extend("uniqueItems" = true))]
    pub settings: Option<Vec<Spanned<String>>>,
    /// How Rolewright signs in to the API; where it is left out, a token is sent as a bearer token.
    pub authentication: Option<Spanned<AuthenticationObject>>,
    /// Headers of every call, beside those that describe the content and those that sign in.
    #[schemars(extend("propertyNames" = { "pattern": pattern::HEADER }))]
    pub headers: Option<Table<Spanned<String>>>,
    /// What answers mean, where their status does not say it.
    pub answers: Option<MeaningObject>,
    /// How fast the API may be called: each of these limits is kept, and those of `rest`.
    #[schemars(length(min = 1, max = 8))]
    pub rate_limits: Option<Vec<RateLimitObject>>,
    /// Whether the API refuses a write with `If-Match` to an account that has changed.
    pub etags: Option<bool>,
    /// The calls for accounts, one entry for each kind of record.
    #[schemars(length(min = 1, max = 16))]
    pub accounts: Vec<Spanned<AccountsObject>>,
}

/// How Rolewright signs in to an API.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorAuthentication")]
pub struct AuthenticationObject {
    /// The header that the token or key is sent in; `Authorization` where it is left out.
    #[schemars(regex(pattern = pattern::HEADER))]
    pub header: Option<Spanned<String>>,
    /// What stands before the token or key; where it is left out, `'Bearer '` in `Authorization`, and nothing elsewhere.
    #[schemars(length(min = 0))]
    pub prefix: Option<Spanned<String>>,
    /// A call that gives a token for the name and password of `basic`.
    pub sign_in: Option<Spanned<SignInObject>>,
}

/// A call that gives a token; exactly one of `body`, `form`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorSignIn")]
pub struct SignInObject {
    /// Its path behind the base URL.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// Its body as JSON; `{user}` and `{password}` stand for those of `basic`. Instead of `form`.
    pub body: Option<Spanned<BodyValue>>,
    /// Its fields as a form; instead of `body`.
    pub form: Option<Spanned<Table<Spanned<BodyValue>>>>,
    /// Where the token stands in the answer: `/access_token`.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub token: Spanned<String>,
    /// Where the answer says how many seconds the token is valid.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub expires_in: Option<Spanned<String>>,
    /// How many seconds the token is valid if the answer does not say it; 300 where it is left out.
    #[schemars(range(min = 60, max = 86_400))]
    pub lifetime: Option<u32>,
}

/// What answers mean, where their status does not say it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorAnswers")]
pub struct MeaningObject {
    /// How an answer with a body says that the call succeeded: `{ at: /success, equals: true }`.
    pub success: Option<SuccessObject>,
    /// Where an answer to a call that failed says what is wrong.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub error: Option<Spanned<String>>,
    /// Statuses that mean that a record does not exist; 404 and 410 where it is left out.
    #[schemars(length(min = 1), inner(range(min = 400, max = 499)), extend("uniqueItems" = true))]
    pub gone: Option<Vec<u16>>,
    /// Statuses after which a call is sent again if it may be repeated, beside 408, 429, 502, 503 and 504.
    #[schemars(length(min = 1), inner(range(min = 400, max = 599)), extend("uniqueItems" = true))]
    pub retry: Option<Vec<u16>>,
}

/// How an answer says that the call succeeded.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorSuccess")]
pub struct SuccessObject {
    /// Its place in the answer: a JSON Pointer.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub at: Spanned<String>,
    /// The value.
    pub equals: Constant,
}

/// How an application is reached through its own HTTP API.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RestConnection")]
pub struct RestObject {
    /// Base URL; the paths of the connector follow it.
    pub url: Spanned<String>,
    /// The `Connector` that says how the API is called.
    pub connector: Spanned<String>,
    /// A token or key that does not change; instead of `basic` and `oauth`. Without any of them nothing is sent.
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
    /// What the connector leaves open: its `settings`, each with a text.
    #[schemars(extend("propertyNames" = { "pattern": pattern::VALUE_NAME }))]
    pub settings: Option<Spanned<Table<Spanned<String>>>>,
    /// How many changes are under way at once; 4 where it is left out.
    #[schemars(range(min = 1, max = 256))]
    pub concurrency: Option<u32>,
    /// How fast the service may be called: each of these limits is kept, and those of the connector.
    #[schemars(length(min = 1, max = 8))]
    pub rate_limits: Option<Vec<RateLimitObject>>,
}

impl RestObject {
    /// The keys by which the service is reached.
    pub fn service(&self) -> ServiceKeys<'_> {
        ServiceKeys {
            key: "`rest`",
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

    /// The values of the connector's settings, by name.
    pub fn settings(&self) -> impl Iterator<Item = &(Spanned<String>, Spanned<String>)> {
        self.settings.iter().flat_map(|settings| settings.value.iter())
    }
}

impl ConnectorDocument {
    /// The account attributes that its records have.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().flat_map(|accounts| accounts.value.fields.keys())
    }
}
