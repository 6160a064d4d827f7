//! The calls for rights that are rows of their own, as written.

use super::call::{CallObject, ListObject};
use super::place::IdObject;
use crate::language::document::shape::ShapeError;
use crate::language::document::{Shorthand, pattern};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// The calls for one type of right. In these, `{id}` stands for the account's id, `{value}`, `{scope}` and `{key}` for the
/// right's, and in `revoke` `{row}` for the id of the row.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorRights")]
pub struct RightsObject {
    /// The rows of everybody.
    pub rows: Option<Spanned<ListObject>>,
    /// The rows of one account: after each write; and of each account in turn where `rows` is left out.
    pub of_account: Option<Spanned<ListObject>>,
    /// A list in the account's record that holds the rows; instead of `rows` and `ofAccount`.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub record: Option<Spanned<String>>,
    /// Where a row of everybody says its account's id.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub account: Option<Spanned<String>>,
    /// Where a row says the right's value; the row itself where it and `key` are left out.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub value: Option<Spanned<String>>,
    /// Where a row says the right's key, by which `known` lists it; instead of `value`.
    #[schemars(regex(pattern = pattern::POINTER), length(min = 0))]
    pub key: Option<Spanned<String>>,
    /// Where a row says the area that the right is bound to.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub scope: Option<Spanned<String>>,
    /// Where a row says its own id.
    pub row: Option<Spanned<Shorthand<String, IdObject>>>,
    /// The rights that there are; where it is left out, those that the application's policies name.
    pub known: Option<Spanned<KnownObject>>,
    /// Gives a right.
    pub grant: Option<Spanned<CallObject>>,
    /// Takes a right.
    pub revoke: Option<Spanned<CallObject>>,
}

/// The rights that there are.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorKnown")]
pub struct KnownObject {
    /// Their list.
    pub list: Spanned<ListObject>,
    /// Where an entry says the right's value; the entry itself where it is left out.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub value: Option<Spanned<String>>,
    /// Where it says the right's key.
    pub key: Option<Spanned<Shorthand<String, IdObject>>>,
    /// Where it says the area that the right is bound to.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub scope: Option<Spanned<String>>,
}

/// Where the rights that accounts hold are found.
#[derive(Clone, Copy, Debug)]
pub enum HeldForm<'a> {
    /// In a list of everybody's rows, each with its account's id; perhaps of one account's too.
    All(&'a ListObject, &'a Spanned<String>, Option<&'a ListObject>),
    /// In a list of one account's rows.
    OfAccount(&'a ListObject),
    /// In the account's record.
    Record(&'a Spanned<String>),
}

impl RightsObject {
    /// Where the rights that accounts hold are found.
    ///
    /// # Errors
    /// Keys that exclude each other, or are missing.
    pub fn held(&self, whole: Span) -> Result<HeldForm<'_>, ShapeError> {
        let of_account = self.of_account.as_ref().map(|list| &list.value);
        match (&self.rows, of_account, &self.record, &self.account) {
            (Some(rows), of_account, None, Some(account)) => {
                Ok(HeldForm::All(&rows.value, account, of_account))
            }
            (Some(rows), _, None, None) => Err(ShapeError::new(
                rows.span,
                "`rows` needs `account`: where a row says its account's id",
                "whose rows?",
            )),
            (None, Some(list), None, None) => Ok(HeldForm::OfAccount(list)),
            (None, None, Some(record), None) => Ok(HeldForm::Record(record)),
            (None, None, None, _) => Err(ShapeError::new(
                whole,
                "nothing says which rights accounts hold: `rows`, `ofAccount` or `record` is needed",
                "one key is missing here",
            )),
            (_, _, Some(record), _) => Err(ShapeError::new(
                record.span,
                "`record` excludes `rows`, `ofAccount` and `account`",
                "another key is there already",
            )),
            (None, Some(_), None, Some(account)) => {
                Err(ShapeError::new(account.span, "only `rows` has `account`", "remove it"))
            }
        }
    }
}
