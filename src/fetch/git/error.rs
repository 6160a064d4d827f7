//! Why policies cannot be read from git, and what to do about it.

use std::path::Path;

/// Why a repository, revision or file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// The folder is not inside a repository.
    #[error("`{0}` is not in a git repository: run `git init`, and commit the policies")]
    NoRepository(String),
    /// A repository without work tree.
    #[error("`{0}` is a bare repository: clone it, and run in the clone")]
    Bare(String),
    /// Object format SHA-256.
    #[error("`{0}` uses SHA-256 object ids, which cannot be read here yet: use a repository with SHA-1 ids")]
    Sha256(String),
    /// Reference format reftable.
    #[error(
        "`{0}` keeps its refs as reftable, which cannot be read here yet: run `git refs migrate --ref-format=files`"
    )]
    Reftable(String),
    /// A commit missing from a shallow clone.
    #[error(
        "`{0}` is not in this shallow clone: fetch everything (`git fetch --unshallow`; in a CI checkout `fetch-depth: 0`)"
    )]
    Shallow(String),
    /// A file missing from a partial clone.
    #[error("`{0}` is not in this partial clone: clone without `--filter`")]
    Partial(String),
    /// A missing object.
    #[error("`{0}` is missing from the repository: `git fsck` says more, a fresh clone repairs it")]
    Damaged(String),
    /// The repository belongs to another user, so git does not trust its configuration.
    #[error("`{0}` belongs to another user: run `git config --global --add safe.directory` with its folder")]
    Owner(String),
    /// No such revision.
    #[error("there is no revision `{0}` in this repository: fetch it, or correct the name")]
    NoRevision(String),
    /// No such branch.
    #[error("there is no branch `{0}`: correct `protectedBranch` in the Workspace, or push the branch")]
    NoBranch(String),
    /// The commit has no such folder.
    #[error(
        "commit {commit} has no folder `{folder}`: commit the policies, or name their folder with `-C DIR`"
    )]
    NoFolder {
        /// The folder.
        folder: String,
        /// The commit.
        commit: String,
    },
    /// No branch is checked out.
    #[error("no branch is checked out: check out the protected branch, or name it with `--branch`")]
    Detached,
    /// The branch has no commit.
    #[error("the branch has no commit yet: commit the policies first")]
    Unborn,
    /// More than one remote, none named `origin`.
    #[error(
        "there are several remotes ({0}) and none is called `origin`: rename the one that has the protected branch"
    )]
    SeveralRemotes(String),
    /// A merge conflict.
    #[error("the branch has merge conflicts ({}): merge or rebase it, and push", .0.join(", "))]
    Conflict(Vec<String>),
    /// Files that cannot be policy files.
    #[error("{}", .0.join("\n"))]
    Files(Vec<String>),
    /// Any other error of git.
    #[error("git: {0}")]
    Git(String),
}

/// For repositories that it cannot open, libgit2 gives the reason only as text.
pub(super) fn translate(error: &git2::Error, path: &Path) -> GitError {
    let (shown, message) = (path.display().to_string(), error.message().to_lowercase());
    if message.contains("object format") || message.contains("objectformat") || message.contains("sha256") {
        GitError::Sha256(shown)
    } else if message.contains("refstorage") || message.contains("reftable") {
        GitError::Reftable(shown)
    } else if error.code() == git2::ErrorCode::Owner {
        GitError::Owner(shown)
    } else if error.code() == git2::ErrorCode::NotFound {
        GitError::NoRepository(shown)
    } else {
        GitError::Git(error.message().to_owned())
    }
}
