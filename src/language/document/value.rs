//! Values as written (the policy language, 3 and 9).

use super::shape::{ShapeError, exactly_one};
use super::{Authority, Condition, Constant, Shorthand, Transform};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A value: the user attribute it comes from, or an object.
pub type Value = Shorthand<String, ValueObject>;

/// A mapped attribute: the user attribute it comes from, or an object.
pub type Mapped = Shorthand<String, MappedObject>;

/// Where a value comes from, and what is done to it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Value", extend("minProperties" = 1, "maxProperties" = 2))]
pub struct ValueObject {
    /// A user attribute: `mail`, `businessPhones[0]`.
    #[schemars(length(min = 1))]
    pub from: Option<Spanned<String>>,
    /// Text with user attributes in braces: `'{givenName} {surname}'`.
    #[schemars(length(min = 1))]
    pub template: Option<Spanned<String>>,
    /// The first of these that is not empty.
    #[schemars(length(min = 1))]
    pub first_of: Option<Spanned<Vec<Spanned<Value>>>>,
    /// The texts of these, one after the other; one empty: empty as a whole.
    #[schemars(length(min = 1))]
    pub concat: Option<Spanned<Vec<Spanned<Value>>>>,
    /// This constant.
    pub value: Option<Spanned<Constant>>,
    /// What is done to it, in the order written.
    pub transform: Option<Vec<Spanned<Transform>>>,
}

/// A value for an account attribute, and when it is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "MappedAttribute", extend("minProperties" = 1))]
pub struct MappedObject {
    /// A user attribute: `mail`, `businessPhones[0]`.
    #[schemars(length(min = 1))]
    pub from: Option<Spanned<String>>,
    /// Text with user attributes in braces: `'{givenName} {surname}'`.
    #[schemars(length(min = 1))]
    pub template: Option<Spanned<String>>,
    /// The first of these that is not empty.
    #[schemars(length(min = 1))]
    pub first_of: Option<Spanned<Vec<Spanned<Value>>>>,
    /// The texts of these, one after the other; one empty: empty as a whole.
    #[schemars(length(min = 1))]
    pub concat: Option<Spanned<Vec<Spanned<Value>>>>,
    /// This constant.
    pub value: Option<Spanned<Constant>>,
    /// What is done to it, in the order written.
    pub transform: Option<Vec<Spanned<Transform>>>,
    /// Where this does not hold, the attribute isn't managed for the user.
    pub when: Option<Spanned<Condition>>,
    /// What happens when the value is empty; `clear` where it is left out.
    pub when_empty: Option<WhenEmpty>,
    /// No two accounts may have one value. `userName` always is.
    pub unique: Option<bool>,
    /// When the attribute is written; what the document says on top where it is left out.
    pub authority: Option<Authority>,
}

/// What happens when a mapped value is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WhenEmpty {
    /// The account's attribute is emptied.
    Clear,
    /// The account's attribute stays.
    Keep,
    /// The user is blocked.
    Block,
}

/// What a value is, before its transforms.
#[derive(Clone, Copy, Debug)]
pub enum ValueForm<'a> {
    /// A user attribute.
    From(&'a str, Span),
    /// Text with user attributes.
    Template(&'a Spanned<String>),
    /// The first that is not empty.
    FirstOf(&'a [Spanned<Value>]),
    /// One after the other.
    Concat(&'a [Spanned<Value>]),
    /// A constant.
    Constant(&'a Spanned<Constant>),
}

impl Shorthand<String, ValueObject> {
    /// What the value is.
    ///
    /// # Errors
    /// None or several of `from`, `template`, `firstOf`, `concat`, `value`.
    pub fn form(&self, whole: Span) -> Result<ValueForm<'_>, ShapeError> {
        match self {
            Self::Text(attribute) => Ok(ValueForm::From(attribute, whole)),
            Self::Object(it) => form(whole, (&it.from, &it.template, &it.first_of, &it.concat, &it.value)),
        }
    }

    /// Its transforms.
    pub fn transforms(&self) -> &[Spanned<Transform>] {
        match self {
            Self::Text(_) => &[],
            Self::Object(it) => it.transform.as_deref().unwrap_or_default(),
        }
    }
}

impl Shorthand<String, MappedObject> {
    /// What the value is.
    ///
    /// # Errors
    /// None or several of `from`, `template`, `firstOf`, `concat`, `value`.
    pub fn form(&self, whole: Span) -> Result<ValueForm<'_>, ShapeError> {
        match self {
            Self::Text(attribute) => Ok(ValueForm::From(attribute, whole)),
            Self::Object(it) => form(whole, (&it.from, &it.template, &it.first_of, &it.concat, &it.value)),
        }
    }

    /// Its transforms.
    pub fn transforms(&self) -> &[Spanned<Transform>] {
        match self {
            Self::Text(_) => &[],
            Self::Object(it) => it.transform.as_deref().unwrap_or_default(),
        }
    }

    /// The object, where it isn't a plain attribute.
    pub fn object(&self) -> Option<&MappedObject> {
        match self {
            Self::Text(_) => None,
            Self::Object(it) => Some(it),
        }
    }
}

type Sources<'a> = (
    &'a Option<Spanned<String>>,
    &'a Option<Spanned<String>>,
    &'a Option<Spanned<Vec<Spanned<Value>>>>,
    &'a Option<Spanned<Vec<Spanned<Value>>>>,
    &'a Option<Spanned<Constant>>,
);

fn form<'a>(whole: Span, sources: Sources<'a>) -> Result<ValueForm<'a>, ShapeError> {
    let (from, template, first_of, concat, value) = sources;
    let keys = [
        ("from", from.as_ref().map(|it| it.span)),
        ("template", template.as_ref().map(|it| it.span)),
        ("firstOf", first_of.as_ref().map(|it| it.span)),
        ("concat", concat.as_ref().map(|it| it.span)),
        ("value", value.as_ref().map(|it| it.span)),
    ];
    exactly_one(whole, "a value", &keys)?;
    Ok(match sources {
        (Some(from), ..) => ValueForm::From(&from.value, from.span),
        (_, Some(template), ..) => ValueForm::Template(template),
        (_, _, Some(values), ..) => ValueForm::FirstOf(&values.value),
        (_, _, _, Some(values), _) => ValueForm::Concat(&values.value),
        (_, _, _, _, Some(constant)) => ValueForm::Constant(constant),
        _ => return Err(ShapeError::new(whole, "a value says nothing", "a key is missing here")),
    })
}
