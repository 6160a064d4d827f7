//! Values that are worked out for account attributes, and how they are compared and read (the policy language, 3).

use super::population::Population;
use crate::model::{Field, Value};
use crate::policy::UserSlot;
use std::borrow::Cow;

/// A value that was worked out; borrowed from the snapshot where nothing changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Computed<'a> {
    /// Nothing.
    Empty,
    /// One text, not empty.
    Text(Cow<'a, str>),
    /// A boolean.
    Boolean(bool),
    /// A whole number.
    Number(i64),
    /// Several texts, at least one.
    List(Vec<Cow<'a, str>>),
}

/// Why a value could not be worked out: the user is blocked, with this reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

/// The bytes that one text may have while a value is worked out, and the bytes of a list in all. No application takes
/// more, and without an end a few transforms would fill the memory (threat H14).
pub const LONGEST_TEXT: usize = 16 * 1024;
/// See [`LONGEST_TEXT`].
pub const LONGEST_LIST: usize = 64 * 1024;

/// Refuses a text that has, or would have, too many bytes.
///
/// # Errors
/// Where it is longer than [`LONGEST_TEXT`].
pub(super) fn within(bytes: usize) -> Result<(), Unusable> {
    if bytes <= LONGEST_TEXT {
        return Ok(());
    }
    Err(Unusable(format!("the text is too long: at most {LONGEST_TEXT} bytes are worked with")))
}

impl<'a> Computed<'a> {
    /// The same, if no text in it is too long, and the list is not in all.
    ///
    /// # Errors
    /// Where one is.
    pub(super) fn bounded(self) -> Result<Self, Unusable> {
        match &self {
            Self::Text(text) => within(text.len())?,
            Self::List(texts) => {
                texts.iter().try_for_each(|text| within(text.len()))?;
                let bytes: usize = texts.iter().map(|text| text.len()).sum();
                if bytes > LONGEST_LIST {
                    return Err(Unusable(format!(
                        "the list is too long: at most {LONGEST_LIST} bytes are worked with"
                    )));
                }
            }
            Self::Empty | Self::Boolean(_) | Self::Number(_) => {}
        }
        Ok(self)
    }

    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The value to keep; none where it is empty.
    pub fn to_value(&self) -> Option<Value> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(text) => Value::Text(text.clone().into_owned()),
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Number(value) => Value::Number(*value),
            Self::List(texts) => Value::List(texts.iter().map(|text| text.clone().into_owned()).collect()),
        })
    }

    /// Whether an account's value, given as its text, is the same. Exact, even in case (the policy language, 9); a
    /// boolean also equals `True` (S13).
    pub fn equals(&self, held: Option<&str>) -> bool {
        match (self, held) {
            (Self::Empty, None) => true,
            (Self::Text(text), Some(held)) => text == held,
            (Self::Boolean(value), Some(held)) => {
                held.eq_ignore_ascii_case(if *value { "true" } else { "false" })
            }
            (Self::Number(value), Some(held)) => held.parse() == Ok(*value),
            (Self::List(texts), Some(held)) => {
                held.split(crate::snapshot::LIST_SEPARATOR).eq(texts.iter().map(AsRef::as_ref))
            }
            (Self::Empty, Some(_)) | (_, None) => false,
        }
    }
}

impl<'a> From<&'a Value> for Computed<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::text(text.as_str()),
            Value::Boolean(value) => Self::Boolean(*value),
            Value::Number(value) => Self::Number(*value),
            Value::List(texts) => Self::List(texts.iter().map(|text| text.as_str().into()).collect()),
        }
    }
}

impl<'a> From<Field<'a>> for Computed<'a> {
    fn from(field: Field<'a>) -> Self {
        match field {
            Field::Empty => Self::Empty,
            Field::Text(text) => Self::text(text),
            Field::Boolean(value) => Self::Boolean(value),
            Field::List(texts) => Self::List(texts),
        }
    }
}

/// A user's attribute, or one element of a list.
pub(super) fn attribute<'a>(
    population: &Population<'a>,
    slot: UserSlot,
    index: Option<u16>,
    row: u32,
) -> Computed<'a> {
    match index {
        None => population.field(slot, row).into(),
        Some(index) => population.column(slot, row).map_or(Computed::Empty, |(column, local)| {
            column.elements(local).nth(index as usize).map_or(Computed::Empty, Computed::text)
        }),
    }
}

/// The text of a single value; none where it is empty.
pub(super) fn plain_text(value: Computed<'_>) -> Result<Option<Cow<'_, str>>, Unusable> {
    Ok(match value {
        Computed::Empty => None,
        Computed::Text(text) => Some(text),
        Computed::Boolean(value) => Some(if value { "true".into() } else { "false".into() }),
        Computed::Number(value) => Some(value.to_string().into()),
        Computed::List(texts) => {
            return Err(Unusable(format!(
                "the value is a list of {}, and one is needed: use `first` or `join`",
                texts.len()
            )));
        }
    })
}
