//! Findings as GitHub workflow commands, which show them at the lines of a pull request.

use super::place;
use crate::model::{Finding, Severity, SourceSet};
use crate::render::escape::visible;

/// GitHub shows so many of a kind and step and drops the rest silently.
const SHOWN: usize = 10;

/// One command a finding, errors first; the last of a kind counts those that are not shown.
pub fn github(findings: &[Finding], sources: &SourceSet) -> String {
    let mut text = String::new();
    for (severity, word) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
        let of_kind: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
        let rest = of_kind.len().saturating_sub(SHOWN);
        for (number, finding) in of_kind.iter().take(SHOWN).enumerate() {
            let last = number + 1 == SHOWN && rest > 0;
            let more = if last { format!(" (and {rest} more)") } else { String::new() };
            text.push_str(&command(word, finding, sources, &more));
        }
    }
    text
}

fn command(word: &str, finding: &Finding, sources: &SourceSet, more: &str) -> String {
    let help = finding.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
    let message = data(&format!("{}{help}{more}", finding.message));
    let place = finding.labels.first().map_or(String::new(), |label| {
        let (path, start, end) = place(sources, label.at);
        format!("file={},line={},col={},endLine={},", property(path), start.line, start.column, end.line)
    });
    format!("::{word} {place}title={}::{message}\n", property(finding.code))
}

/// What a command says: its own line breaks are encoded, so that no text begins another command (threat C5).
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
