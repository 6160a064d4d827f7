//! Findings for people: the underlined source line, the problem and the advice.

use super::masked::masked;
use super::{source_range, summary};
use crate::model::{Finding, Location, Severity, SourceSet};
use crate::render::escape::visible;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};
use std::fmt;

/// All findings with their source lines, then the count.
pub fn text(findings: &[Finding], sources: &SourceSet, colour: bool, width: usize) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    let mut text = String::new();
    for finding in findings {
        let shown = Shown::new(finding, sources);
        let mut report = String::new();
        match handler.render_report(&mut report, &shown) {
            Ok(()) => text.push_str(&report),
            Err(_) => text.push_str(&plain(finding, sources)),
        }
        text.push('\n');
    }
    text.push_str(&summary(findings));
    text.push('\n');
    text
}

/// One line, if the source lines cannot be shown.
fn plain(finding: &Finding, sources: &SourceSet) -> String {
    let at = finding.labels.first().map(|label| source_range(sources, label.at));
    let location =
        at.map_or(String::new(), |(path, start, _)| format!("{path}:{}:{}: ", start.line, start.column));
    format!("{location}{} [{}]\n", visible(&finding.message), finding.code)
}

/// A finding with its text made safe to print. Bytes that a terminal must not get are replaced by as many question
/// marks, so that underlines stay in place.
#[derive(Debug)]
struct Shown<'f> {
    finding: &'f Finding,
    source: Option<NamedSource<String>>,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
}

impl<'f> Shown<'f> {
    fn new(finding: &'f Finding, sources: &SourceSet) -> Self {
        let file = finding.labels.first().map(|label| label.at.file);
        let source = file.map(|file| {
            let file = sources.file(file);
            NamedSource::new(visible(&file.path), harmless(&masked(&file.text))).with_language("yaml")
        });
        let mut help = finding.help.as_deref().map(|help| visible(help).into_owned());
        let mut labels = Vec::new();
        for label in &finding.labels {
            if Some(label.at.file) == file {
                labels.push(LabeledSpan::new_with_span(
                    Some(visible(&label.text).into_owned()),
                    span(label.at),
                ));
            } else {
                let (path, start, _) = source_range(sources, label.at);
                let (words, path) = (visible(&label.text), visible(path));
                let other = format!("{words}: {path}:{}:{}", start.line, start.column);
                help = Some(help.map_or(other.clone(), |help| format!("{help}\n{other}")));
            }
        }
        Self { finding, source, labels, help }
    }
}

fn span(at: Location) -> SourceSpan {
    (at.span.start as usize..at.span.end as usize).into()
}

fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // A lone carriage return would overwrite the line.
        let ends_line = letter == '\r' && letters.peek() == Some(&'\n');
        let hidden = !(matches!(letter, '\n' | '\t') || ends_line)
            && crate::model::invisible_character(letter.encode_utf8(&mut [0; 4])).is_some();
        if hidden {
            (0..letter.len_utf8()).for_each(|_| shown.push('?'));
        } else {
            shown.push(letter);
        }
    }
    // The length stays, so that underlines stay in place.
    shown.replace("##[", "?#[").replace("##vso[", "?#vso[")
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.finding.message))
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_ref().map(|source| source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
