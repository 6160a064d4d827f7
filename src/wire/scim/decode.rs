//! Decodes one account from one JSON object in one pass: only what the policies need is kept, text is borrowed.
//!
//! The paths form a small tree of keys. Sub-attributes of a value come in any order, so the wanted ones of an element
//! are captured first and then copied to the slots that want them.

mod visit;

use super::path::{Pick, ScimPath, ScimPathError};
use crate::model::{AttributePath, Field};
use serde::de::DeserializeSeed;
use serde_json::de::Read;
use std::borrow::Cow;
use visit::LevelSeed;

/// Decodes accounts. The attributes are compiled once for an application.
#[derive(Debug)]
pub struct AccountDecoder {
    root: Level,
    attributes: usize,
}

/// One account as the application sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord<'a> {
    /// The application's own id, an opaque text (S10).
    pub id: Cow<'a, str>,
    /// The value of the link attribute.
    pub link: Field<'a>,
    /// Whether it may sign in; `None` if the application does not say (S13).
    pub active: Option<bool>,
    /// A value for each requested attribute, in that order.
    pub fields: Vec<Field<'a>>,
}

/// A body that is not a SCIM answer.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON, or not the form that SCIM prescribes.
    #[error("not {expected} as SCIM writes it: {problem:.200}")]
    Shape {
        /// What was expected: "a user".
        expected: &'static str,
        /// What is wrong, and where: line, column.
        problem: String,
    },
    /// An account or a group without `id`.
    #[error("{0} without `id`")]
    NoId(&'static str),
    /// `active` is not a boolean.
    #[error("`active` of the account `{id:.100}` is neither `true` nor `false`")]
    Active {
        /// The account.
        id: String,
    },
}

/// The wanted keys of one JSON object: the user itself, or one of its extensions.
#[derive(Debug, Default)]
struct Level {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    name: Box<str>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Schema(Level),
    Attribute(Attribute),
}

/// One attribute and what is wanted of it.
#[derive(Debug)]
struct Attribute {
    /// Sub-attributes to capture of each element. The first is `value`, which also holds a plain value.
    subs: Vec<Box<str>>,
    wants: Vec<Want>,
}

#[derive(Debug)]
struct Want {
    slot: usize,
    sub: usize,
    choice: Choice,
}

#[derive(Debug)]
enum Choice {
    All,
    First,
    Where { sub: usize, value: Box<str> },
}

impl AccountDecoder {
    /// A decoder for the link and these attributes.
    ///
    /// # Errors
    /// When a path is not valid.
    pub fn new(link: &AttributePath, attributes: &[AttributePath]) -> Result<Self, ScimPathError> {
        let paths: Result<Vec<_>, _> =
            attributes.iter().map(|attribute| ScimPath::parse(&attribute.path)).collect();
        Ok(Self::from_paths(Some(&ScimPath::parse(&link.path)?), &paths?))
    }

    /// The same for parsed paths; without `link`, the link of each record is empty.
    pub fn from_paths(link: Option<&ScimPath>, attributes: &[ScimPath]) -> Self {
        let mut root = Level::default();
        for (slot, path) in attributes.iter().chain(link).enumerate() {
            root.want(path, slot);
        }
        let own =
            |name: &str| ScimPath { schema: None, attribute: name.to_owned(), pick: Pick::All, sub: None };
        root.want(&own("id"), attributes.len() + 1);
        root.want(&own("active"), attributes.len() + 2);
        Self { root, attributes: attributes.len() }
    }

    /// Reads one account.
    ///
    /// # Errors
    /// When the text is not a JSON object, has no `id`, or holds an attribute twice or in a form that no path matches.
    pub fn decode<'a>(&self, json: &'a [u8]) -> Result<AccountRecord<'a>, DecodeError> {
        let mut fields = Vec::with_capacity(self.attributes + 3);
        fields.resize_with(self.attributes + 3, Field::default);
        // Text that was checked as a whole is not checked again value by value.
        let read = match std::str::from_utf8(json) {
            Ok(text) => self.read(serde_json::Deserializer::from_str(text), &mut fields),
            Err(_) => self.read(serde_json::Deserializer::from_slice(json), &mut fields),
        };
        read.map_err(|error| DecodeError::Shape { expected: "a user", problem: error.to_string() })?;
        let active = fields.pop().unwrap_or_default();
        let Some(Field::Text(id)) = fields.pop() else { return Err(DecodeError::NoId("a user")) };
        let link = fields.pop().unwrap_or_default();
        let active = boolean(&active).map_err(|()| DecodeError::Active { id: id.clone().into_owned() })?;
        Ok(AccountRecord { id, link, active, fields })
    }

    fn read<'a, R: Read<'a>>(
        &self,
        mut source: serde_json::Deserializer<R>,
        fields: &mut [Field<'a>],
    ) -> Result<(), serde_json::Error> {
        LevelSeed { level: &self.root, fields }.deserialize(&mut source)?;
        source.end()
    }
}

/// `true`, `"True"` and the like; `None` if empty (S13).
fn boolean(field: &Field<'_>) -> Result<Option<bool>, ()> {
    match field {
        Field::Empty => Ok(None),
        Field::Boolean(value) => Ok(Some(*value)),
        Field::Text(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Field::Text(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ => Err(()),
    }
}

impl Level {
    fn want(&mut self, path: &ScimPath, slot: usize) {
        let level = match &path.schema {
            Some(schema) => match &mut self.key(schema, || Kind::Schema(Self::default())).kind {
                Kind::Schema(level) => level,
                Kind::Attribute(_) => return,
            },
            None => self,
        };
        let kind = || Kind::Attribute(Attribute { subs: vec!["value".into()], wants: Vec::new() });
        if let Kind::Attribute(attribute) = &mut level.key(&path.attribute, kind).kind {
            attribute.want(path, slot);
        }
    }

    fn key(&mut self, name: &str, kind: impl FnOnce() -> Kind) -> &mut Key {
        let at = self.find(name).unwrap_or_else(|| {
            self.keys.push(Key { name: name.into(), kind: kind() });
            self.keys.len() - 1
        });
        &mut self.keys[at]
    }

    /// Exact spelling first: it is nearly always right and cheap to compare.
    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        let exact = self.keys.iter().position(|key| *key.name == *name);
        exact.or_else(|| self.keys.iter().position(|key| key.name.eq_ignore_ascii_case(name)))
    }
}

impl Attribute {
    fn want(&mut self, path: &ScimPath, slot: usize) {
        let sub = path.sub.as_ref().map_or(0, |sub| self.sub(sub));
        let choice = match &path.pick {
            Pick::All => Choice::All,
            Pick::First => Choice::First,
            Pick::Where(equality) => {
                Choice::Where { sub: self.sub(equality.attribute()), value: equality.value().into() }
            }
        };
        self.wants.push(Want { slot, sub, choice });
    }

    fn sub(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.subs.push(name.into());
            self.subs.len() - 1
        })
    }

    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        let exact = self.subs.iter().position(|sub| **sub == *name);
        exact.or_else(|| self.subs.iter().position(|sub| sub.eq_ignore_ascii_case(name)))
    }

    /// Copies the captured sub-attributes of a single value to the slots that want them.
    fn copy_single<'a>(&self, captured: &mut [Field<'a>], fields: &mut [Field<'a>]) {
        for want in self.wants.iter().filter(|want| want.choice.fits(captured, 0)) {
            fields[want.slot] = captured[want.sub].clone();
        }
    }

    /// The same for the element `at` of a list.
    fn copy_element<'a>(&self, at: usize, captured: &mut [Field<'a>], fields: &mut [Field<'a>]) {
        for want in self.wants.iter().filter(|want| want.choice.fits(captured, at)) {
            let (field, value) = (&mut fields[want.slot], captured[want.sub].clone());
            match (&want.choice, field) {
                (Choice::All, field) => append(field, value),
                (_, field @ Field::Empty) => *field = value,
                _ => {}
            }
        }
    }
}

impl Choice {
    #[inline]
    fn fits(&self, captured: &[Field<'_>], at: usize) -> bool {
        match self {
            Self::All => true,
            Self::First => at == 0,
            Self::Where { sub, value } => match &captured[*sub] {
                Field::Text(text) => text.eq_ignore_ascii_case(value),
                Field::Boolean(yes) => value.eq_ignore_ascii_case(if *yes { "true" } else { "false" }),
                Field::Empty | Field::List(_) => false,
            },
        }
    }
}

/// Adds an element's value to a list.
fn append<'a>(field: &mut Field<'a>, value: Field<'a>) {
    let text = match value {
        Field::Text(text) => text,
        Field::Boolean(yes) => Cow::Borrowed(if yes { "true" } else { "false" }),
        Field::Empty | Field::List(_) => return,
    };
    match field {
        Field::List(texts) => texts.push(text),
        other => *other = Field::List(vec![text]),
    }
}
