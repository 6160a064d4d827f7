//! Deserializers for fields that are more than text.

use crate::model::{Commit, unix_of_rfc3339};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};

/// JSON that does not match GitHub's API; says what was expected and at which column.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not what GitHub's contract says: {0}")]
pub struct DecodeError(#[from] serde_json::Error);

pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Whether a text is a git object id: 40 or 64 hexadecimal digits, lower case.
pub(super) fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A commit's object id.
pub(super) fn commit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Commit, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_object_id(&text) { Ok(Commit(text)) } else { Err(D::Error::custom("expected a commit's id")) }
}

/// A commit's object id, or `None`.
pub(super) fn maybe_commit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Commit>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    if is_object_id(&text) { Ok(Some(Commit(text))) } else { Err(D::Error::custom("expected a commit's id")) }
}

/// An RFC 3339 time in seconds since 1970, or `None`.
pub(super) fn maybe_moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    unix_of_rfc3339(&text)
        .map(Some)
        .ok_or_else(|| D::Error::custom("expected a time like 2026-01-31T12:00:00Z"))
}

/// Text; null is empty.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}
