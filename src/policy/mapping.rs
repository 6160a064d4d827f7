//! Compiled attribute mappings and defaults (the policy language, 3 and 9).

use super::{AccountSlot, AccountTypeIndex, Condition, NameIndex, Origin, TextMatcher, UserSlot};
use crate::model::{Value, words};
use serde::Serialize;

/// An account attribute and where its value comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedAttribute {
    /// The account attribute.
    pub attribute: AccountSlot,
    /// The account type it is for; none: every type.
    pub account_type: Option<AccountTypeIndex>,
    /// Where it is written; its id is the attribute's name.
    #[serde(skip)]
    pub origin: Origin,
    /// Its value.
    pub value: ValueExpression,
    /// Only users for whom this holds; for others the attribute isn't managed.
    pub when: Option<Condition>,
    /// What happens when the value is empty.
    pub when_empty: WhenEmpty,
    /// Whether two accounts must not have the same value.
    pub unique: bool,
    /// When it is written.
    pub authority: Authority,
}

impl MappedAttribute {
    /// Whether it depends on grants, or on names that constraints define after looking at grants.
    pub fn needs_grants(&self) -> bool {
        self.value.is_named() || self.when.as_ref().is_some_and(Condition::needs_grants)
    }
}

/// A value: a source, then transforms in order.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueExpression {
    /// Where it comes from.
    pub source: ValueSource,
    /// The transforms, in order.
    pub transforms: Vec<Transform>,
}

impl ValueExpression {
    /// Whether it contains a name that a constraint defines.
    fn is_named(&self) -> bool {
        match &self.source {
            ValueSource::Template(parts) => parts.iter().any(|part| matches!(part, TemplateValue::Named(_))),
            ValueSource::FirstOf(values) | ValueSource::Concat(values) => {
                values.iter().any(ValueExpression::is_named)
            }
            ValueSource::From(..) | ValueSource::UserId | ValueSource::Constant(_) => false,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ValueSource {
    /// A user attribute; with an index, one element of a list.
    From(UserSlot, Option<u16>),
    /// The user's immutable id.
    UserId,
    /// Text with user attributes.
    Template(Vec<TemplateValue>),
    /// The first value that is not empty.
    FirstOf(Vec<ValueExpression>),
    /// The values joined; empty if one of them is.
    Concat(Vec<ValueExpression>),
    /// A constant.
    Constant(Value),
}

/// A part of a value template.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplateValue {
    /// This text.
    Text(String),
    /// A user attribute; with an index, one element of a list.
    From(UserSlot, Option<u16>),
    /// The user's immutable id.
    UserId,
    /// The value of a name that a constraint defines.
    Named(NameIndex),
}

/// One step from a value to the next. An empty value stays empty.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    /// A phone number is parsed and written as E.164.
    Phone(Phone),
    /// The elements of a list are joined with this text.
    Join(String),
    /// Every match of the expression is replaced by `with`, taken literally.
    Replace {
        /// The expression, for any part of the text.
        matches: TextMatcher,
        /// The replacement.
        with: String,
    },
    /// The text is cut to this many code points.
    Truncate(u32),
    /// The text is replaced by its entry.
    Map {
        /// Texts and their values.
        entries: Vec<(String, Value)>,
        /// What happens to a text without entry.
        other: MapOther,
    },
    /// A transform without arguments.
    #[serde(untagged)]
    Word(TransformWord),
}

words! {
    /// A transform without arguments.
    pub enum TransformWord {
        /// Cut outer white space.
        Trim = "trim",
        /// Make inner runs of white space one space.
        CollapseSpaces = "collapseSpaces",
        /// Lower case.
        Lowercase = "lowercase",
        /// Upper case.
        Uppercase = "uppercase",
        /// Keep what is before the last `@`.
        StripDomain = "stripDomain",
        /// First letter of each word, upper case.
        Initials = "initials",
        /// Check that it is `+` and 8 to 15 digits.
        E164 = "e164",
        /// First element of a list.
        First = "first",
    }
}

words! {
    /// What `map` does with a text that it does not list.
    pub enum MapOther {
        /// Keep it.
        Keep = "keep",
        /// Make it empty.
        Empty = "empty",
        /// Block the user.
        Block = "block",
    }
}

/// The country of a phone number without country code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Phone {
    /// Always this one: a two-letter code.
    Region(String),
    /// The country that a user attribute holds.
    RegionFrom(UserSlot),
}

words! {
    /// What happens when a mapped value is empty.
    pub enum WhenEmpty {
        /// The account's attribute is emptied.
        Clear = "clear",
        /// The account's attribute stays.
        Keep = "keep",
        /// The user is blocked.
        Block = "block",
    }
}

words! {
    /// When a mapped attribute is written.
    pub enum Authority {
        /// Whenever it differs.
        Always = "always",
        /// On create and adopt; later only if the user's record or the computed value changed since the last write.
        UntilSourceChanges = "untilSourceChanges",
        /// On create only.
        OnCreate = "onCreate",
        /// Never; shown in the plan when it differs.
        Never = "never",
    }
}

words! {
    /// When a default for an attribute that isn't mapped is written.
    pub enum DefaultAuthority of Authority { Always, OnCreate }
}

/// What fills a value that is empty after mapping and transforms.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Default {
    /// Its id.
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// The account attribute.
    pub attribute: AccountSlot,
    /// The account type it is for; none: every type.
    pub account_type: Option<AccountTypeIndex>,
    /// The value.
    pub value: Value,
    /// Only users for whom this holds; none: everybody.
    pub when: Option<Condition>,
    /// When it is written: as the mapping says; for an attribute without mapping, as the default says.
    pub authority: Authority,
}
