//! The policy files of a tree.

use super::error::GitError;
use crate::model::SourceFile;
use crate::policy::yaml::invisible_character;
use git2::{ObjectType, Repository, Tree};

/// How much a workspace may hold.
const MAX_FILES: usize = 5_000;
const MAX_FILE: usize = (1 << 20) + 1;
const LINK: i32 = 0o120_000;
const SUBMODULE: i32 = 0o160_000;

/// Reads every `.yaml` and `.yml` blob below a tree; `folder` is what their paths begin with.
pub(super) fn files(
    repository: &Repository,
    tree: &Tree<'_>,
    folder: &str,
) -> Result<Vec<SourceFile>, GitError> {
    let mut walk = Walk { repository, files: Vec::new(), problems: Vec::new(), partial: None };
    walk.tree(tree, folder, 0);
    if let Some(path) = walk.partial {
        return Err(GitError::Partial(path));
    }
    if walk.problems.is_empty() { Ok(walk.files) } else { Err(GitError::Files(walk.problems)) }
}

struct Walk<'r> {
    repository: &'r Repository,
    files: Vec<SourceFile>,
    problems: Vec<String>,
    partial: Option<String>,
}

impl Walk<'_> {
    fn tree(&mut self, tree: &Tree<'_>, folder: &str, depth: u32) {
        if depth > 32 {
            return self.problems.push(format!("{folder} is nested too deeply"));
        }
        for entry in tree {
            let name = match entry.name() {
                Ok(name) if invisible_character(name).is_none() && !matches!(name, "." | "..") => {
                    name.to_owned()
                }
                _ => {
                    self.problems
                        .push(format!("{folder} holds a name that is not plain UTF-8 text: rename it"));
                    continue;
                }
            };
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if self.files.len() > MAX_FILES {
                return self.problems.push(format!("{folder} holds more than {MAX_FILES} policy files"));
            }
            self.entry(&entry, path, depth);
        }
    }

    fn entry(&mut self, entry: &git2::TreeEntry<'_>, path: String, depth: u32) {
        let policy = path.ends_with(".yaml") || path.ends_with(".yml");
        match (entry.filemode(), entry.kind()) {
            (SUBMODULE, _) => {
                self.problems.push(format!("{path} is a submodule: policies are read from plain files only"))
            }
            (LINK, _) => {
                self.problems.push(format!("{path} is a link: policies are read from plain files only"))
            }
            (_, Some(ObjectType::Tree)) => match self.repository.find_tree(entry.id()) {
                Ok(tree) => self.tree(&tree, &path, depth + 1),
                Err(_) => self.partial = Some(path),
            },
            (_, Some(ObjectType::Blob)) if policy => self.blob(entry.id(), path),
            _ => {}
        }
    }

    fn blob(&mut self, id: git2::Oid, path: String) {
        let Ok(blob) = self.repository.find_blob(id) else {
            self.partial.get_or_insert(path);
            return;
        };
        if blob.size() > MAX_FILE {
            return self
                .problems
                .push(format!("{path} has {} bytes: a policy file has at most 1 MiB", blob.size()));
        }
        if blob.content().starts_with(b"version https://git-lfs") {
            return self.problems.push(format!("{path} is a Git LFS pointer: commit the file itself"));
        }
        match std::str::from_utf8(blob.content()) {
            Ok(text) => self.files.push(SourceFile { path, text: text.to_owned() }),
            Err(_) => self.problems.push(format!("{path} is not UTF-8: save it as UTF-8")),
        }
    }
}
