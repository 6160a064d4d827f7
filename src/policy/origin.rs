//! Where a rule is written.

use crate::model::{Position, Span};
use serde::Serialize;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// Where a rule is written, for people: every decision names one. Two origins that differ only in the span are equal,
/// so that each line is reported once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The kind of its document: `LinkingRules`.
    pub kind: &'static str,
    /// The rule's id; for a mapped attribute its name; for a setting its key.
    pub id: String,
    /// The file, relative to the repository's root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// The bytes of the file that messages underline.
    #[serde(skip)]
    pub span: Span,
}

impl Origin {
    /// The origin of what no rule caused.
    pub const NOWHERE: Self =
        Self { kind: "", id: String::new(), path: String::new(), line: 0, span: Span { start: 0, end: 0 } };

    /// An origin at a position.
    pub fn new(
        kind: &'static str,
        id: impl Into<String>,
        path: impl Into<String>,
        position: Position,
        span: Span,
    ) -> Self {
        Self { kind, id: id.into(), path: path.into(), line: position.line, span }
    }

    fn key(&self) -> (&str, &str, &str, u32) {
        (self.kind, &self.id, &self.path, self.line)
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
