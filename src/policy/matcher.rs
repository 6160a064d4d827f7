//! Regular expressions.

use serde::Serialize;

/// A regular expression for a whole value, in linear time (threat B5).
#[derive(Clone, Debug)]
pub struct TextMatcher {
    /// As the policy writes it.
    pub source: String,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// Anchored at both ends.
    pub regex: regex::Regex,
}

impl Serialize for TextMatcher {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.source, self.ignore_case).serialize(serializer)
    }
}
