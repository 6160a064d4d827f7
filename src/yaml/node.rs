//! The tree of a YAML document.

use crate::model::Span;
use serde_json::Value;

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its place.
    pub span: Span,
    /// Its value.
    pub kind: Kind,
}

/// A value by the YAML 1.2 core schema, without the schema's guesses.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(Box<str>),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order written, each key once.
    Mapping(Vec<(Key, Node)>),
}

/// A key: text as written, never another type (`0100` keeps its zero).
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its place.
    pub span: Span,
    /// Its text.
    pub name: Box<str>,
}

impl Node {
    /// The value as JSON, for the schema's validator.
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Boolean(value) => (*value).into(),
            Kind::Integer(value) => (*value).into(),
            Kind::Float(value) => (*value).into(),
            Kind::Text(text) => Value::String(text.to_string()),
            Kind::Sequence(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Mapping(entries) => Value::Object(
                entries.iter().map(|(key, value)| (key.name.to_string(), value.to_json())).collect(),
            ),
        }
    }

    /// The place that a JSON pointer (RFC 6901) leads to: of the key, if the last step is a key, and of the value.
    pub fn locate(&self, pointer: &str) -> Option<(Option<Span>, Span)> {
        let (mut node, mut key) = (self, None);
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            match &node.kind {
                Kind::Sequence(items) => {
                    node = items.get(step.parse::<usize>().ok()?)?;
                    key = None;
                }
                Kind::Mapping(entries) => {
                    let (found, value) = entries.iter().find(|(key, _)| *key.name == *step)?;
                    node = value;
                    key = Some(found.span);
                }
                _ => return None,
            }
        }
        Some((key, node.span))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Mapping(entries) => {
                entries.iter().find(|(other, _)| &*other.name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The same node without some of its keys.
    pub fn without(&self, keys: &[&str]) -> Self {
        let mut node = self.clone();
        if let Kind::Mapping(entries) = &mut node.kind {
            entries.retain(|(key, _)| !keys.contains(&&*key.name));
        }
        node
    }

    /// The text, if the node is text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}
