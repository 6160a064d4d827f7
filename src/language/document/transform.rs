//! Transforms as written (the policy language, 3).

use super::{Constant, Shorthand, Table, pattern};
use crate::policy::{MapOther, TransformWord};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// One step: a word, or an object with one key.
pub type Transform = Shorthand<TransformWord, TransformObject>;

/// A transform with arguments.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Transform")]
pub enum TransformObject {
    /// Parse a phone number and write it with its country code.
    Phone(PhoneObject),
    /// The elements of a list as one text, with this between them.
    Join(#[schemars(length(min = 0))] String),
    /// Replace every occurrence.
    Replace(ReplaceObject),
    /// Keep the first so many characters.
    Truncate(#[schemars(range(min = 1))] u32),
    /// Look the text up.
    Map(MapObject),
}

/// The country of numbers without country code: exactly one of `region`, `regionFrom`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Phone")]
pub enum PhoneObject {
    /// This country, two letters.
    Region(#[schemars(regex(pattern = pattern::REGION))] String),
    /// The country that this user attribute holds.
    RegionFrom(Spanned<String>),
}

/// What is replaced, and by what.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Replace")]
pub struct ReplaceObject {
    /// A regular expression, for any part of the text.
    pub matches: Spanned<String>,
    /// What stands there instead, literally.
    #[schemars(length(min = 0))]
    pub with: String,
}

/// A table of texts and what they become.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Map")]
pub struct MapObject {
    /// Text and its value.
    #[schemars(extend("minProperties" = 1))]
    pub entries: Table<Spanned<Constant>>,
    /// What happens to any other text; `block` where it is left out.
    pub other: Option<MapOther>,
}
