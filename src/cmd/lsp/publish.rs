//! What the editor was told is wrong, so that it is told of changes only.

use super::buffer::Buffer;
use super::convert::range;
use super::place::Place;
use crate::editor::Problem;
use crate::model::{FileId, SourceSet};
use lsp_server::Notification;
use lsp_types::notification::{Notification as _, PublishDiagnostics};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    PublishDiagnosticsParams, Uri,
};
use std::collections::{BTreeMap, BTreeSet};

/// By file what the editor shows.
#[derive(Debug, Default)]
pub(super) struct Published {
    shown: BTreeMap<String, Vec<Diagnostic>>,
}

impl Published {
    /// What the editor has to show otherwise than before: files with problems, and files whose problems are gone.
    pub(super) fn changes(
        &mut self,
        place: &Place,
        sources: &SourceSet,
        problems: &[Problem],
        buffers: &BTreeMap<String, Buffer>,
    ) -> Vec<Notification> {
        let uri = |path: &str| buffers.get(path).map(|open| open.uri.clone()).or_else(|| place.uri(path));
        let mut found: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for problem in problems {
            let Some(path) = path_of(problem, sources) else { continue };
            found.entry(path.to_owned()).or_default().push(diagnostic(problem, sources, &uri));
        }
        let paths: BTreeSet<String> = found.keys().chain(self.shown.keys()).cloned().collect();
        let changed = paths.into_iter().filter(|path| found.get(path) != self.shown.get(path));
        let notices = changed.filter_map(|path| {
            let parameters = PublishDiagnosticsParams {
                uri: uri(&path)?,
                diagnostics: found.get(&path).cloned().unwrap_or_default(),
                version: buffers.get(&path).map(|buffer| buffer.version),
            };
            Some(Notification::new(PublishDiagnostics::METHOD.to_owned(), parameters))
        });
        let notices = notices.collect();
        self.shown = found;
        notices
    }
}

/// The file that shows a problem. What is wrong with the workspace as a whole stands in its `workspace.yaml` or, without
/// such a file, in the first one.
fn path_of<'s>(problem: &Problem, sources: &'s SourceSet) -> Option<&'s str> {
    let path = |id: FileId| sources.file(id).path.as_str();
    let whole = || {
        let named = sources.iter().find(|(_, file)| file.path.ends_with("workspace.yaml"));
        named.or_else(|| sources.iter().next()).map(|(id, _)| path(id))
    };
    problem.file.map(path).or_else(whole)
}

fn diagnostic(problem: &Problem, sources: &SourceSet, uri: &impl Fn(&str) -> Option<Uri>) -> Diagnostic {
    let related = problem.related.iter().filter_map(|place| {
        let location = Location { uri: uri(&sources.file(place.file).path)?, range: range(place.range) };
        Some(DiagnosticRelatedInformation { location, message: place.text.clone() })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let severity = if problem.is_error() { DiagnosticSeverity::ERROR } else { DiagnosticSeverity::WARNING };
    Diagnostic {
        range: range(problem.range),
        severity: Some(severity),
        code: Some(NumberOrString::String(problem.finding.code.to_owned())),
        source: Some("rolewright".to_owned()),
        message: problem.message(),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}
