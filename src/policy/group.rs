//! Compiled group references and name patterns (the policy language, 4).

use super::{Origin, TextMatcher};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which groups a rule refers to, and how many members they must have.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupReference {
    /// How they are found.
    pub selector: GroupSelector,
    /// The directory; none: all directories of the application.
    pub directory: Option<String>,
    /// Only groups under this distinguished name; none: no restriction.
    pub under: Option<String>,
    /// Whether a group that does not exist is a finding instead of an error.
    pub optional: bool,
    /// Fewer members than this is an error.
    pub min_members: Option<u32>,
    /// Whether members of nested groups count; none: as the directory is set.
    pub nested: Option<bool>,
    /// Where the reference is written, for messages.
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
        /// The name that the group should have.
        name: Option<String>,
    },
    /// By name, ASCII case ignored.
    Name(String),
    /// By a pattern with captures.
    Pattern(NamePattern),
    /// The users who are assigned to the enterprise application with this role; none: with any role but Default Access.
    AppRole(Option<String>),
}

/// Text with captures that must match a whole name: `{location}_{localRole}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamePattern {
    /// The text in the policy.
    pub source: String,
    /// Text and captures, in order; two captures are never adjacent.
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
    /// One or more characters, which become the value of this name.
    Capture(String),
}

/// The values that a capture accepts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CaptureSet {
    /// Any text.
    Open,
    /// Text in the name (ASCII case ignored) and its value; for a plain list both are equal.
    Closed(Vec<(String, String)>),
    /// Any text that the expression matches.
    Matching(TextMatcher),
}
