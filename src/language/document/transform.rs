//! Transforms as written (the policy language, 3).

use super::shape::{ShapeError, exactly_one, key};
use super::{Constant, Shorthand, Table, pattern};
use crate::model::Span;
use crate::policy::MapOther;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// One step: a word, or an object with one key.
pub type Transform = Shorthand<TransformWord, TransformObject>;

/// A transform without arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TransformWord {
    /// Cut outer white space.
    Trim,
    /// Make inner runs of white space one space.
    CollapseSpaces,
    /// Lower case.
    Lowercase,
    /// Upper case.
    Uppercase,
    /// Keep what is before the last `@`.
    StripDomain,
    /// First letter of each word, upper case.
    Initials,
    /// Check that it is `+` and 8 to 15 digits.
    E164,
    /// First element of a list.
    First,
}

/// A transform with arguments.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Transform", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct TransformObject {
    /// Parse a phone number and write it with its country code.
    pub phone: Option<Spanned<PhoneObject>>,
    /// The elements of a list as one text, with this between them.
    pub join: Option<String>,
    /// Replace every occurrence.
    pub replace: Option<ReplaceObject>,
    /// Keep the first so many characters.
    #[schemars(range(min = 1))]
    pub truncate: Option<u32>,
    /// Look the text up.
    pub map: Option<MapObject>,
}

/// The country of numbers without country code: exactly one of `region`, `regionFrom`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Phone", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct PhoneObject {
    /// This country, two letters.
    #[schemars(regex(pattern = pattern::REGION))]
    pub region: Option<Spanned<String>>,
    /// The country that this user attribute holds.
    #[schemars(length(min = 1))]
    pub region_from: Option<Spanned<String>>,
}

/// What is replaced, and by what.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Replace")]
pub struct ReplaceObject {
    /// A regular expression, for any part of the text.
    #[schemars(length(min = 1))]
    pub matches: Spanned<String>,
    /// What stands there instead, literally.
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

/// What a transform is.
#[derive(Clone, Copy, Debug)]
pub enum TransformForm<'a> {
    /// One without arguments.
    Word(TransformWord),
    /// `phone` with a fixed region.
    PhoneRegion(&'a Spanned<String>),
    /// `phone` with the region of a user attribute.
    PhoneRegionFrom(&'a Spanned<String>),
    /// `join`.
    Join(&'a str),
    /// `replace`.
    Replace(&'a ReplaceObject),
    /// `truncate`.
    Truncate(u32),
    /// `map`.
    Map(&'a MapObject),
}

impl Shorthand<TransformWord, TransformObject> {
    /// What the transform is.
    ///
    /// # Errors
    /// An object without exactly one key; the schema says so first.
    pub fn form(&self, whole: Span) -> Result<TransformForm<'_>, ShapeError> {
        let it = match self {
            Self::Text(word) => return Ok(TransformForm::Word(*word)),
            Self::Object(it) => it,
        };
        Ok(match it {
            TransformObject { phone: Some(phone), .. } => return phone.value.form(phone.span),
            TransformObject { join: Some(separator), .. } => TransformForm::Join(separator),
            TransformObject { replace: Some(replace), .. } => TransformForm::Replace(replace),
            TransformObject { truncate: Some(length), .. } => TransformForm::Truncate(*length),
            TransformObject { map: Some(map), .. } => TransformForm::Map(map),
            _ => return Err(ShapeError::new(whole, "a transform says nothing", "a key is missing here")),
        })
    }
}

impl PhoneObject {
    fn form(&self, whole: Span) -> Result<TransformForm<'_>, ShapeError> {
        let region = key("region", self.region.as_ref(), TransformForm::PhoneRegion);
        let attribute = key("regionFrom", self.region_from.as_ref(), TransformForm::PhoneRegionFrom);
        exactly_one(whole, "`phone`", [region, attribute])
    }
}
