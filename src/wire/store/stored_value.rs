//! Values as the columns `type` and `value` of `attributes` store them.

use crate::model::Value;

/// A value as the columns `type` and `value` of `attributes` store it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredValue {
    /// `text`, `boolean`, `number` or `list`.
    pub kind: String,
    /// The value's text; for a list, a JSON array of texts.
    pub text: String,
}

/// A row whose text does not fit its type, or whose type is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a value of the type `{kind}`")]
pub struct BadValue {
    /// The type.
    pub kind: String,
    /// The text.
    pub text: String,
}

impl StoredValue {
    /// The row of a value; `None` for an empty value, which is not stored (the policy language, 1, "Empty").
    pub fn of(value: &Value) -> Option<Self> {
        let (kind, text) = match value {
            Value::Boolean(_) => ("boolean", value.to_string()),
            Value::Number(_) => ("number", value.to_string()),
            Value::Text(text) => ("text", text.clone()),
            Value::List(texts) if texts.is_empty() => return None,
            Value::List(texts) => ("list", serde_json::Value::from(texts.clone()).to_string()),
        };
        (!text.is_empty()).then(|| Self { kind: kind.to_owned(), text })
    }

    /// The value of a row.
    ///
    /// # Errors
    /// When the text does not fit its type, or the type is unknown.
    pub fn value(self) -> Result<Value, BadValue> {
        let Self { kind, text } = self;
        let value = match kind.as_str() {
            "text" => return Ok(Value::Text(text)),
            "boolean" => text.parse().map(Value::Boolean).ok(),
            "number" => text.parse().map(Value::Number).ok(),
            "list" => serde_json::from_str(&text).map(Value::List).ok(),
            _ => None,
        };
        value.ok_or(BadValue { kind, text })
    }
}
