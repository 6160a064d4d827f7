//! Reads one JSON value of an attribute into a [`Field`], borrowing from the input where it can.

use crate::model::{AttributeType, Field};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Reads a value of this type.
#[derive(Clone, Copy)]
pub(super) struct FieldSeed(pub(super) AttributeType);

impl<'de> DeserializeSeed<'de> for FieldSeed {
    type Value = Field<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed {
    type Value = Field<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            AttributeType::Text => "text or null",
            AttributeType::Boolean => "true, false or null",
            AttributeType::List => "a list of texts or null",
        })
    }

    fn visit_unit<E: Error>(self) -> Result<Field<'de>, E> {
        Ok(Field::Empty)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Field<'de>, E> {
        self.text(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Field<'de>, E> {
        self.text(Cow::Owned(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Field<'de>, E> {
        match self.0 {
            AttributeType::Boolean => Ok(Field::Boolean(value)),
            _ => Err(E::invalid_type(serde::de::Unexpected::Bool(value), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Field<'de>, A::Error> {
        if self.0 != AttributeType::List {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        let mut texts = Vec::new();
        while let Some(text) = elements.next_element::<BorrowedText<'de>>()? {
            texts.extend(Some(text.0).filter(|text| !text.is_empty()));
        }
        Ok(if texts.is_empty() { Field::Empty } else { Field::List(texts) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Field<'de>, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self))
    }
}

impl FieldSeed {
    fn text<'de, E: Error>(self, text: Cow<'de, str>) -> Result<Field<'de>, E> {
        match self.0 {
            AttributeType::Text => Ok(Field::text(text)),
            _ => Err(E::invalid_type(serde::de::Unexpected::Str(&text), &self)),
        }
    }
}

/// Text that borrows from the input unless it has escapes.
#[derive(serde::Deserialize)]
pub(super) struct BorrowedText<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);
