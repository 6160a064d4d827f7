//! The calls for accounts, and where a record holds what.

use super::call::{CallTemplate, ListCall};
use super::id::IdField;
use super::rights::RightCalls;
use crate::model::{AttributeKeeping, Value, words};
use serde::Serialize;

/// The calls for one kind of record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountCalls {
    /// The account type of these records, where there are several kinds of record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_type: Option<String>,
    /// All records.
    pub list: ListCall,
    /// The records with a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub find: Option<ListCall>,
    /// One record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<ReadCall>,
    /// The record's own id.
    pub id: IdField,
    /// Whether the account may sign in; none: the API does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<ActiveField>,
    /// Where the record holds which account attribute, sorted by attribute.
    pub fields: Vec<RecordField>,
    /// Makes an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create: Option<CreateCall>,
    /// Writes attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateCall>,
    /// Bars the account's sign-in; none: `update` writes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivate: Option<CallTemplate>,
    /// Allows it again; none: `update` writes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reactivate: Option<CallTemplate>,
    /// Archives the account, once it is deactivated; none: that is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<CallTemplate>,
    /// Removes the account for good; none: accounts cannot be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<CallTemplate>,
    /// The rights that are rows of their own, sorted by entitlement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<RightCalls>,
}

/// Reads one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadCall {
    /// The call.
    pub call: CallTemplate,
    /// Where the record stands in the answer.
    pub record: String,
}

/// Makes an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateCall {
    /// The call.
    pub call: CallTemplate,
    /// Where the new record's id stands in the answer.
    pub id: String,
}

/// Writes attributes over an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpdateCall {
    /// The call.
    pub call: CallTemplate,
    /// What `{record}` is.
    pub sends: Sends,
}

/// Whether an account may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActiveField {
    /// Where it stands.
    pub at: String,
    /// Values of accounts that may; the first is written.
    pub on: Vec<Value>,
    /// Values of accounts that may not; the first is written.
    pub off: Vec<Value>,
}

/// Where a record holds an account attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordField {
    /// The attribute.
    pub name: String,
    /// Where it stands.
    pub at: String,
    /// Its type.
    pub kind: FieldType,
    /// How no value is written.
    pub empty: EmptyAs,
    /// What the API does with a value that is written; none: it keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps: Option<AttributeKeeping>,
}

words! {
    /// The type of a field.
    pub enum FieldType {
        /// A text.
        Text = "text",
        /// A number.
        Number = "number",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A list of texts.
        List = "list",
    }
}

words! {
    /// How no value is written.
    pub enum EmptyAs {
        /// As `null`.
        Null = "null",
        /// As an empty text or an empty list.
        Empty = "empty",
        /// Not at all: the API then holds none.
        Absent = "absent",
    }
}

words! {
    /// What an update sends as the record.
    pub enum Sends {
        /// Only what changes.
        Changes = "changes",
        /// The whole record as it was read, with the changes in it.
        Whole = "whole",
    }
}
