//! Constants: what policies write down as a value.

use super::pattern;
use crate::model::{Date, Value};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A text, a whole number or a boolean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// One text, perhaps empty.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
}

impl Constant {
    /// The constant's text, by which an account's value is compared (the policy language, 2).
    pub fn text(&self) -> String {
        self.value().to_string()
    }

    /// The constant as a value that an account can hold.
    pub fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::Integer(number) => Value::Number(*number),
            Self::Boolean(value) => Value::Boolean(*value),
        }
    }
}

struct AnyConstant;

impl Visitor<'_> for AnyConstant {
    type Value = Constant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a whole number, `true` or `false`")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Constant, E> {
        Ok(Constant::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Constant, E> {
        Ok(Constant::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Constant, E> {
        i64::try_from(value)
            .map(Constant::Integer)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &"a whole number of 64 bits"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Constant, E> {
        Ok(Constant::Text(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyConstant)
    }
}

impl JsonSchema for Constant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Constant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer", "boolean"] })
    }
}

/// A day, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub Date);

/// Reads where the value is met, so that an error has its place.
struct AnyDay;

impl Visitor<'_> for AnyDay {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
        Date::parse(text).map(Day).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyDay)
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": pattern::DAY })
    }
}

/// What an ordered comparison compares with: a whole number or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberOrDay {
    /// A whole number.
    Number(i64),
    /// A day.
    Day(Date),
}

struct AnyNumberOrDay;

impl Visitor<'_> for AnyNumberOrDay {
    type Value = NumberOrDay;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number or a date")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<NumberOrDay, E> {
        Ok(NumberOrDay::Number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<NumberOrDay, E> {
        Date::parse(text).map(NumberOrDay::Day).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for NumberOrDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNumberOrDay)
    }
}

impl JsonSchema for NumberOrDay {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "NumberOrDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "pattern": pattern::DAY })
    }
}

/// The one value that a key may have which only says that it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct True;

impl<'de> Deserialize<'de> for True {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(D::Error::invalid_value(Unexpected::Bool(false), &"`true`")),
        }
    }
}

impl JsonSchema for True {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "True".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean", "enum": [true] })
    }
}
