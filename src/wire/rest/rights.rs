//! Rows that say who has which right.

use super::value::{scalar, text_at};
use super::{DecodeError, misplaced};
use crate::model::{IdField, IdType, KnownRights, Right, RightCalls};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The keys of the rights of one type, where the API has them.
#[derive(Clone, Debug, Default)]
pub struct KnownKeys {
    values: BTreeMap<String, String>,
    keys: BTreeMap<String, Json>,
}

impl KnownKeys {
    /// Adds a right and its key.
    fn add(&mut self, value: &str, key: Json) {
        if let Some(text) = scalar(&key) {
            self.values.insert(text.into_owned(), value.to_owned());
        }
        self.keys.insert(value.to_owned(), key);
    }

    /// The key of a right's value, as bodies hold it.
    pub fn key(&self, value: &str) -> Option<&Json> {
        self.keys.get(value)
    }
}

/// An entry of the list of rights; its key goes to the keys.
///
/// # Errors
/// When it has no value, no scope or no key where one is told.
pub fn known_of(
    entitlement: &str,
    known: &KnownRights,
    entry: &Json,
    keys: &mut KnownKeys,
) -> Result<Right, DecodeError> {
    let value = text_at(entry, &known.value)?.into_owned();
    let scope = known.scope.as_deref().map(|at| text_at(entry, at)).transpose()?;
    if let Some(key) = &known.key {
        keys.add(&value, typed_id(key, entry)?);
    }
    Ok(Right { entitlement: entitlement.to_owned(), value, scope: scope.map(Cow::into_owned) })
}

/// The right of a row.
///
/// # Errors
/// When the row has no value or scope, or a key that no right has.
pub fn right_of(rights: &RightCalls, row: &Json, keys: &KnownKeys) -> Result<Right, DecodeError> {
    let value = match (&rights.value, &rights.key) {
        (_, Some(at)) => {
            let key = text_at(row, at)?;
            keys.values.get(key.as_ref()).cloned().ok_or_else(|| DecodeError::Key(key.into_owned()))?
        }
        (value, None) => text_at(row, value.as_deref().unwrap_or_default())?.into_owned(),
    };
    let scope = rights.scope.as_deref().map(|at| text_at(row, at)).transpose()?;
    Ok(Right { entitlement: rights.entitlement.clone(), value, scope: scope.map(Cow::into_owned) })
}

/// The id of the account of a row.
///
/// # Errors
/// When there is none.
pub fn account_of<'j>(at: &str, row: &'j Json) -> Result<Cow<'j, str>, DecodeError> {
    text_at(row, at)
}

/// The id of a row, as bodies and paths hold it.
///
/// # Errors
/// When there is none.
pub fn row_id(rights: &RightCalls, row: &Json) -> Result<Option<Json>, DecodeError> {
    rights.row.as_ref().map(|field| typed_id(field, row)).transpose()
}

/// The rows in an account's record; none where nothing is there.
///
/// # Errors
/// When something else than a list is there.
pub fn rows_of<'j>(record: &'j Json, at: &str) -> Result<&'j [Json], DecodeError> {
    match record.pointer(at) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(rows)) => Ok(rows),
        other @ Some(_) => Err(misplaced("a list", at, other)),
    }
}

/// An id in its type.
fn typed_id(field: &IdField, holder: &Json) -> Result<Json, DecodeError> {
    let text = text_at(holder, &field.at)?;
    field.kind.json(&text).ok_or_else(|| misplaced("a number", &field.at, holder.pointer(&field.at)))
}

/// An id as JSON.
pub trait TypedId {
    /// An id in its type; none: a text that is no number where one is needed.
    fn json(self, id: &str) -> Option<Json>;
}

impl TypedId for IdType {
    fn json(self, id: &str) -> Option<Json> {
        match self {
            Self::Text => Some(id.into()),
            Self::Number => serde_json::from_str(id).ok().filter(Json::is_number),
        }
    }
}
