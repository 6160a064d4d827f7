//! Regular expressions.

use serde::Serialize;

/// A regular expression for a value, matched in linear time (threat B5).
#[derive(Clone, Debug)]
pub struct TextMatcher {
    /// The text in the policy.
    pub source: String,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// The compiled expression; anchored at both ends, unless it is for a part of a value.
    pub regex: regex::Regex,
}

impl Serialize for TextMatcher {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.source, self.ignore_case).serialize(serializer)
    }
}
