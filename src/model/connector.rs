//! How an application's own HTTP API is called, as its `Connector` document says (docs/reference/connector.md). It names no
//! host and no credential.
//!
//! Places in JSON are JSON pointers (RFC 6901): `/contact/email`; the empty one is the whole.

mod accounts;
mod call;
mod id;
mod rights;

pub use accounts::{
    AccountCalls, ActiveField, CreateCall, EmptyAs, FieldType, ReadCall, RecordField, Sends, UpdateCall,
};
pub use call::{
    BodyTemplate, CallMethod, CallTemplate, ListCall, ListPaging, PageSize, TemplatePiece, Total,
};
pub use id::{IdField, IdType};
pub use rights::{AllRows, HeldRights, KnownRights, RightCalls};

use super::{RateLimit, ServiceConnection, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// How to reach an application through its own API, and how that is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestConnection {
    /// How it is reached; paths of calls follow the base URL.
    #[serde(flatten)]
    pub service: ServiceConnection,
    /// What the connector leaves open, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// How it is called. Its name has no effect and is not kept.
    pub connector: Connector,
}

impl RestConnection {
    /// How fast the service may be called: as the connector and the connection say.
    pub fn rate_limits(&self) -> Vec<RateLimit> {
        self.connector.rate_limits.iter().chain(&self.service.rate_limits).copied().collect()
    }
}

/// How an API is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connector {
    /// How what lets us in is sent.
    pub authentication: SentToken,
    /// The call that gives a token; none: what the connection names is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<SignInCall>,
    /// Headers of every call, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What answers mean.
    pub answers: AnswerMeaning,
    /// How fast the API may be called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_limits: Vec<RateLimit>,
    /// Whether a write with `If-Match` is refused once the account has changed (RFC 9110, 13.1.1).
    pub etags: bool,
    /// The calls for accounts; several kinds of record are told apart by their account types.
    pub accounts: Vec<AccountCalls>,
}

/// The header that a token or key is sent in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentToken {
    /// The header: `Authorization`.
    pub header: String,
    /// What stands before it: `Bearer `.
    pub prefix: String,
}

/// A call that gives a token for a name and a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInCall {
    /// The call; its body is an object.
    pub call: CallTemplate,
    /// Whether the body is sent as the fields of a form.
    pub form: bool,
    /// Where the token stands in the answer.
    pub token: String,
    /// Where the answer says how many seconds it is valid.
    pub expires_in: Option<String>,
    /// How many seconds it is valid, if the answer does not say.
    pub lifetime: u32,
}

/// What the answers of an API mean, beside their status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerMeaning {
    /// What an answer says that is a success; none: its status says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<SuccessSign>,
    /// Where an answer says what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Statuses of an account that is not there.
    pub gone: Vec<u16>,
    /// Statuses after which a call that may be repeated is sent again, beside those of every service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<u16>,
}

/// What an answer says that is a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuccessSign {
    /// Where it stands.
    pub at: String,
    /// The value.
    pub equals: Value,
}

impl Connector {
    /// The account attributes that any kind of record has, each once, sorted.
    pub fn attributes(&self) -> Vec<&str> {
        let fields = self.accounts.iter().flat_map(|accounts| &accounts.fields);
        let mut names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
