#![expect(clippy::disallowed_methods, reason = "verb room: reads the files of the work tree")]
//! Policy files as they lie in a folder, committed or not.

use crate::model::{SourceFile, SourceSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How much a workspace may hold.
const MAX_FILES: usize = 5_000;
/// A longer file is read no further than to tell its length.
const MAX_BYTES: u64 = (1 << 20) + 1;

/// A workspace folder that cannot be read; every problem at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct WorkTreeError(pub Vec<String>);

/// Reads every `.yaml` and `.yml` file below a folder. Links are refused by name (threats B6, B7), hidden folders are
/// passed over. `folder` is what paths in messages begin with.
///
/// # Errors
/// When the folder or a file cannot be read, or is a link, or is not UTF-8.
pub fn read_work_tree(root: &Path, folder: &str) -> Result<SourceSet, WorkTreeError> {
    let mut reader = Reader { folder, files: Vec::new(), problems: Vec::new() };
    if root.is_dir() {
        reader.folder(root, folder);
    } else {
        let message =
            format!("{} is not a folder: name the workspace's folder with `-C DIR`", root.display());
        reader.problems.push(message);
    }
    if reader.files.len() > MAX_FILES {
        reader.problems.push(format!("{folder} holds more than {MAX_FILES} policy files"));
    }
    if reader.problems.is_empty() {
        Ok(SourceSet::new(None, reader.folder.to_owned(), reader.files))
    } else {
        Err(WorkTreeError(reader.problems))
    }
}

struct Reader<'r> {
    folder: &'r str,
    files: Vec<SourceFile>,
    problems: Vec<String>,
}

impl Reader<'_> {
    fn folder(&mut self, folder: &Path, shown: &str) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(format!("{shown}: {error}")),
        };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                self.problems.push(format!("{shown}: a name in it is not UTF-8"));
                continue;
            };
            let shown = if shown.is_empty() { name.to_owned() } else { format!("{shown}/{name}") };
            if !name.starts_with('.') && self.files.len() <= MAX_FILES {
                self.entry(&path, &shown);
            }
        }
    }

    fn entry(&mut self, path: &Path, shown: &str) {
        let policy = matches!(path.extension().and_then(|ending| ending.to_str()), Some("yaml" | "yml"));
        match fs::symlink_metadata(path) {
            Err(error) => self.problems.push(format!("{shown}: {error}")),
            Ok(metadata) if metadata.is_dir() => self.folder(path, shown),
            Ok(_) if !policy => {}
            Ok(metadata) if metadata.is_symlink() => {
                self.problems.push(format!("{shown} is a link: policies are read from plain files only"));
            }
            Ok(metadata) if metadata.len() > MAX_BYTES => {
                self.problems
                    .push(format!("{shown} has {} bytes: a policy file has at most 1 MiB", metadata.len()));
            }
            Ok(_) => match fs::read(path).map(String::from_utf8) {
                Ok(Ok(text)) => self.files.push(SourceFile { path: shown.to_owned(), text }),
                Ok(Err(_)) => self.problems.push(format!("{shown} is not UTF-8: save it as UTF-8")),
                Err(error) => self.problems.push(format!("{shown}: {error}")),
            },
        }
    }
}
