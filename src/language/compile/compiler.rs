//! The compiler of one document: which names the document may use, its place, and where findings are collected.

use super::names::{Names, UserName};
use super::report::Report;
use crate::language::document::{Kind, ShapeError};
use crate::language::documents::Placed;
use crate::model::{FileId, Finding, Location, Span};
use crate::policy::{AccountSlot, Origin};
use crate::yaml::Spanned;

/// Compiles one document of an application.
pub(super) struct Compiler<'r, 's, 'd> {
    pub(super) report: &'r mut Report<'s>,
    pub(super) names: &'r mut Names<'d>,
    file: FileId,
    kind: Kind,
}

impl<'s, 'd> Compiler<'_, 's, 'd> {
    /// The compiler of a document.
    pub(super) fn new<'r, T>(
        report: &'r mut Report<'s>,
        names: &'r mut Names<'d>,
        document: &Placed<T>,
        kind: Kind,
    ) -> Compiler<'r, 's, 'd> {
        Compiler { report, names, file: document.file(), kind }
    }

    /// The compiler of another document of the same application.
    pub(super) fn of<T>(&mut self, document: &Placed<T>, kind: Kind) -> Compiler<'_, 's, 'd> {
        Compiler::new(self.report, self.names, document, kind)
    }

    /// A place in the document.
    pub(super) fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }

    /// Where a rule is written, for messages.
    pub(super) fn origin(&self, id: &str, span: Span) -> Origin {
        self.report.origin(self.kind.word(), id, self.at(span))
    }

    /// Adds an error in the document.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> &mut Finding {
        self.report.error(code, message, Location { file: self.file, span }, label)
    }

    /// The value; none and an error if the keys exclude each other.
    pub(super) fn shape<T>(&mut self, shape: Result<T, ShapeError>) -> Option<T> {
        self.report.shape(self.file, shape)
    }

    /// Adds an error for a name that is not declared, and suggests the most similar declared name.
    pub(super) fn unknown<'k>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        self.report.unknown(what, &name.value, known, self.at(name.span));
    }

    /// The user attribute that a path names.
    pub(super) fn user(&mut self, path: &Spanned<String>) -> Option<UserName> {
        self.names.user(self.report, &path.value, Location { file: self.file, span: path.span })
    }

    /// The account attribute of a short name.
    pub(super) fn account(&mut self, name: &Spanned<String>) -> Option<AccountSlot> {
        self.names.account(self.report, &name.value, Location { file: self.file, span: name.span })
    }
}

/// All values; none if one of them could not be compiled. Every part is compiled even after an error, so that all
/// errors are reported at once.
pub(super) fn all<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    parts.collect::<Vec<_>>().into_iter().collect()
}
