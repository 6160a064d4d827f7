//! Findings for people and programs.

mod excerpt;
mod face;
mod github;
mod gitlab;
mod json;
mod masked;
mod sarif;
mod text;

pub use github::github;
pub use gitlab::gitlab;
pub use json::json;
pub use sarif::sarif;
pub use text::text;

use crate::model::{Finding, Location, Position, Severity, SourceSet, Span};

/// The place of a finding: path, start, end.
fn source_range(sources: &SourceSet, at: Location) -> (&str, Position, Position) {
    let end = Location { span: Span { start: at.span.end, end: at.span.end }, ..at };
    (&sources.file(at.file).path, sources.position(at), sources.position(end))
}

/// `Found 2 errors and 1 warning.`
fn summary(findings: &[Finding]) -> String {
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let words = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let parts: Vec<String> =
        [words(count(Severity::Error), "error"), words(count(Severity::Warning), "warning")]
            .into_iter()
            .flatten()
            .collect();
    if parts.is_empty() { "No problems found.".to_owned() } else { format!("Found {}.", parts.join(" and ")) }
}
