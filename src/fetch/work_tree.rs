#![expect(clippy::disallowed_methods, reason = "verb room: reads the files of the work tree")]
//! Reads policy files from a folder, committed or not.

use super::policy_file::{Collected, EntryKind};
use crate::model::SourceSet;
use std::fs::{self, DirEntry};
use std::path::Path;

/// A workspace folder that cannot be read; lists all problems.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct WorkTreeError(pub Vec<String>);

/// Reads every `.yaml` and `.yml` file below a folder, by the same rules as from a commit. Links are refused (threats
/// B6, B7), hidden files and folders are skipped. `folder` is the prefix of paths in messages.
///
/// # Errors
/// When the folder or a file cannot be read, is a link, or is not UTF-8.
pub fn read_work_tree(root: &Path, folder: &str) -> Result<SourceSet, WorkTreeError> {
    if !root.is_dir() {
        let root = root.display();
        let message = format!("{root} is not a folder: name the workspace's folder with `-C DIR`");
        return Err(WorkTreeError(vec![message]));
    }
    let mut collected = Collected::default();
    read_folder(root, folder, 0, &mut collected);
    let files = collected.finish().map_err(WorkTreeError)?;
    Ok(SourceSet::new(None, folder.to_owned(), files))
}

fn read_folder(folder: &Path, shown: &str, depth: u32, collected: &mut Collected) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<DirEntry>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return collected.problem(format!("{shown}: {error}")),
    };
    entries.sort_by_key(DirEntry::file_name);
    for entry in entries {
        match entry.file_type() {
            Err(error) => collected.problem(format!("{shown}: {error}")),
            Ok(kind) if kind.is_symlink() => read_entry(&entry, EntryKind::Link, shown, depth, collected),
            Ok(kind) if kind.is_dir() => read_entry(&entry, EntryKind::Folder, shown, depth, collected),
            Ok(_) => read_entry(&entry, EntryKind::File, shown, depth, collected),
        }
    }
}

fn read_entry(entry: &DirEntry, kind: EntryKind, folder: &str, depth: u32, collected: &mut Collected) {
    let name = entry.file_name();
    let Some(path) = collected.path(folder, name.as_encoded_bytes(), kind) else { return };
    if kind == EntryKind::Folder {
        if collected.may_enter(&path, depth + 1) {
            read_folder(&entry.path(), &path, depth + 1, collected);
        }
        return;
    }
    match entry.metadata() {
        Ok(metadata) if !metadata.is_file() => {
            collected.problem(format!("{path} is not a plain file: policies are read from plain files only"));
        }
        Ok(metadata) => {
            if collected.may_read(&path, metadata.len()) {
                match fs::read(entry.path()) {
                    Ok(bytes) => collected.add(path, bytes),
                    Err(error) => collected.problem(format!("{path}: {error}")),
                }
            }
        }
        Err(error) => collected.problem(format!("{path}: {error}")),
    }
}
