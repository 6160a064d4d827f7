//! Places in records, and ids there, as written.

use crate::language::document::pattern;
use crate::model::IdType;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A record's id.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ConnectorId")]
pub struct IdObject {
    /// Its place in the record: a JSON Pointer.
    #[schemars(regex(pattern = pattern::POINTER))]
    pub at: Spanned<String>,
    /// Its type in bodies; `text` where it is left out.
    pub r#type: Option<IdType>,
}

/// A place, written alone or as `at` of an object.
pub trait AtPlace {
    /// The place.
    fn at(&self) -> &str;
}

macro_rules! at_place {
    ($($object:ident),+) => {
        $(impl $crate::language::document::AtPlace for $crate::language::document::Shorthand<String, $object> {
            fn at(&self) -> &str {
                match self {
                    Self::Text(at) => at,
                    Self::Object(object) => &object.at.value,
                }
            }
        })+
    };
}

pub(super) use at_place;

at_place!(IdObject);
