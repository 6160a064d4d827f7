//! Compiled group references and name patterns (the policy language, 4).

use super::{Origin, TextMatcher};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which groups a rule means, and how many members they must have.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupReference {
    /// How they are found.
    pub selector: GroupSelector,
    /// The directory; none: all of the application's.
    pub directory: Option<String>,
    /// Only groups under this distinguished name; none: everything.
    pub under: Option<String>,
    /// Whether a group that is not there is a finding instead of an error.
    pub optional: bool,
    /// Fewer members than this is an error.
    pub min_members: Option<u32>,
    /// Whether members count through nested groups; the directory's setting where the policy says nothing.
    pub nested: Option<bool>,
    /// Place of the reference, for messages.
    #[serde(skip)]
    pub origin: Origin,
}

/// How groups are found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GroupSelector {
    /// By immutable id; the name beside it is checked.
    Id {
        /// The id.
        id: String,
        /// The name it should have.
        name: Option<String>,
    },
    /// By name, ASCII case ignored.
    Name(String),
    /// By a pattern with captures.
    Pattern(NamePattern),
    /// The users assigned to the enterprise application with this role; none: with any but Default Access.
    AppRole(Option<String>),
}

/// Text with captures that must fit a whole name: `{location}_{localRole}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamePattern {
    /// As the policy writes it.
    pub source: String,
    /// Text and captures, in order; two captures never touch.
    pub parts: Vec<PatternPart>,
    /// What each capture accepts.
    pub captures: BTreeMap<String, CaptureSet>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PatternPart {
    /// This text, ASCII case ignored.
    Text(String),
    /// One or more characters, kept under this name.
    Capture(String),
}

/// The values that a capture accepts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CaptureSet {
    /// Any text.
    Open,
    /// Text in the name (ASCII case ignored) -> value. For a plain list both are the same.
    Closed(Vec<(String, String)>),
    /// Any text that fits the expression.
    Matching(TextMatcher),
}
