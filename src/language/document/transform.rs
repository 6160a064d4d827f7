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
    /// Join the elements of a list into one text, with this between them.
    Join(#[schemars(length(min = 0))] String),
    /// Replace every occurrence.
    Replace(ReplaceObject),
    /// Keep the first so many characters.
    Truncate(#[schemars(range(min = 1))] u32),
    /// Replace the whole text by its entry in a table.
    Map(MapObject),
}

/// The country of numbers without country code: exactly one of `region`, `regionFrom`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Phone")]
pub enum PhoneObject {
    /// This country, as two letters.
    Region(#[schemars(regex(pattern = pattern::REGION))] String),
    /// The country that this user attribute holds.
    RegionFrom(Spanned<String>),
}

/// What is replaced, and its replacement.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Replace")]
pub struct ReplaceObject {
    /// A regular expression, for any part of the text.
    pub matches: Spanned<String>,
    /// The replacement, taken literally.
    #[schemars(length(min = 0))]
    pub with: String,
}

/// A table of texts and their replacements.
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
