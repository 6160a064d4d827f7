//! Attribute values: as read (borrowed), and as kept (owned).

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// What kind of value an attribute of a directory's user holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AttributeType {
    /// One text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// Several texts, in the order the directory gives them.
    List,
}

/// A value as it came off the wire. Null, absent, `""` and `[]` are all [`Field::Empty`] (the policy language, 1, "Empty").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// Nothing there.
    #[default]
    Empty,
    /// One text, never empty.
    Text(Cow<'a, str>),
    /// A boolean.
    Boolean(bool),
    /// Several texts, never none.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Field<'a> {
    /// A text, or empty where there is none in it.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// A value that is kept: wanted or held by an account.
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
    /// The value's text, by which an account's value is compared (the policy language, 2); list elements stand behind `, `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::List(values) => f.write_str(&values.join(", ")),
        }
    }
}
