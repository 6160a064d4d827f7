//! Collects the compiler's findings.

use crate::language::document::ShapeError;
use crate::language::spelling;
use crate::model::{FileId, Finding, Location, SourceSet};
use crate::policy::Origin;

/// Findings, and the sources that they point into.
pub(super) struct Report<'s> {
    pub(super) sources: &'s SourceSet,
    pub(super) findings: Vec<Finding>,
}

impl Report<'_> {
    /// Adds an error.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        at: Location,
        label: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(Finding::error(code, message, at, label));
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// The value; none and an error if the keys exclude each other.
    pub(super) fn shape<T>(&mut self, file: FileId, shape: Result<T, ShapeError>) -> Option<T> {
        shape
            .map_err(|ShapeError { span, message, label }| {
                self.error("schema/shape", message, Location { file, span }, label);
            })
            .ok()
    }

    /// Adds an error for a name that is not declared, and suggests the most similar declared name.
    pub(super) fn unknown<'k>(
        &mut self,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
        at: Location,
    ) {
        let message = format!("no {what} is called `{name}`");
        let help = spelling::help(name, known);
        self.error("check/unknown-name", message, at, "not declared").advise(help);
    }

    /// Where something is written, for messages.
    pub(super) fn origin(&self, kind: &'static str, id: &str, at: Location) -> Origin {
        let path = self.sources.file(at.file).path.clone();
        Origin::new(kind, id, path, self.sources.position(at), at.span)
    }
}
