#![expect(clippy::disallowed_methods, reason = "verb room: reads the small files that connections name")]
//! The folder that paths in connections are relative to.

use crate::model::{SourceSet, is_git_folder};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of files and embedded stores: the workspace folder, or the one given with `--data`.
#[derive(Clone, Debug)]
pub struct DataFolder {
    folder: PathBuf,
    /// Hand-written files that the same commit has as the policies, by their path below the folder: whoever changes one
    /// changes what the policies decide on.
    committed: Arc<BTreeMap<String, String>>,
}

impl DataFolder {
    /// The folder at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { folder: path.into(), committed: Arc::default() }
    }

    /// The workspace's folder: hand-written files are read from these sources, where they have them.
    #[must_use]
    pub fn with_sources(self, sources: &SourceSet) -> Self {
        let below = |path: &str| {
            path.strip_prefix(sources.folder.as_str()).map(|rest| rest.trim_start_matches('/').to_owned())
        };
        let files = sources.iter().filter_map(|(_, file)| Some((below(&file.path)?, file.text.clone())));
        Self { committed: Arc::new(files.collect()), ..self }
    }

    /// The text of a hand-written file, if the policies' commit has it.
    pub fn committed(&self, path: &str) -> Option<&str> {
        self.committed.get(path).map(String::as_str)
    }

    /// The full path of a connection's path. A policy cannot leave the folder (threat B6): not by an absolute path,
    /// `..` or a link. It cannot name what git keeps either.
    ///
    /// # Errors
    /// When it would leave the folder.
    pub fn resolve(&self, path: &str) -> Result<PathBuf, String> {
        let inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(format!("`{path}` is outside the data folder: write a path below it"));
        }
        if path.split('/').any(is_git_folder) {
            return Err(format!("`{path}` is inside git's own folder: write a path outside it"));
        }
        let full_path = self.folder.join(path);
        match (full_path.canonicalize(), self.folder.canonicalize()) {
            (Ok(real), Ok(folder)) if !real.starts_with(&folder) => {
                Err(format!("`{path}` is a link out of the data folder"))
            }
            _ => Ok(full_path),
        }
    }

    /// The full path of an embedded store. Neither it, nor a folder on the way, nor a file that SQLite writes beside it is a
    /// link: what would be written is not what the policy names (threat H21).
    ///
    /// # Errors
    /// When it would leave the folder, or there is a link.
    pub fn store(&self, path: &str) -> Result<PathBuf, String> {
        let full_path = self.resolve(path)?;
        let mut way = self.folder.clone();
        let mut places: Vec<PathBuf> = Vec::new();
        for part in Path::new(path) {
            way.push(part);
            places.push(way.clone());
        }
        places.extend(["-journal", "-wal", "-shm"].map(|ending| {
            let mut beside = full_path.clone().into_os_string();
            beside.push(ending);
            beside.into()
        }));
        let is_link = |place: &&PathBuf| fs::symlink_metadata(place).is_ok_and(|found| found.is_symlink());
        match places.iter().find(is_link) {
            Some(link) => Err(format!(
                "`{path}`: `{}` is a link, and a store is not written through a link: write the path that it points to",
                link.display()
            )),
            None => Ok(full_path),
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
