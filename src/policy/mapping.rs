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
    /// The kind of account it is for; none: every kind.
    pub account_type: Option<AccountTypeIndex>,
    /// Where it stands; its id is the attribute's name.
    #[serde(skip)]
    pub origin: Origin,
    /// Its value.
    pub value: ValueExpression,
    /// Where this does not hold, the attribute isn't managed for the user.
    pub when: Option<Condition>,
    /// What happens when the value is empty.
    pub when_empty: WhenEmpty,
    /// Whether no two accounts may have one value.
    pub unique: bool,
    /// When it is written.
    pub authority: Authority,
}

impl MappedAttribute {
    /// Whether it asks for grants, or for what constraints name after them.
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
    /// What is done to it.
    pub transforms: Vec<Transform>,
}

impl ValueExpression {
    /// Whether a value that a constraint names is in it.
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
    /// A user attribute; an index takes one element of a list.
    From(UserSlot, Option<u16>),
    /// The user's immutable id.
    UserId,
    /// Text with user attributes.
    Template(Vec<TemplateValue>),
    /// The first that is not empty.
    FirstOf(Vec<ValueExpression>),
    /// One after the other; empty as a whole when one is.
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
    /// A user attribute; an index takes one element of a list.
    From(UserSlot, Option<u16>),
    /// The user's immutable id.
    UserId,
    /// A value that a constraint named.
    Named(NameIndex),
}

/// One step from a value to the next. An empty value passes through.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Transform {
    /// Parse with a phone-number library, write E.164.
    Phone(Phone),
    /// List to text.
    Join(String),
    /// Every occurrence of the expression becomes `with`, literally.
    Replace {
        /// What is replaced. Not anchored.
        matches: TextMatcher,
        /// What stands there instead.
        with: String,
    },
    /// The first N code points.
    Truncate(u32),
    /// Look the value up.
    Map {
        /// Text -> value.
        entries: Vec<(String, Value)>,
        /// What happens to a text that is not among them.
        other: MapOther,
    },
    /// One without arguments.
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

/// Which country a phone number without country code belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Phone {
    /// Always this one: a two-letter code.
    Region(String),
    /// The one that a user attribute holds.
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
        /// On create and adopt; later only if the user's record or the wanted value changed since the last write.
        UntilSourceChanges = "untilSourceChanges",
        /// On create only.
        OnCreate = "onCreate",
        /// Never; shown in the plan when it differs.
        Never = "never",
    }
}

words! {
    /// When a default for an attribute that isn't mapped is written.
    pub enum DefaultAuthority in Authority {
        /// Whenever it differs.
        Always = "always",
        /// On create only.
        OnCreate = "onCreate",
    }
}

/// What fills a value that is empty after mapping and transforms.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Default {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// The account attribute.
    pub attribute: AccountSlot,
    /// The kind of account it is for; none: every kind.
    pub account_type: Option<AccountTypeIndex>,
    /// What fills it.
    pub value: Value,
    /// For whom; none: everybody.
    pub when: Option<Condition>,
    /// When it is written: the mapping's, or its own where the attribute isn't mapped.
    pub authority: Authority,
}
