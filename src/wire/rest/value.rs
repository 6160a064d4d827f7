//! Single values.

use super::{DecodeError, misplaced};
use crate::model::Value;
use serde_json::Value as Json;
use std::borrow::Cow;

/// The text of a text or a number; none of anything else, and of an empty text.
pub fn scalar(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(number.to_string())),
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The text of a text or a number that must stand there.
pub(super) fn text_at<'j>(value: &'j Json, at: &str) -> Result<Cow<'j, str>, DecodeError> {
    let found = value.pointer(at);
    found.and_then(scalar).ok_or_else(|| misplaced("a text or a number", at, found))
}

/// A constant of a connector as JSON.
pub fn constant(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(texts) => texts.iter().map(String::as_str).collect(),
    }
}
