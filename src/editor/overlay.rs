//! What unsaved buffers mean: a buffer stands in the place of its file, and is a file of its own where there is none.

use crate::model::{SourceFile, SourceSet};
use std::collections::BTreeMap;

/// Buffers of an editor, by path as in a [`SourceSet`].
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    buffers: BTreeMap<String, String>,
}

impl Overlay {
    /// Opens a buffer, or gives it another text.
    pub fn set(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.buffers.insert(path.into(), text.into());
    }

    /// Closes a buffer: its file counts again.
    pub fn close(&mut self, path: &str) {
        self.buffers.remove(path);
    }

    /// The text of a buffer that is open.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.buffers.get(path).map(String::as_str)
    }

    /// The files as a save of everything would leave them.
    pub fn over(&self, files: &SourceSet) -> SourceSet {
        let saved = files.iter().map(|(_, file)| file).filter(|file| !self.buffers.contains_key(&file.path));
        let open =
            self.buffers.iter().map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() });
        SourceSet::new(files.commit.clone(), files.folder.clone(), saved.cloned().chain(open).collect())
    }
}
