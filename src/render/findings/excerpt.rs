//! The lines of a file on which a finding's places stand: few, and none of them long, however large the file is.
//! What shows them writes a place's column as the width of a number, which is no more than 65,535.

use super::face::Face;
use crate::model::{Location, SourceSet, Span};
use crate::render::escape::visible;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::BTreeSet;

/// The characters of a line that are shown; a longer one is cut around the place.
const LONGEST_LINE: usize = 240;
/// How many of them stand before the place.
const BEFORE: usize = 80;
/// The lines of one place that are shown; of a longer one only the first is underlined.
const MOST_LINES: usize = 20;
/// The lines that are shown around a place.
const AROUND: usize = 1;

/// Some lines of a file, and where places stand in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    columns: Vec<Column>,
}

/// One line of an excerpt.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// The bytes of the file that are shown of it.
    file: Span,
    /// Where they begin in the excerpt.
    begins: usize,
}

/// The column of a place in the file.
#[derive(Debug)]
struct Column {
    offset: usize,
    column: usize,
}

/// The place of a label in a file, and the lines on which it stands.
struct Place {
    span: Span,
    first: usize,
    last: usize,
}

impl Excerpt {
    /// The lines of these places of one file, and where each place is in them; none where it stands too far from an
    /// earlier one on the same line.
    pub(super) fn new(sources: &SourceSet, face: &Face, at: &[Location]) -> (Self, Vec<Option<SourceSpan>>) {
        let places: Vec<Place> = at.iter().map(|at| Place::new(face, at.span)).collect();
        let name = at.first().map(|at| visible(&sources.file(at.file).path).into_owned());
        let mut excerpt = Self {
            name: name.unwrap_or_default(),
            text: String::new(),
            lines: Vec::new(),
            columns: Vec::new(),
        };
        for number in wanted(face, &places) {
            let anchor = places.iter().find(|place| place.first == number).map(|place| place.span.start);
            excerpt.add(face, number, anchor);
        }
        let found: Vec<Option<SourceSpan>> = places.iter().map(|place| excerpt.find(face, place)).collect();
        for (at, found) in at.iter().zip(&found) {
            let column = sources.position(*at).column as usize - 1;
            excerpt.columns.extend(found.map(|span| Column { offset: span.offset(), column }));
        }
        (excerpt, found)
    }

    /// Adds a line; one that is too long is cut around the anchor.
    fn add(&mut self, face: &Face, number: usize, anchor: Option<u32>) {
        let whole = face.line(number);
        let file = window(face, whole, anchor.unwrap_or(whole.start));
        if file.start > whole.start {
            self.text.push('…');
        }
        self.lines.push(Line { number, file, begins: self.text.len() });
        self.text.push_str(face.shown(file));
        if file.end < whole.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    fn find(&self, face: &Face, place: &Place) -> Option<SourceSpan> {
        let line = |number: usize| self.lines.iter().find(|line| line.number == number);
        let (first, last) = (line(place.first)?, line(place.last)?);
        let whole = face.line(place.first);
        // A place in a line's end stands behind its last character.
        let start = place.span.start.min(whole.end);
        if !(first.file.start..=first.file.end).contains(&start) {
            return None;
        }
        let begins = first.begins + (start - first.file.start) as usize;
        let end = place.span.end.clamp(last.file.start, last.file.end);
        let ends = last.begins + (end - last.file.start) as usize;
        Some((begins, ends.max(begins) - begins).into())
    }
}

impl Place {
    fn new(face: &Face, span: Span) -> Self {
        let span = face.clip(span);
        let first = face.line_of(span.start);
        let last = face.line_of(span.end.saturating_sub(1).max(span.start));
        if last - first < MOST_LINES {
            return Self { span, first, last };
        }
        Self { span: Span { end: face.line(first).end.max(span.start), ..span }, first, last: first }
    }
}

/// The numbers of the lines that are shown.
fn wanted(face: &Face, places: &[Place]) -> BTreeSet<usize> {
    // Behind the last line break there is no line, unless a place is there.
    let last = face.lines() - if face.lines() > 1 && face.is_empty(face.lines() - 1) { 2 } else { 1 };
    let around =
        |place: &Place| place.first.saturating_sub(AROUND)..=(place.last + AROUND).min(last).max(place.last);
    places.iter().flat_map(around).collect()
}

/// The bytes of a line that are shown.
fn window(face: &Face, line: Span, anchor: u32) -> Span {
    let text = face.shown(line);
    let length = text.chars().count();
    if length <= LONGEST_LINE {
        return line;
    }
    let at = face.shown(Span { start: line.start, end: anchor.clamp(line.start, line.end) }).chars().count();
    let begin = at.saturating_sub(BEFORE).min(length - LONGEST_LINE);
    let byte = |character: usize| {
        let found = text.char_indices().nth(character).map_or(text.len(), |(at, _)| at);
        line.start + found as u32
    };
    Span { start: byte(begin), end: byte(begin + LONGEST_LINE) }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.text.read_span(span, before, after)?;
        let number = self.lines.get(found.line()).map_or(found.line(), |line| line.number);
        // The column of a place is told with the file; lines around it begin with the first.
        let known = self.columns.iter().find(|column| before == 0 && column.offset == span.offset());
        let column = known.map_or(0, |column| column.column);
        let data = found.data();
        let lines = data.split_inclusive(|byte| *byte == b'\n').count();
        let name = self.name.clone();
        Ok(Box::new(MietteSpanContents::new_named(name, data, *found.span(), number, column, lines)))
    }
}
