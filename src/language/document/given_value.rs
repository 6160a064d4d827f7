//! A value that a test gives or expects: any type that an attribute may have (the policy language, 11).

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A text, a whole number, a boolean, a list of texts, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenValue {
    /// Nothing: `''` and `[]` are one (the policy language, 1, "Empty").
    Empty,
    /// One text, never empty.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// Several texts, never none.
    List(Vec<String>),
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = GivenValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a whole number, `true`, `false` or a list of texts")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<GivenValue, E> {
        Ok(GivenValue::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<GivenValue, E> {
        Ok(GivenValue::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<GivenValue, E> {
        i64::try_from(value)
            .map(GivenValue::Integer)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &"a whole number of 64 bits"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<GivenValue, E> {
        Ok(if text.is_empty() { GivenValue::Empty } else { GivenValue::Text(text.to_owned()) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<GivenValue, A::Error> {
        let mut texts: Vec<String> = Vec::new();
        while let Some(text) = items.next_element()? {
            texts.push(text);
        }
        texts.retain(|text| !text.is_empty());
        Ok(if texts.is_empty() { GivenValue::Empty } else { GivenValue::List(texts) })
    }
}

impl<'de> Deserialize<'de> for GivenValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

impl JsonSchema for GivenValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "GivenValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer", "boolean", "array"],
            "items": { "type": "string" }
        })
    }
}
