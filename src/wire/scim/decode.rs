//! Decodes one account from one JSON object in one pass: only what the policies need is kept, text is borrowed.
//!
//! The paths form a small tree of keys. Sub-attributes of a value come in any order, so the wanted ones of an element
//! are captured first and then copied to the slots that want them.

mod visit;
mod wanted;

use super::path::{Pick, ScimPath, ScimPathError};
use crate::model::{AttributePath, Field};
use serde::de::DeserializeSeed;
use serde_json::de::Read;
use std::borrow::Cow;
use visit::LevelSeed;
use wanted::Level;

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

impl AccountDecoder {
    /// A decoder for the link, if the application has one, and these attributes.
    ///
    /// # Errors
    /// When a path is not valid.
    pub fn new(link: Option<&AttributePath>, attributes: &[AttributePath]) -> Result<Self, ScimPathError> {
        let paths: Result<Vec<_>, _> =
            attributes.iter().map(|attribute| ScimPath::parse(&attribute.path)).collect();
        let link = link.map(|link| ScimPath::parse(&link.path)).transpose()?;
        Ok(Self::from_paths(link.as_ref(), &paths?))
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
