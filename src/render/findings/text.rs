//! Findings for people: the underlined source line, the problem and the advice.

use super::excerpt::Excerpt;
use super::face::Faces;
use super::{source_range, summary};
use crate::model::{Finding, Label, Severity, SourceSet};
use crate::render::escape::visible;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use std::fmt;

/// The findings that are shown; the others are counted.
const MOST_SHOWN: usize = 100;
/// The characters of a message that are shown.
const LONGEST_MESSAGE: usize = 1_000;

/// The findings with their source lines, errors before warnings where there are too many, then the count of all.
pub fn text(findings: &[Finding], sources: &SourceSet, colour: bool, width: usize) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    let mut faces = Faces::default();
    let mut text = String::new();
    for finding in most_severe(findings) {
        let shown = Shown::new(finding, sources, &mut faces);
        let mut report = String::new();
        match handler.render_report(&mut report, &shown) {
            Ok(()) => text.push_str(&report),
            Err(_) => text.push_str(&plain(finding, sources)),
        }
        text.push('\n');
    }
    if let Some(more) = findings.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!(
            "{more} more are not shown: fix these first, or see all with `rolewright validate --format json`.\n"
        ));
    }
    text.push_str(&summary(findings));
    text.push('\n');
    text
}

/// The findings to show, in their order; warnings only as far as errors leave room.
fn most_severe(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let mut errors = MOST_SHOWN;
    let mut warnings = MOST_SHOWN.saturating_sub(findings.iter().filter(is_error).count());
    findings.iter().filter(move |finding| {
        let room = match finding.severity {
            Severity::Error => &mut errors,
            Severity::Warning => &mut warnings,
        };
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    })
}

/// A text for people to read, safe to print, its end cut off where it is long.
fn readable(text: &str) -> String {
    match text.char_indices().nth(LONGEST_MESSAGE) {
        None => visible(text).into_owned(),
        Some((end, _)) => format!("{}…", visible(&text[..end])),
    }
}

/// One line, if the source lines cannot be shown.
fn plain(finding: &Finding, sources: &SourceSet) -> String {
    let at = finding.labels.first().map(|label| source_range(sources, label.at));
    let location =
        at.map_or(String::new(), |(path, start, _)| format!("{path}:{}:{}: ", start.line, start.column));
    format!("{location}{} [{}]\n", visible(&finding.message), finding.code)
}

/// A finding with its text made safe to print.
#[derive(Debug)]
struct Shown<'f> {
    finding: &'f Finding,
    source: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
}

impl<'f> Shown<'f> {
    fn new(finding: &'f Finding, sources: &SourceSet, faces: &mut Faces) -> Self {
        let mut shown =
            Self { finding, source: None, labels: Vec::new(), help: finding.help.as_deref().map(readable) };
        let Some(main) = finding.labels.first() else { return shown };
        let (near, far): (Vec<&Label>, Vec<&Label>) =
            finding.labels.iter().partition(|label| label.at.file == main.at.file);
        let at: Vec<_> = near.iter().map(|label| label.at).collect();
        let (excerpt, places) = Excerpt::new(sources, &faces.of(sources, main.at.file), &at);
        for (label, place) in near.into_iter().zip(places) {
            let Some(place) = place else {
                shown.mention(label, sources);
                continue;
            };
            let text = Some(readable(&label.text));
            shown.labels.push(match shown.labels.is_empty() {
                true => LabeledSpan::new_primary_with_span(text, place),
                false => LabeledSpan::new_with_span(text, place),
            });
        }
        far.into_iter().for_each(|label| shown.mention(label, sources));
        shown.source = Some(excerpt);
        shown
    }

    /// Tells of a place whose line is not shown.
    fn mention(&mut self, label: &Label, sources: &SourceSet) {
        let (path, start, _) = source_range(sources, label.at);
        let other = format!("{}: {}:{}:{}", readable(&label.text), visible(path), start.line, start.column);
        self.help = Some(self.help.take().map_or(other.clone(), |help| format!("{help}\n{other}")));
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.finding.message))
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
