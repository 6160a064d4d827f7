//! Findings as GitHub workflow commands, which GitHub shows at the lines of a pull request.

use super::source_range;
use crate::model::{Finding, Severity, SourceSet};
use crate::render::escape::visible;

/// GitHub shows this many of a kind in a step and silently drops the rest.
const MAX_COMMANDS: usize = 10;

/// One command for each finding, errors first; the last of a kind counts those that are not shown.
pub fn github(findings: &[Finding], sources: &SourceSet) -> String {
    let mut text = String::new();
    for (severity, word) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let of_kind: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
        let rest = of_kind.len().saturating_sub(MAX_COMMANDS);
        for (number, finding) in of_kind.iter().take(MAX_COMMANDS).enumerate() {
            let last = number + 1 == MAX_COMMANDS && rest > 0;
            let more = if last { format!(" (and {rest} more)") } else { String::new() };
            text.push_str(&command(word, finding, sources, &more));
        }
    }
    text
}

fn command(word: &str, finding: &Finding, sources: &SourceSet, more: &str) -> String {
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    let message = data(&format!("{}{help}{more}", finding.message));
    let location = finding.labels.first().map_or(String::new(), |label| {
        let (path, start, end) = source_range(sources, label.at);
        format!("file={},line={},col={},endLine={},", property(path), start.line, start.column, end.line)
    });
    format!("::{word} {location}title={}::{message}\n", property(finding.code))
}

/// The message of a command with line breaks encoded, so that no text starts another command (threat C5).
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
