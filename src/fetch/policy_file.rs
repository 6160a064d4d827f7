//! Checks policy files, from git or the work tree: names, sizes, content.

use crate::model::{SourceFile, invisible_character};

/// The most policy files in a workspace.
const MAX_FILES: usize = 5_000;
/// The most bytes of all policy files together.
const MAX_TOTAL: u64 = 64 << 20;
/// The most bytes of one file; one more than the YAML reader accepts, so that it reports the length.
const MAX_FILE: u64 = (1 << 20) + 1;
/// The most folder entries that are visited: a git tree can contain itself many times over.
const MAX_ENTRIES: usize = 200_000;
/// The deepest nesting of folders.
const MAX_DEPTH: u32 = 32;

/// The kind of a folder entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    File,
    Link,
    Submodule,
}

/// The policy files collected so far, and the problems of the others.
#[derive(Default)]
pub(super) struct Collected {
    files: Vec<SourceFile>,
    problems: Vec<String>,
    bytes: u64,
    entries: usize,
    full: bool,
}

impl Collected {
    /// The path of an entry to read or enter; `None` if it is skipped or refused.
    pub(super) fn path(&mut self, folder: &str, name: &[u8], kind: EntryKind) -> Option<String> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return self
                .stop(format!("{folder} and the folders around it have more than {MAX_ENTRIES} entries"));
        }
        if self.full || (kind == EntryKind::File && !is_policy(name)) {
            return None;
        }
        let Some(name) = plain(name) else {
            let shown = joined(folder, &name.escape_ascii().to_string());
            return self.refuse(format!(
                "{shown} cannot be the name of a policy file: rename it to plain UTF-8 text"
            ));
        };
        let path = joined(folder, name);
        match kind {
            _ if name.starts_with('.') => None,
            EntryKind::Link => {
                self.refuse(format!("{path} is a link: policies are read from plain files only"))
            }
            EntryKind::Submodule => {
                self.refuse(format!("{path} is a submodule: policies are read from plain files only"))
            }
            EntryKind::Folder | EntryKind::File => Some(path),
        }
    }

    /// Whether a folder at this depth may be entered.
    pub(super) fn may_enter(&mut self, path: &str, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            self.problem(format!("{path} is more than {MAX_DEPTH} folders deep"));
        }
        depth <= MAX_DEPTH && !self.full
    }

    /// Whether a file of this size may be read.
    pub(super) fn may_read(&mut self, path: &str, size: u64) -> bool {
        if size > MAX_FILE {
            self.problem(format!("{path} has {size} bytes: a policy file has at most 1 MiB"));
            return false;
        }
        self.bytes += size;
        if self.files.len() == MAX_FILES {
            self.stop(format!("there are more than {MAX_FILES} policy files: split the workspace"));
        } else if self.bytes > MAX_TOTAL {
            self.stop(format!(
                "the policy files hold more than {} MiB together: split the workspace",
                MAX_TOTAL >> 20
            ));
        }
        !self.full
    }

    /// Adds a file's content.
    pub(super) fn add(&mut self, path: String, bytes: Vec<u8>) {
        if bytes.starts_with(b"version https://git-lfs") {
            return self.problem(format!("{path} is a Git LFS pointer: commit the file itself"));
        }
        match String::from_utf8(bytes) {
            Ok(text) => self.files.push(SourceFile { path, text }),
            Err(_) => self.problem(format!("{path} is not UTF-8: save it as UTF-8")),
        }
    }

    /// Records a problem; reading continues.
    pub(super) fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// The files, or all problems.
    pub(super) fn finish(self) -> Result<Vec<SourceFile>, Vec<String>> {
        if self.problems.is_empty() { Ok(self.files) } else { Err(self.problems) }
    }

    fn refuse(&mut self, problem: String) -> Option<String> {
        self.problem(problem);
        None
    }

    fn stop(&mut self, problem: String) -> Option<String> {
        if !self.full {
            self.problem(problem);
        }
        self.full = true;
        None
    }
}

fn is_policy(name: &[u8]) -> bool {
    name.ends_with(b".yaml") || name.ends_with(b".yml")
}

/// The name, if it is portable and safe to print.
fn plain(name: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(name).ok()?;
    let other = name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '\\', '\t', '\n']);
    (!other && invisible_character(name).is_none()).then_some(name)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
