//! The text of a file as it may be shown: without secrets, and without what a terminal would obey.

use super::masked::masked;
use crate::model::{FileId, SourceSet, Span, invisible_character};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A file's text, byte for byte as long as the file, so that underlines stay in place.
#[derive(Debug)]
pub(super) struct Face {
    text: String,
    /// The first byte of each line.
    starts: Vec<u32>,
}

/// The faces of files; each is made once, however many findings it has.
#[derive(Debug, Default)]
pub(super) struct Faces {
    made: BTreeMap<FileId, Rc<Face>>,
}

impl Faces {
    /// The face of a file.
    pub(super) fn of(&mut self, sources: &SourceSet, file: FileId) -> Rc<Face> {
        let made = self.made.entry(file).or_insert_with(|| Rc::new(Face::new(&sources.file(file).text)));
        Rc::clone(made)
    }
}

impl Face {
    fn new(text: &str) -> Self {
        let text = harmless(&masked(text));
        let breaks = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { text, starts }
    }

    /// How many lines there are; at least one.
    pub(super) fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, on which a byte stands.
    pub(super) fn line_of(&self, byte: u32) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The bytes of a line, without its end.
    pub(super) fn line(&self, number: usize) -> Span {
        let start = self.starts[number];
        let end = self.starts.get(number + 1).map_or(self.text.len() as u32, |next| next - 1);
        let text = self.shown(Span { start, end });
        Span { start, end: start + text.trim_end_matches('\r').len() as u32 }
    }

    /// Whether nothing stands on a line.
    pub(super) fn is_empty(&self, number: usize) -> bool {
        let Span { start, end } = self.line(number);
        start == end
    }

    /// The text of these bytes, which begin and end between characters.
    pub(super) fn shown(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// A span within the text, and between characters.
    pub(super) fn clip(&self, span: Span) -> Span {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = self.text.ceil_char_boundary((span.end as usize).min(self.text.len()));
        Span::new(start, end.max(start))
    }
}

fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // A lone carriage return would overwrite the line.
        let ends_line = letter == '\r' && letters.peek() == Some(&'\n');
        let hidden = !(matches!(letter, '\n' | '\t') || ends_line)
            && invisible_character(letter.encode_utf8(&mut [0; 4])).is_some();
        if hidden {
            (0..letter.len_utf8()).for_each(|_| shown.push('?'));
        } else {
            shown.push(letter);
        }
    }
    // The length stays, so that underlines stay in place.
    shown.replace("##[", "?#[").replace("##vso[", "?#vso[")
}
