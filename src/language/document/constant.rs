//! Constants: the values that policies contain.

use super::pattern;
use crate::model::{Date, Period, TimeOfDay, Value};
use crate::policy::Operand;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A text (which may be empty), a whole number or a boolean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant(pub Value);

/// A value that a test gives or expects: of any attribute type; none is an empty value. `''` and `[]` are both empty
/// (the policy language, 1, "Empty").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenValue(pub Option<Value>);

/// `true`, the only value of a key whose presence is its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct True;

/// Reads one value while parsing, so that an error has its place.
struct AnyValue {
    /// What is accepted, for messages.
    expected: &'static str,
    lists: bool,
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        if !self.lists {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        let mut texts: Vec<String> = Vec::new();
        while let Some(text) = items.next_element()? {
            texts.push(text);
        }
        texts.retain(|text| !text.is_empty());
        Ok(Value::List(texts))
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "text, a whole number, `true` or `false`";
        deserializer.deserialize_any(AnyValue { expected, lists: false }).map(Self)
    }
}

impl<'de> Deserialize<'de> for GivenValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "text, a whole number, `true`, `false` or a list of texts";
        let value = deserializer.deserialize_any(AnyValue { expected, lists: true })?;
        let empty = match &value {
            Value::Text(text) => text.is_empty(),
            Value::List(texts) => texts.is_empty(),
            Value::Boolean(_) | Value::Number(_) => false,
        };
        Ok(Self(Some(value).filter(|_| !empty)))
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number or a date";
        match deserializer.deserialize_any(AnyValue { expected, lists: false })? {
            Value::Number(number) => Ok(Self::Integer(number)),
            Value::Text(text) => Date::parse(&text).map(Self::Date).map_err(D::Error::custom),
            Value::Boolean(_) | Value::List(_) => Err(D::Error::custom(expected)),
        }
    }
}

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(D::Error::invalid_value(Unexpected::Bool(false), &"`true`")),
        }
    }
}

/// Defines a type that is a text of one form in YAML.
macro_rules! text_form {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

text_form!(Period);
text_form!(TimeOfDay);

/// The schema of a value.
macro_rules! schema {
    ($name:ident, $schema:tt) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

schema!(Constant, { "type": ["string", "integer", "boolean"] });
schema!(GivenValue, { "type": ["string", "integer", "boolean", "array"], "items": { "type": "string" } });
schema!(Operand, { "type": ["integer", "string"], "pattern": pattern::DAY });
schema!(True, { "type": "boolean", "enum": [true] });
schema!(Date, { "type": "string", "pattern": pattern::DAY });
schema!(Period, { "type": "string", "pattern": pattern::LENGTH });
schema!(TimeOfDay, { "type": "string", "pattern": pattern::TIME });
