//! Findings about policies: errors and warnings with their places.

use super::Location;
use serde::Serialize;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// `validate` fails; nothing is planned.
    Error,
    /// Reported, but stops nothing.
    Warning,
}

/// One problem of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// Stable code: `yaml/duplicate-key`. It is a heading in the reference and a folder in the tests.
    pub code: &'static str,
    /// The problem: one line, lower case, values in backticks.
    pub message: String,
    /// The places; the first is the main one.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// The change that settles it, where the finding knows one; in a box, since findings are returned as errors.
    pub remedy: Option<Box<Remedy>>,
}

/// A change in the main place of a finding that an editor can make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Another name was meant.
    Respell {
        /// The name as written.
        written: String,
        /// The name that exists.
        meant: String,
    },
    /// The value has to stand in quotes.
    Quote,
}

/// What to do about a finding, in words and, where that is known, as a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// For people.
    pub help: String,
    /// For editors.
    pub remedy: Option<Remedy>,
}

impl Advice {
    /// Advice to put a value in quotes.
    pub fn quote(help: impl Into<String>) -> Self {
        Self { help: help.into(), remedy: Some(Remedy::Quote) }
    }
}

impl From<String> for Advice {
    fn from(help: String) -> Self {
        Self { help, remedy: None }
    }
}

impl From<&str> for Advice {
    fn from(help: &str) -> Self {
        help.to_owned().into()
    }
}

/// A place and a text about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes to underline.
    pub at: Location,
    /// The text below them.
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
            remedy: None,
        }
    }

    /// The same with another place.
    #[must_use]
    pub fn and(mut self, at: Location, label: impl Into<String>) -> Self {
        self.labels.push(Label { at, text: label.into() });
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, advice: impl Into<Advice>) -> Self {
        self.advise(advice);
        self
    }

    /// Sets the advice.
    pub fn advise(&mut self, advice: impl Into<Advice>) {
        let Advice { help, remedy } = advice.into();
        self.help = Some(help);
        self.remedy = remedy.map(Box::new);
    }
}
