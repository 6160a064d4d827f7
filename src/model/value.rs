//! Attribute values: as read (borrowed) and as stored (owned).

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The type of a user attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AttributeType {
    /// One text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// Several texts, in the directory's order.
    List,
}

/// A value as read. Null, absent, `""` and `[]` are all [`Field::Empty`] (the policy language, 1, "Empty").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// No value.
    #[default]
    Empty,
    /// One text, never empty.
    Text(Cow<'a, str>),
    /// A boolean.
    Boolean(bool),
    /// Several texts, at least one.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Field<'a> {
    /// A text; empty text becomes [`Field::Empty`].
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// An owned value: wanted for an account, or held by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A boolean.
    Boolean(bool),
    /// A whole number.
    Number(i64),
    /// One text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl fmt::Display for Value {
    /// The value's text, which decides equality with an account's value (the policy language, 2); list elements are
    /// joined by `, `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::List(values) => f.write_str(&values.join(", ")),
        }
    }
}
