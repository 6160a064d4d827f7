//! A plain text in place of an object (the policy language, 1, "Two shorthands").

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A text or an object; the schema says `type: [string, object]`, so both are checked without `anyOf`.
#[derive(Clone, Debug)]
pub enum Shorthand<W, T> {
    /// The plain text.
    Text(W),
    /// The object.
    Object(T),
}

impl<W, T> Shorthand<W, T> {
    /// The object, if it isn't a plain text.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Text(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

impl<'de, W: Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for Shorthand<W, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrObject(PhantomData))
    }
}

struct TextOrObject<W, T>(PhantomData<(W, T)>);

impl<'de, W: Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for TextOrObject<W, T> {
    type Value = Shorthand<W, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or an object")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        W::deserialize(StrDeserializer::new(text)).map(Shorthand::Text)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Shorthand::Object)
    }
}

impl<W: JsonSchema, T: JsonSchema> JsonSchema for Shorthand<W, T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("{}|{}", W::schema_id(), T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut object = T::json_schema(generator);
        object.insert("type".into(), json!(["string", "object"]));
        let words = W::json_schema(generator);
        let branches = words.get("oneOf").and_then(Value::as_array).into_iter().flatten();
        let words: Vec<&Value> = branches.filter_map(|branch| branch.get("const")).collect();
        if words.is_empty() {
            object.insert("minLength".into(), 1.into());
        } else {
            object.insert("if".into(), json!({ "type": "string" }));
            object.insert("then".into(), json!({ "enum": words }));
        }
        object
    }
}
