//! Values as written (the policy language, 3 and 9).

use super::shape::{ShapeError, exactly_one, key};
use super::{Condition, Constant, Shorthand, Transform};
use crate::model::Span;
use crate::policy::{Authority, WhenEmpty};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// A value: the user attribute it comes from, or an object.
pub type Value = Shorthand<String, ValueObject>;

/// A mapped attribute: the user attribute it comes from, or an object.
pub type Mapped = Shorthand<String, MappedObject>;

/// An object with the keys of a value, and keys of its own.
macro_rules! value_object {
    ($(#[$attribute:meta])* pub struct $name:ident { $($own:tt)* }) => {
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $(#[$attribute])*
        pub struct $name {
            /// A user attribute: `mail`, `businessPhones[0]`.
                    pub from: Option<Spanned<String>>,
            /// Text with user attributes in braces: `'{givenName} {surname}'`.
                    pub template: Option<Spanned<String>>,
            /// The first of these values that is not empty.
            #[schemars(length(min = 1))]
            pub first_of: Option<Spanned<Vec<Spanned<Value>>>>,
            /// The texts of these, joined; if one is empty, the whole is empty.
            #[schemars(length(min = 1))]
            pub concat: Option<Spanned<Vec<Spanned<Value>>>>,
            /// This constant.
            pub value: Option<Spanned<Constant>>,
            /// Transforms, applied in the order written.
            pub transform: Option<Vec<Transform>>,
            $($own)*
        }

        impl Shorthand<String, $name> {
            /// The form of the value.
            ///
            /// # Errors
            /// None or several of `from`, `template`, `firstOf`, `concat`, `value`.
            pub fn form(&self, whole: Span) -> Result<ValueForm<'_>, ShapeError> {
                let object = match self {
                    Self::Text(attribute) => return Ok(ValueForm::From(attribute, whole)),
                    Self::Object(object) => object,
                };
                exactly_one(
                    whole,
                    "a value",
                    [
                        key("from", object.from.as_ref(), |from| ValueForm::From(&from.value, from.span)),
                        key("template", object.template.as_ref(), ValueForm::Template),
                        key("firstOf", object.first_of.as_ref(), |values| ValueForm::FirstOf(&values.value)),
                        key("concat", object.concat.as_ref(), |values| ValueForm::Concat(&values.value)),
                        key("value", object.value.as_ref(), ValueForm::Constant),
                    ],
                )
            }

            /// Its transforms.
            pub fn transforms(&self) -> &[Transform] {
                self.object().and_then(|object| object.transform.as_deref()).unwrap_or_default()
            }
        }
    };
}

value_object! {
    /// A value, and its transforms.
    #[schemars(rename = "Value", extend("minProperties" = 1, "maxProperties" = 2))]
    pub struct ValueObject {}
}

value_object! {
    /// A value for an account attribute, and when it is written.
    #[schemars(rename = "MappedAttribute", extend("minProperties" = 1))]
    pub struct MappedObject {
        /// Only users for whom this holds; for others the attribute isn't managed.
        pub when: Option<Spanned<Condition>>,
        /// What happens when the value is empty; `clear` where it is left out.
        pub when_empty: Option<WhenEmpty>,
        /// Whether two accounts must not have the same value. `userName` is always unique.
        pub unique: Option<bool>,
        /// When the attribute is written; the document's `authority` where it is left out.
        pub authority: Option<Authority>,
    }
}

/// The form of a value, before its transforms.
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
