//! Records of accounts.

use super::value::{constant, scalar, text_at};
use super::{DecodeError, kind_of, misplaced};
use crate::model::{AccountCalls, Connector, Field, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The attribute that holds the type of an account.
const ACCOUNT_TYPE: &str = "userType";

/// The kinds of record of a connector, and the ids of accounts: where there are several kinds, the kind is a part of the id,
/// since two kinds may number their records alike.
#[derive(Clone, Copy, Debug)]
pub struct AccountKinds<'c>(pub &'c [AccountCalls]);

impl<'c> AccountKinds<'c> {
    /// The kinds of a connector.
    pub fn of(connector: &'c Connector) -> Self {
        Self(&connector.accounts)
    }

    /// The id of an account, by the id of its record.
    pub fn account_id(self, kind: &AccountCalls, record: &str) -> String {
        match &kind.account_type {
            Some(name) if self.0.len() > 1 => format!("{name}:{record}"),
            Some(_) | None => record.to_owned(),
        }
    }

    /// The kind of an account and the id of its record, by its own id.
    pub fn find(self, account: &str) -> Option<(&'c AccountCalls, &str)> {
        if let [kind] = self.0 {
            return Some((kind, account));
        }
        let (name, record) = account.split_once(':')?;
        Some((self.named(name)?, record))
    }

    /// The kind of an account type; the only kind where there is one.
    pub fn of_type(self, account_type: Option<&str>) -> Option<&'c AccountCalls> {
        match self.0 {
            [kind] => Some(kind),
            _ => self.named(account_type?),
        }
    }

    fn named(self, name: &str) -> Option<&'c AccountCalls> {
        self.0.iter().find(|kind| kind.account_type.as_deref() == Some(name))
    }
}

/// One account as its record shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow<'j> {
    /// The id of the record.
    pub id: Cow<'j, str>,
    /// Whether it may sign in; none: the record does not say.
    pub active: Option<bool>,
    /// A value for each wanted attribute, in that order.
    pub fields: Vec<Field<'j>>,
}

/// Reads one record: these attributes; one that the kind does not have is empty.
///
/// # Errors
/// When it is no object, has no id, or a field holds what no attribute can.
pub fn decode_account<'j>(
    kind: &'j AccountCalls,
    record: &'j Json,
    wanted: &[&str],
) -> Result<AccountRow<'j>, DecodeError> {
    if !record.is_object() {
        return Err(misplaced("a record", "", Some(record)));
    }
    let id = text_at(record, &kind.id.at)?;
    let active = active(kind, record, &id)?;
    let fields: Result<Vec<_>, _> = wanted.iter().map(|name| field(kind, record, name, &id)).collect();
    Ok(AccountRow { active, fields: fields?, id })
}

fn field<'j>(
    kind: &'j AccountCalls,
    record: &'j Json,
    name: &str,
    id: &str,
) -> Result<Field<'j>, DecodeError> {
    if name == ACCOUNT_TYPE
        && let Some(account_type) = &kind.account_type
    {
        return Ok(Field::text(account_type.as_str()));
    }
    let Some(place) = kind.fields.iter().find(|field| field.name == name) else { return Ok(Field::Empty) };
    let found = record.pointer(&place.at);
    let problem = || DecodeError::Field { at: place.at.clone(), found: kind_of(found), id: id.to_owned() };
    match found {
        None | Some(Json::Null) => Ok(Field::Empty),
        Some(Json::Bool(value)) => Ok(Field::Boolean(*value)),
        Some(Json::Array(items)) => {
            let filled = items.iter().filter(|item| !item.is_null() && item.as_str() != Some(""));
            let texts: Option<Vec<_>> = filled.map(scalar).collect();
            let texts = texts.ok_or_else(problem)?;
            Ok(if texts.is_empty() { Field::Empty } else { Field::List(texts) })
        }
        Some(value @ (Json::String(_) | Json::Number(_))) => {
            Ok(scalar(value).map_or(Field::Empty, Field::text))
        }
        Some(Json::Object(_)) => Err(problem()),
    }
}

fn active(kind: &AccountCalls, record: &Json, id: &str) -> Result<Option<bool>, DecodeError> {
    let Some(place) = &kind.active else { return Ok(None) };
    let Some(found) = record.pointer(&place.at).filter(|found| !found.is_null()) else { return Ok(None) };
    let among = |values: &[Value]| values.iter().any(|value| constant(value) == *found);
    match (among(&place.on), among(&place.off)) {
        (true, _) => Ok(Some(true)),
        (false, true) => Ok(Some(false)),
        (false, false) => {
            Err(DecodeError::Active { at: place.at.clone(), found: found.to_string(), id: id.to_owned() })
        }
    }
}
