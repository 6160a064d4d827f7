//! A text that matches a regular expression, or a name that matches a pattern: a guess, which the caller checks.

use crate::desired::{Captures, Fit, fit};
use crate::policy::{CaptureSet, NamePattern, PatternPart};
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest example.
const MAX_LENGTH: usize = 120;

/// A text that probably matches the whole expression.
pub(in crate::lint) fn example_of(expression: &str) -> Option<String> {
    let parsed = regex_syntax::ParserBuilder::new().nest_limit(64).build().parse(expression).ok()?;
    let mut text = String::new();
    write(&parsed, &mut text)?;
    Some(text).filter(|text| !text.is_empty())
}

fn write(hir: &Hir, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let fits =
                |letter: &char| class.iter().any(|range| (range.start()..=range.end()).contains(letter));
            let first = || class.iter().next().map(|range| range.start());
            text.push(['e', 'E', '1'].into_iter().find(fits).or_else(first)?);
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min.max(1) {
                write(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, text))?,
        HirKind::Alternation(parts) => write(parts.first()?, text)?,
    }
    (text.len() <= MAX_LENGTH).then_some(())
}

/// A name that begins with the directory's prefix and matches the pattern in one way.
pub(in crate::lint) fn name_of(pattern: &NamePattern, prefix: &str) -> Option<String> {
    let begins = [String::new(), prefix.to_owned()];
    let names = begins.iter().filter_map(|begin| filled(pattern, begin, &Captures::new()));
    names.into_iter().find(|name| name.starts_with(prefix) && matches!(fit(pattern, name), Fit::One(_)))
}

/// A name that matches the pattern with these captures.
pub(in crate::lint) fn name_with(pattern: &NamePattern, captures: &Captures) -> Option<String> {
    let name = filled(pattern, "", captures)?;
    let Fit::One(found) = fit(pattern, &name) else { return None };
    captures.iter().all(|(capture, value)| found.get(capture) == Some(value)).then_some(name)
}

/// The pattern with a text for each capture; the first part may need a prefix.
fn filled(pattern: &NamePattern, begin: &str, captures: &Captures) -> Option<String> {
    let mut name = String::new();
    for (at, part) in pattern.parts.iter().enumerate() {
        match part {
            PatternPart::Text(text) => name.push_str(text),
            PatternPart::Capture(capture) => {
                let begin = if at == 0 { begin } else { "" };
                name.push_str(&accepted(pattern.captures.get(capture), begin, captures.get(capture))?);
            }
        }
    }
    Some(name)
}

fn accepted(set: Option<&CaptureSet>, begin: &str, wanted: Option<&String>) -> Option<String> {
    match set {
        None | Some(CaptureSet::Open) => Some(format!("{begin}example")),
        Some(CaptureSet::Closed(entries)) => entries
            .iter()
            .find(|(text, value)| text.starts_with(begin) && wanted.is_none_or(|wanted| wanted == value))
            .map(|(text, _)| text.clone()),
        Some(CaptureSet::Matching(matcher)) => {
            example_of(&matcher.source).filter(|text| text.starts_with(begin))
        }
    }
}
