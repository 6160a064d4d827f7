//! Source files, and places in them.

use std::fmt;

/// One policy file, from git or the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the repository's root, with `/`.
    pub path: String,
    /// The whole text, UTF-8.
    pub text: String,
}

/// Index of a [`SourceFile`] in its [`SourceSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range in one file, without `end`; both ends are character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A span and its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A position for people: lines and columns count from 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A commit's object id in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commit(pub String);

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All files of one workspace, sorted by path, and the commit they were read from (`None` for the work tree).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceSet {
    /// The commit, if the files come from git.
    pub commit: Option<Commit>,
    /// The workspace folder, relative to the repository's root; empty if it is the root.
    pub folder: String,
    files: Vec<SourceFile>,
    /// By file its [`marks`].
    marks: Vec<Vec<Position>>,
}

/// Bytes between two marks of a file.
const MARKED: usize = 1024;

/// The position of every so many bytes, so that no position is counted from the file's beginning.
fn marks(text: &str) -> Vec<Position> {
    let (mut from, mut position) = (0, Position { line: 1, column: 1 });
    let places = (0..=text.len()).step_by(MARKED).map(|place| text.floor_char_boundary(place));
    let mark = |to: usize| {
        position = position.after(&text[from..to]);
        from = to;
        position
    };
    places.map(mark).collect()
}

impl SourceSet {
    /// Sorts the files by path, so that the order of discovery does not matter.
    pub fn new(commit: Option<Commit>, folder: String, mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let marks = files.iter().map(|file| marks(&file.text)).collect();
        Self { commit, folder, files, marks }
    }

    /// The files with their ids, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The file behind an id of this set.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file with this path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(FileId(at as u32))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Line and column of the first byte of a location.
    pub fn position(&self, at: Location) -> Position {
        let text = &self.file(at.file).text;
        let start = text.floor_char_boundary(at.span.start as usize);
        let mark = start / MARKED;
        let from = text.floor_char_boundary(mark * MARKED);
        self.marks[at.file.0 as usize][mark].after(&text[from..start])
    }
}

impl Position {
    /// The position behind a text that begins at this one.
    fn after(self, text: &str) -> Self {
        let column = |text: &str| text.chars().count() as u32;
        match text.rfind('\n') {
            None => Self { column: self.column + column(text), ..self },
            Some(last) => Self {
                line: self.line + text.bytes().filter(|byte| *byte == b'\n').count() as u32,
                column: 1 + column(&text[last + 1..]),
            },
        }
    }
}

impl Span {
    /// A span of bytes.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_that_counting_from_the_beginning_gives() {
        for line in ["", "a: b\n", "\u{e5}\u{1f600}", &"x".repeat(MARKED - 1), "\n\n"] {
            let text = line.repeat(1 + 3 * MARKED / line.len().max(1));
            let file = SourceFile { path: "a.yaml".to_owned(), text: text.clone() };
            let sources = SourceSet::new(None, String::new(), vec![file]);
            for start in (0..=text.len()).filter(|start| text.is_char_boundary(*start)).step_by(7) {
                let span = Span::new(start, start);
                let counted = Position { line: 1, column: 1 }.after(&text[..start]);
                assert_eq!(sources.position(Location { file: FileId(0), span }), counted, "{start}");
            }
        }
    }
}
