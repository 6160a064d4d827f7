//! The calls for rights that are no attribute of an account: rows that say who has what.

use super::call::{CallTemplate, ListCall};
use super::id::IdField;
use serde::Serialize;

/// The calls for one type of right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RightCalls {
    /// The entitlement type, as applications name it.
    pub entitlement: String,
    /// Where the rights that accounts hold are found.
    pub held: HeldRights,
    /// Where a row says the right's value; none: `key` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where a row says the right's key, by which `known` lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Where a row says the right's scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The row's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<IdField>,
    /// The rights that there are; none: those that the application's policies name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownRights>,
    /// Gives a right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<CallTemplate>,
    /// Takes a right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke: Option<CallTemplate>,
}

/// Where the rights that accounts hold are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum HeldRights {
    /// In a list of its own.
    Rows {
        /// The rows of everybody, and where one says its account; none: each account's are asked for.
        all: Option<Box<AllRows>>,
        /// The rows of one account.
        of_account: Option<Box<ListCall>>,
    },
    /// In the account's record: a list there.
    Record(String),
}

/// The rows of everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AllRows {
    /// The list.
    pub list: ListCall,
    /// Where a row says its account's id.
    pub account: String,
}

/// The rights that there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownRights {
    /// The list.
    pub list: ListCall,
    /// Where an entry says the right's value.
    pub value: String,
    /// Where it says the right's key.
    pub key: Option<IdField>,
    /// Where it says the right's scope.
    pub scope: Option<String>,
}
