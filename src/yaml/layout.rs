//! One layout for all policy files: comments, order and meaning stay, spaces, quotes and line breaks are made alike.

use super::compose::{Budget, read};
use super::node::{Kind, Node};
use crate::model::{FileId, Finding, Location, Span};
use granit_parser::{Event, Parser, StructureStyle};
use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions, Quotes};
use pretty_yaml::format_text;
use std::ops::Range;

/// The longest line that is not broken, in characters.
const WIDTH: usize = 140;

/// The text in the one layout. Formatting it again changes nothing.
///
/// # Errors
/// The text is no strict YAML, or has a form that the formatter would not keep whole: then it is left as it is.
pub fn format(file: FileId, text: &str) -> Result<String, Finding> {
    let before = read(file, text, &Budget::default())?;
    let kept = |text: &str| {
        let after = read(file, text, &Budget::default());
        after.is_ok_and(|after| same_documents(&before, &after))
    };
    let same_comments = |formatted: &str| comments(text) == comments(formatted);
    let settled = |formatted: &str| laid_out(formatted).is_some_and(|again| again == formatted);
    let formatted = laid_out(text).filter(|text| kept(text) && same_comments(text) && settled(text));
    formatted.ok_or_else(|| {
        let at = Location { file, span: Span::new(0, 0) };
        Finding::error("yaml/layout", "this file has no layout of which it is sure that all is kept", at, "")
            .help("leave it as it is, or write the unusual part in a plainer way")
    })
}

fn laid_out(text: &str) -> Option<String> {
    let formatted = format_text(text, &options()).ok()?;
    indented(&formatted)
}

/// The text with what stands inside `{ }` and `[ ]` over several lines further in than the key that it belongs to: YAML 1.2
/// wants that of the closing bracket too (section 7.4), which the formatter puts below the key.
fn indented(text: &str) -> Option<String> {
    let broken: Vec<Range<usize>> =
        brackets(text)?.into_iter().filter(|range| behind_key(&text[..range.start])).collect();
    let mut start = 0;
    let line = |line: &str| {
        let next = broken.partition_point(|range| range.end <= start);
        let inside = broken.get(next).is_some_and(|range| range.start < start);
        start += line.len();
        if inside && !line.trim().is_empty() { format!("  {line}") } else { line.to_owned() }
    };
    Some(text.split_inclusive('\n').map(line).collect())
}

/// The bytes from each opening bracket that is in no other to its closing one.
fn brackets(text: &str) -> Option<Vec<Range<usize>>> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0, 0);
    let options = granit_parser::options! { strict_indentation: false, emit_comments: false };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, place) = event.ok()?;
        let opens = matches!(
            event,
            Event::SequenceStart(StructureStyle::Flow, ..) | Event::MappingStart(StructureStyle::Flow, ..)
        );
        if opens {
            start = if depth == 0 { place.byte_range()?.start } else { start };
            depth += 1;
        } else if depth > 0 && matches!(event, Event::SequenceEnd | Event::MappingEnd) {
            depth -= 1;
            if depth == 0 {
                found.push(start..place.byte_range()?.end);
            }
        }
    }
    Some(found)
}

/// Whether the text ends in the line of a key, and not behind the dash of an item.
fn behind_key(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_matches([' ', '-']).ends_with(':')
}

fn options() -> FormatOptions {
    FormatOptions {
        layout: LayoutOptions { print_width: WIDTH, ..LayoutOptions::default() },
        language: LanguageOptions {
            quotes: Quotes::PreferSingle,
            trailing_comma: false,
            prefer_single_line: true,
            ..LanguageOptions::default()
        },
    }
}

fn same_documents(before: &[Node], after: &[Node]) -> bool {
    before.len() == after.len() && before.iter().zip(after).all(|(before, after)| same(before, after))
}

/// Whether two nodes are the same but for their places.
fn same(before: &Node, after: &Node) -> bool {
    match (&before.kind, &after.kind) {
        (Kind::Sequence(before), Kind::Sequence(after)) => same_documents(before, after),
        (Kind::Mapping(before), Kind::Mapping(after)) => {
            before.len() == after.len()
                && before
                    .iter()
                    .zip(after)
                    .all(|((key, value), (other, others))| key.name == other.name && same(value, others))
        }
        (before, after) => before == after,
    }
}

/// The comments, in their order; none if they cannot be read.
fn comments(text: &str) -> Option<Vec<String>> {
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(text, granit_parser::options! { emit_comments: true }) {
        if let (Event::Comment(text, _), _) = event.ok()? {
            comments.push(text.trim().to_owned());
        }
    }
    Some(comments)
}
