#![expect(clippy::disallowed_methods, reason = "verb room: reads the small files that connections name")]
//! The folder that paths in connections are relative to.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of files and embedded stores: the workspace folder, or the one given with `--data`.
#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The full path of a connection's path. A policy cannot leave the folder (threat B6): not by an absolute path,
    /// `..` or a link.
    ///
    /// # Errors
    /// When it would leave the folder.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, String> {
        let inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(format!("`{path}` leads out of the data folder: write a path below it"));
        }
        let full_path = self.0.join(path);
        match (full_path.canonicalize(), self.0.canonicalize()) {
            (Ok(real), Ok(folder)) if !real.starts_with(&folder) => {
                Err(format!("`{path}` is a link out of the data folder"))
            }
            _ => Ok(full_path),
        }
    }

    /// The text of a small file named by a connection.
    ///
    /// # Errors
    /// When it leaves the folder, cannot be read or is not UTF-8.
    pub fn text(&self, path: &str) -> Result<String, String> {
        let full_path = self.resolve(path)?;
        fs::read_to_string(&full_path).map_err(|error| format!("{}: {error}", full_path.display()))
    }
}
