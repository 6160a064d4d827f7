//! The files of a workspace as an editor has them, read once for many questions.

use super::documents::{Document, can_be_read, documents};
use super::index::Index;
use crate::model::{FileId, Location, SourceSet, Span};

/// A workspace, its documents and their names.
#[derive(Clone, Debug)]
pub struct Workspace {
    sources: SourceSet,
    documents: Vec<Document>,
    index: Index,
    /// Files with a document that is no YAML: its names are not known.
    unread: Vec<FileId>,
}

impl Workspace {
    /// Reads the files; what cannot be read is left out.
    pub fn new(sources: SourceSet) -> Self {
        let yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
        let files = sources.iter().filter(|(_, file)| yaml(&file.path));
        let documents: Vec<Document> = files.flat_map(|(id, file)| documents(id, &file.text)).collect();
        let index = Index::of(&sources, &documents);
        let unread = sources.iter().filter(|(_, file)| yaml(&file.path) && !can_be_read(&file.text));
        let unread = unread.map(|(id, _)| id).collect();
        Self { sources, documents, index, unread }
    }

    /// The files.
    pub fn sources(&self) -> &SourceSet {
        &self.sources
    }

    /// Its names.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// The files that hide names, since they are no YAML.
    pub(super) fn unread(&self) -> &[FileId] {
        &self.unread
    }

    /// Its documents.
    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document at a byte of a file, where it can be read.
    pub(super) fn document(&self, file: FileId, byte: usize) -> Option<&Document> {
        let holds = |slice: Span| slice.start as usize <= byte && byte <= slice.end as usize;
        self.documents.iter().rfind(|document| document.file == file && holds(document.slice))
    }

    /// A byte of a file as a place.
    pub(super) fn place(file: FileId, byte: usize) -> Location {
        Location { file, span: Span::new(byte, byte) }
    }
}
