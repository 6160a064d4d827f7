#![expect(clippy::disallowed_methods, reason = "verb room: reads the small files that connections name")]
//! The folder that connections' paths are relative to.

use std::fs;
use std::path::{Path, PathBuf};

/// Where files and embedded stores lie: the workspace folder, or what the operator names with `--data`.
#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The place of a connection's path. A policy never leads out of the folder (threat B6): not by an absolute path,
    /// not by `..`, not by a link.
    ///
    /// # Errors
    /// When it would lead out.
    pub fn place(&self, path: &str) -> Result<PathBuf, String> {
        let inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(format!("`{path}` leads out of the data folder: write a path below it"));
        }
        let place = self.0.join(path);
        match (place.canonicalize(), self.0.canonicalize()) {
            (Ok(real), Ok(folder)) if !real.starts_with(&folder) => {
                Err(format!("`{path}` is a link out of the data folder"))
            }
            _ => Ok(place),
        }
    }

    /// The text of a small file that a connection names.
    ///
    /// # Errors
    /// When it leads out, cannot be read or is not UTF-8.
    pub fn text(&self, path: &str) -> Result<String, String> {
        let place = self.place(path)?;
        fs::read_to_string(&place).map_err(|error| format!("{}: {error}", place.display()))
    }
}
