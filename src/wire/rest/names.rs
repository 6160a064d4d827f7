//! Values by name, and bodies with names in them.

use super::value::{constant, scalar};
use crate::model::{BodyTemplate, TemplatePiece};
use crate::wire::scim::TargetError;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::fmt;

/// What names in braces stand for. A name that is there without a value is empty.
#[derive(Clone, Default)]
pub struct Names(BTreeMap<String, Option<Json>>);

/// A call that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A part of a path that URLs cannot hold.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// A name that stands for nothing.
    #[error("`{{{0}}}` has no meaning here")]
    Unknown(String),
    /// A list or an object where a text is needed.
    #[error("`{{{0}}}` is not a text, number or boolean")]
    Kind(String),
    /// A value that the field's type cannot hold.
    #[error("`{value:.100}` is not a value for `{attribute}`: expected {expected}")]
    Value {
        /// The attribute.
        attribute: String,
        /// The value.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A field whose place is taken by something else.
    #[error("the record has no object at `{0:.100}`")]
    Taken(String),
    /// An attribute that this kind of record does not have.
    #[error("these records have no `{0}`")]
    NoField(String),
}

/// The names alone: a password is among the values of a sign-in.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Names {
    /// The settings of a connection.
    pub fn of_settings(settings: &BTreeMap<String, String>) -> Self {
        Self(settings.iter().map(|(name, text)| (name.clone(), Some(text.as_str().into()))).collect())
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<Json>) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The value of a name.
    ///
    /// # Errors
    /// When it stands for nothing.
    fn value(&self, name: &str) -> Result<Option<&Json>, RenderError> {
        self.0.get(name).map(Option::as_ref).ok_or_else(|| RenderError::Unknown(name.to_owned()))
    }

    /// The text of a name; none of an empty value.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, RenderError> {
        match self.value(name)? {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(value.to_string())),
            Some(Json::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(other) => {
                let text = scalar(other).map(Into::into);
                text.map(Some).ok_or_else(|| RenderError::Kind(name.to_owned()))
            }
        }
    }

    /// The text of pieces, joined; none where a name among them is empty.
    pub(super) fn joined(&self, pieces: &[TemplatePiece]) -> Result<Option<String>, RenderError> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                TemplatePiece::Text(plain) => text.push_str(plain),
                TemplatePiece::Name(name) => match self.text(name)? {
                    Some(value) => text.push_str(&value),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(text))
    }
}

/// A body; none: a name in it is empty. What is empty is left out of objects and lists.
///
/// # Errors
/// When a name stands for nothing.
pub fn body(template: &BodyTemplate, names: &Names) -> Result<Option<Json>, RenderError> {
    Ok(match template {
        BodyTemplate::Constant(value) => Some(constant(value)),
        BodyTemplate::Text(pieces) => match pieces.as_slice() {
            [TemplatePiece::Name(name)] => names.value(name)?.cloned(),
            pieces => names.joined(pieces)?.map(Into::into),
        },
        BodyTemplate::List(items) => {
            let mut list = Vec::new();
            for item in items {
                list.extend(body(item, names)?);
            }
            Some(list.into())
        }
        BodyTemplate::Object(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                if let Some(value) = body(value, names)? {
                    object.insert(key.clone(), value);
                }
            }
            Some(object.into())
        }
    })
}
