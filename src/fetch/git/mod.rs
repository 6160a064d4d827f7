//! Reads policies from a git revision with libgit2: never through links or submodules, never over the network.

mod authors;
mod error;
mod files;
mod first_parents;
mod merge;

pub use error::GitError;
pub use first_parents::FirstParents;

use crate::model::{Commit, Date, SourceSet, rfc3339_of};
use error::translate;
use git2::{ErrorCode, Oid, Repository};
use std::path::{Path, PathBuf};

/// The repository that holds a workspace.
pub struct PolicyRepository {
    repository: Repository,
    folder: String,
}

impl PolicyRepository {
    /// Opens the repository around a workspace folder. The folder need not exist in the work tree.
    ///
    /// # Errors
    /// When there is none, or its kind is not supported; says what to do.
    pub fn open(folder: &Path) -> Result<Self, GitError> {
        let start = folder.ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(Path::new("."));
        let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
        let repository = Repository::discover(start).map_err(|error| translate(&error, start))?;
        let Some(root) = repository.workdir().map(PathBuf::from) else {
            return Err(GitError::Bare(start.display().to_string()));
        };
        let folder = relative(&root, folder)?;
        Ok(Self { repository, folder })
    }

    /// The repository's own folder, `.git`.
    pub fn git_folder(&self) -> &Path {
        self.repository.path()
    }

    /// The root of the work tree.
    pub fn root(&self) -> &Path {
        // `open` refuses bare repositories.
        self.repository.workdir().unwrap_or_else(|| self.repository.path())
    }

    /// The workspace folder, relative to the repository's root; empty when it is the root.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The remote to compare branches with: `origin`, else the only one; `None` without remotes.
    ///
    /// # Errors
    /// When there are several and none is named `origin`.
    pub fn remote(&self) -> Result<Option<String>, GitError> {
        let remotes = self.repository.remotes().map_err(|error| GitError::Git(error.message().to_owned()))?;
        let names: Vec<String> =
            remotes.iter().filter_map(|name| name.ok().flatten().map(ToOwned::to_owned)).collect();
        match names.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            many if many.iter().any(|name| name == "origin") => Ok(Some("origin".to_owned())),
            many => Err(GitError::SeveralRemotes(many.join(", "))),
        }
    }

    /// The branch that is checked out.
    ///
    /// # Errors
    /// When no branch is checked out, or it has no commit yet.
    pub fn current_branch(&self) -> Result<String, GitError> {
        match self.repository.head() {
            Ok(head) if head.is_branch() => head
                .shorthand()
                .map(ToOwned::to_owned)
                .map_err(|_| GitError::Git("a branch name is not UTF-8".to_owned())),
            Ok(_) => Err(GitError::Detached),
            Err(error) if error.code() == ErrorCode::UnbornBranch => Err(GitError::Unborn),
            Err(error) => Err(GitError::Git(error.message().to_owned())),
        }
    }

    /// The branch that a remote's HEAD points to, as of the last fetch or clone.
    pub fn remote_default_branch(&self, remote: &str) -> Option<String> {
        let head = self.repository.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
        let target = head.symbolic_target().ok()??.to_owned();
        target.strip_prefix(&format!("refs/remotes/{remote}/")).map(ToOwned::to_owned)
    }

    /// The tip of a branch: of the remote, if one is named, as of the last fetch; else of this repository.
    ///
    /// # Errors
    /// When there is no such branch.
    pub fn tip(&self, remote: Option<&str>, branch: &str) -> Result<Commit, GitError> {
        let reference = match remote {
            Some(remote) => format!("refs/remotes/{remote}/{branch}"),
            None => format!("refs/heads/{branch}"),
        };
        self.resolve(&reference).map_err(|_| GitError::NoBranch(branch.to_owned()))
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    /// When there is none; for a shallow clone, says how to fetch the rest.
    pub fn resolve(&self, revision: &str) -> Result<Commit, GitError> {
        let object = self.repository.revparse_single(revision).and_then(|object| object.peel_to_commit());
        match object {
            Ok(commit) => Ok(Commit(commit.id().to_string())),
            Err(_) if self.repository.is_shallow() => Err(GitError::Shallow(revision.to_owned())),
            Err(_) => Err(GitError::NoRevision(revision.to_owned())),
        }
    }

    /// The day of a commit, UTC, as its committer wrote it.
    ///
    /// # Errors
    /// When it does not exist, or names no day.
    pub fn day(&self, commit: &Commit) -> Result<Date, GitError> {
        let found = Oid::from_str(&commit.0).and_then(|id| self.repository.find_commit(id));
        let seconds = found.map_err(|_| GitError::NoRevision(commit.0.clone()))?.time().seconds();
        let text = rfc3339_of(seconds);
        let day = text.get(..10).and_then(|day| Date::parse(day).ok());
        day.ok_or_else(|| GitError::Git(format!("the date of commit {commit} cannot be read")))
    }

    /// Whether a commit is an ancestor of another, or the same.
    pub fn is_ancestor(&self, ancestor: &Commit, of: &Commit) -> bool {
        let ids = Oid::from_str(&ancestor.0).ok().zip(Oid::from_str(&of.0).ok());
        ids.is_some_and(|(one, other)| {
            one == other || self.repository.graph_descendant_of(other, one).unwrap_or(false)
        })
    }

    /// The merge base of two commits; `None` if they share no history, or a shallow clone lacks it.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Option<Commit> {
        let ids = Oid::from_str(&one.0).ok().zip(Oid::from_str(&other.0).ok());
        let base = ids.and_then(|(one, other)| self.repository.merge_base(one, other).ok());
        base.map(|base| Commit(base.to_string()))
    }

    /// Whether policy files in the work tree differ from a commit: uncommitted changes are not applied.
    pub fn differs(&self, commit: &Commit) -> bool {
        let mut options = git2::DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true);
        let root = self.root_tree(commit).ok();
        let is_policy_file = |delta: git2::DiffDelta<'_>| {
            let path = delta.new_file().path().filter(|path| path.starts_with(&self.folder));
            path.and_then(Path::extension).is_some_and(|ending| ending == "yaml" || ending == "yml")
        };
        self.repository
            .diff_tree_to_workdir_with_index(root.as_ref(), Some(&mut options))
            .is_ok_and(|diff| diff.deltas().any(is_policy_file))
    }

    /// Reads every policy file of a revision.
    ///
    /// # Errors
    /// When the commit or a file of it is missing, or files cannot be policy files; lists all of them.
    pub fn read(&self, commit: &Commit) -> Result<SourceSet, GitError> {
        let tree = self.tree(commit)?;
        let found = files::files(&self.repository, &tree, &self.folder)?;
        Ok(SourceSet::new(Some(commit.clone()), self.folder.clone(), found))
    }

    /// Reads every policy file of a workspace folder's tree, by the id from [`PolicyRepository::tree_id`]: the ledger
    /// keeps settled policies this way. `commit` is the origin that the files get.
    ///
    /// # Errors
    /// As [`PolicyRepository::read`].
    pub fn read_tree(&self, tree: &str, commit: Option<Commit>) -> Result<SourceSet, GitError> {
        let found = Oid::from_str(tree).and_then(|id| self.repository.find_tree(id));
        let found = found.map_err(|_| GitError::Damaged(format!("tree {tree}")))?;
        let found = files::files(&self.repository, &found, &self.folder)?;
        Ok(SourceSet::new(commit, self.folder.clone(), found))
    }

    /// The object id of the workspace folder's tree at a commit.
    ///
    /// # Errors
    /// When the commit has no such folder.
    pub fn tree_id(&self, commit: &Commit) -> Result<String, GitError> {
        self.tree(commit).map(|tree| tree.id().to_string())
    }

    fn root_tree(&self, commit: &Commit) -> Result<git2::Tree<'_>, GitError> {
        let found = Oid::from_str(&commit.0).and_then(|id| self.repository.find_commit(id));
        let commit = found.map_err(|_| match self.repository.is_shallow() {
            true => GitError::Shallow(commit.0.clone()),
            false => GitError::NoRevision(commit.0.clone()),
        })?;
        commit.tree().map_err(|error| GitError::Git(error.message().to_owned()))
    }

    fn tree(&self, commit: &Commit) -> Result<git2::Tree<'_>, GitError> {
        let root = self.root_tree(commit)?;
        if self.folder.is_empty() {
            return Ok(root);
        }
        let missing = || GitError::NoFolder { folder: self.folder.clone(), commit: commit.0.clone() };
        let entry = root.get_path(Path::new(&self.folder)).map_err(|_| missing())?;
        self.repository.find_tree(entry.id()).map_err(|_| missing())
    }
}

/// A folder relative to the repository's root, with `/`.
fn relative(root: &Path, folder: &Path) -> Result<String, GitError> {
    let real = |path: &Path| path.canonicalize().ok();
    let root_real = real(root).unwrap_or_else(|| root.to_owned());
    let mut missing: Vec<String> = Vec::new();
    let mut at = folder;
    let base = loop {
        let here = if at.as_os_str().is_empty() { Path::new(".") } else { at };
        if let Some(real) = real(here) {
            break real;
        }
        missing.push(at.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned()));
        at = at.parent().unwrap_or(Path::new("."));
    };
    let inside =
        base.strip_prefix(&root_real).map_err(|_| GitError::NoRepository(folder.display().to_string()))?;
    let mut parts: Vec<String> =
        inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.extend(missing.into_iter().rev());
    Ok(parts.join("/"))
}
