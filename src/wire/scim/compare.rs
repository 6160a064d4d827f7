//! Whether an account holds a value.

use crate::model::{Field, Value};
use std::borrow::Cow;

/// Whether the value that was read equals the wanted one (`None`: no value): by its text; a boolean also equals its
/// text in any case (S13); several values in any order.
pub fn same(found: &Field<'_>, wanted: Option<&Value>) -> bool {
    match (found, wanted) {
        (Field::Boolean(found), Some(wanted)) => matches_bool(wanted, *found),
        (Field::Text(found), Some(Value::Boolean(wanted))) => found.eq_ignore_ascii_case(bool_text(*wanted)),
        (found, wanted) => elements(found) == wanted.map(texts).unwrap_or_default(),
    }
}

fn bool_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn matches_bool(wanted: &Value, found: bool) -> bool {
    wanted.to_string().eq_ignore_ascii_case(bool_text(found))
}

fn elements<'f>(field: &'f Field<'_>) -> Vec<Cow<'f, str>> {
    let mut texts: Vec<_> = match field {
        Field::Empty => Vec::new(),
        Field::Text(text) => vec![Cow::Borrowed(text.as_ref())],
        Field::Boolean(value) => vec![Cow::Borrowed(bool_text(*value))],
        Field::List(texts) => texts.iter().map(|text| Cow::Borrowed(text.as_ref())).collect(),
    };
    texts.sort_unstable();
    texts
}

fn texts(value: &Value) -> Vec<Cow<'_, str>> {
    let mut texts: Vec<_> = match value {
        Value::List(values) => values.iter().map(|value| Cow::Borrowed(value.as_str())).collect(),
        Value::Text(text) => vec![Cow::Borrowed(text.as_str())],
        other => vec![Cow::Owned(other.to_string())],
    };
    texts.retain(|text| !text.is_empty());
    texts.sort_unstable();
    texts
}
