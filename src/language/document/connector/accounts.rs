//! The calls for accounts, as written.

use super::call::{BodyValue, CallKeys, CallObject, ListObject};
use super::place::{IdObject, at_place};
use super::rights::RightsObject;
use crate::language::document::{Constant, Shorthand, Table, pattern};
use crate::model::{AttributeKeeping, CallMethod, EmptyAs, FieldType, Sends};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// The calls for one kind of record, and where a record holds what.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorAccounts")]
pub struct AccountsObject {
    /// The account type of these records; needed where there are several kinds.
    #[schemars(regex(pattern = pattern::NAME))]
    pub account_type: Option<Spanned<String>>,
    /// All records.
    pub list: Spanned<ListObject>,
    /// The records with a link, for which `{link}` stands: asked for when the answer to a creation was lost.
    pub find: Option<Spanned<ListObject>>,
    /// One record, after each write and before an update.
    pub read: Option<Spanned<ReadObject>>,
    /// Where the record's own id stands: `/id`, or `{ at: /id, type: number }`.
    pub id: Spanned<Shorthand<String, IdObject>>,
    /// Where the record says whether the account may sign in: the place of `true` or `false`, or other values.
    pub active: Option<Spanned<Shorthand<String, ActiveObject>>>,
    /// Where the record holds which account attribute.
    #[schemars(extend("minProperties" = 1, "propertyNames" = { "pattern": pattern::VALUE_NAME }))]
    pub fields: Table<Spanned<Shorthand<String, FieldObject>>>,
    /// Makes an account.
    pub create: Option<Spanned<CreateObject>>,
    /// Writes attributes.
    pub update: Option<Spanned<UpdateObject>>,
    /// Bars the account's sign-in; where it is left out, `update` writes `active`.
    pub deactivate: Option<Spanned<CallObject>>,
    /// Allows it again; where it is left out, `update` writes `active`.
    pub reactivate: Option<Spanned<CallObject>>,
    /// Archives the account, after it was deactivated and its attributes were written.
    pub archive: Option<Spanned<CallObject>>,
    /// Removes the account for good; where it is left out, accounts cannot be deleted.
    pub delete: Option<Spanned<CallObject>>,
    /// Rights that are rows of their own, by entitlement.
    pub rights: Option<Table<Spanned<RightsObject>>>,
}

/// Reads one record, by GET.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorRead")]
pub struct ReadObject {
    /// Its path behind the base URL: `/users/{id}`.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// The parameters of its query; a value is a text, or one name in braces.
    pub query: Option<Table<Spanned<Constant>>>,
    /// Where the record stands in the answer; the answer itself where it is left out.
    #[schemars(regex(pattern = pattern::POINTER), length(min = 0))]
    pub record: Option<Spanned<String>>,
}

/// Makes an account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorCreate")]
pub struct CreateObject {
    /// Its method; `post` where it is left out.
    pub method: Option<CallMethod>,
    /// Its path behind the base URL.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// The parameters of its query; a value is a text, or one name in braces.
    pub query: Option<Table<Spanned<Constant>>>,
    /// Its body as JSON, with `{record}` for the new record; the record alone where it is left out.
    pub body: Option<Spanned<BodyValue>>,
    /// Where the new record's id stands in the answer; as in a record where it is left out.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub id: Option<Spanned<String>>,
}

/// Writes attributes over an account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorUpdate")]
pub struct UpdateObject {
    /// Its method; `patch` where it is left out.
    pub method: Option<CallMethod>,
    /// Its path behind the base URL: `/users/{id}`.
    #[schemars(regex(pattern = pattern::CALL_PATH))]
    pub path: Spanned<String>,
    /// The parameters of its query; a value is a text, or one name in braces.
    pub query: Option<Table<Spanned<Constant>>>,
    /// Its body as JSON, with `{record}` for what `sends` says; that alone where it is left out.
    pub body: Option<Spanned<BodyValue>>,
    /// What `{record}` is; where it is left out, `changes` with PATCH, and `whole` else.
    pub sends: Option<Sends>,
}

/// Whether an account may sign in, by values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorActive")]
pub struct ActiveObject {
    /// Its place in the record: a JSON Pointer.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub at: Spanned<String>,
    /// Values of accounts that may sign in; the first is written.
    #[schemars(length(min = 1))]
    pub on: Vec<Constant>,
    /// Values of accounts that may not; the first is written.
    #[schemars(length(min = 1))]
    pub off: Vec<Constant>,
}

/// Where a record holds an account attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorField")]
pub struct FieldObject {
    /// Its place in the record: a JSON Pointer.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub at: Spanned<String>,
    /// Its type; `text` where it is left out.
    pub r#type: Option<FieldType>,
    /// How no value is written; `null` where it is left out.
    pub empty: Option<EmptyAs>,
    /// What the API does with a value that is written; it keeps it where it is left out.
    pub keeps: Option<Spanned<AttributeKeeping>>,
}

impl ReadObject {
    /// The keys of the call.
    pub fn keys(&self) -> CallKeys<'_> {
        CallKeys { method: CallMethod::Get, path: &self.path, query: self.query.as_ref(), body: None }
    }
}

impl CreateObject {
    /// The keys of the call.
    pub fn keys(&self) -> CallKeys<'_> {
        CallKeys {
            method: self.method.unwrap_or(CallMethod::Post),
            path: &self.path,
            query: self.query.as_ref(),
            body: self.body.as_ref(),
        }
    }
}

impl UpdateObject {
    /// The keys of the call.
    pub fn keys(&self) -> CallKeys<'_> {
        CallKeys {
            method: self.method.unwrap_or(CallMethod::Patch),
            path: &self.path,
            query: self.query.as_ref(),
            body: self.body.as_ref(),
        }
    }
}

at_place!(ActiveObject, FieldObject);
