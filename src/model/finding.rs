//! What is said about policies: an error, a warning or a note, with its place.

use super::Location;
use serde::Serialize;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Fails `validate`; nothing is planned.
    Error,
    /// Reported, stops nothing.
    Warning,
}

/// One problem of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Stable code: `yaml/duplicate-key`. The reference and the tests have it as heading and folder.
    pub code: &'static str,
    /// What is wrong, one line, lower case, values in backticks.
    pub message: String,
    /// Where; the first is the place itself, the others belong to it.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

/// A place and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes to underline.
    pub at: Location,
    /// What to say under them.
    pub text: String,
}

impl Finding {
    /// An error at a place.
    pub fn error(
        code: &'static str,
        message: impl Into<String>,
        at: Location,
        label: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, message, at, label)
    }

    /// A warning at a place.
    pub fn warning(
        code: &'static str,
        message: impl Into<String>,
        at: Location,
        label: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, message, at, label)
    }

    fn new(
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        at: Location,
        label: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            labels: vec![Label { at, text: label.into() }],
            help: None,
        }
    }

    /// The same with a second place.
    #[must_use]
    pub fn and(mut self, at: Location, label: impl Into<String>) -> Self {
        self.labels.push(Label { at, text: label.into() });
        self
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
