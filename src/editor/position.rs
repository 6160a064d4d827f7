//! Places as editors count them: lines from 0, columns in units of UTF-16 from 0.

use crate::model::Span;

/// A place between two characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 0.
    pub line: u32,
    /// UTF-16 units before it in its line.
    pub column: u32,
}

/// From one place to another, without the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRange {
    /// Where it begins.
    pub start: LineColumn,
    /// Where it ends.
    pub end: LineColumn,
}

/// A text, and where its lines begin. Lines end with `\n`, `\r\n` or `\r`, as in YAML and in the protocol.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The place of a byte; one inside a character counts as its first, one after the text as its end.
    pub fn place(&self, byte: usize) -> LineColumn {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= byte) - 1;
        let before = &self.text[self.starts[line]..byte];
        LineColumn { line: line as u32, column: before.encode_utf16().count() as u32 }
    }

    /// The byte of a place; a place after its line counts as the line's end, one after the text as the text's.
    pub fn byte(&self, place: LineColumn) -> usize {
        let line = place.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let whole = &self.text[start..end];
        let own = whole.trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, letter) in own.char_indices() {
            if units >= place.column {
                return start + at;
            }
            units += letter.len_utf16() as u32;
        }
        start + own.len()
    }

    /// The places of a span.
    pub fn range(&self, span: Span) -> LineRange {
        LineRange { start: self.place(span.start as usize), end: self.place(span.end as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_units_of_utf_16() {
        let lines = Lines::new("a\u{1f600}b\r\nå: c\rd\n");
        assert_eq!(lines.place(0), LineColumn { line: 0, column: 0 });
        assert_eq!(lines.place(5), LineColumn { line: 0, column: 3 });
        assert_eq!(lines.place(3), LineColumn { line: 0, column: 1 }, "inside a character");
        assert_eq!(lines.place(8 + 2), LineColumn { line: 1, column: 1 });
        assert_eq!(lines.place(99), LineColumn { line: 3, column: 0 });
        assert_eq!(lines.byte(LineColumn { line: 0, column: 3 }), 5);
        assert_eq!(lines.byte(LineColumn { line: 0, column: 2 }), 5, "inside a pair of units");
        assert_eq!(lines.byte(LineColumn { line: 0, column: 77 }), 6, "after the line");
        assert_eq!(lines.byte(LineColumn { line: 9, column: 0 }), 16, "after the text");
    }

    #[test]
    fn every_byte_comes_back() {
        let text = "kind: \u{1f600}\u{e5}\r\n\r\n- x\n";
        let lines = Lines::new(text);
        for (at, letter) in text.char_indices().filter(|(_, letter)| !matches!(letter, '\n' | '\r')) {
            assert_eq!(lines.byte(lines.place(at)), at, "{letter:?}");
        }
    }
}
