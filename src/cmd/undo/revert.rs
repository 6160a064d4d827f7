//! The commit that reverts a run's policies: made locally, on a new branch, and not pushed.

use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::fetch::git::PolicyRepository;
use crate::model::Commit;
use git2::build::TreeUpdateBuilder;
use git2::{Branch, FileMode, Oid, Repository};

/// How a change of the workspace folder can be reverted.
pub(super) enum Revert {
    /// There is nothing to revert.
    Nothing,
    /// The folder becomes this tree.
    Tree(String),
    /// These files were changed later, in the same places.
    Conflict(Vec<String>),
}

/// The trees of the workspace folder that were settled before a run and by it.
#[derive(Clone, Copy)]
pub(super) struct Settled<'s> {
    pub(super) before: &'s str,
    pub(super) after: &'s str,
}

impl Revert {
    /// Merges the change from `after` back to `before` into the folder at the tip, so that later changes stay.
    pub(super) fn merge(
        policies: &PolicyRepository,
        tip: &Commit,
        settled: Settled<'_>,
    ) -> Result<Self, Stop> {
        let Settled { before, after } = settled;
        let repository = open(policies)?;
        let tree = |id: &str| Oid::from_str(id).and_then(|id| repository.find_tree(id)).map_err(problem);
        let now = policies.tree_id(tip)?;
        let mut index =
            repository.merge_trees(&tree(after)?, &tree(&now)?, &tree(before)?, None).map_err(problem)?;
        if index.has_conflicts() {
            return Ok(Self::Conflict(conflicts(&index, policies.folder())));
        }
        let merged = index.write_tree_to(&repository).map_err(problem)?.to_string();
        Ok(if merged == now { Self::Nothing } else { Self::Tree(merged) })
    }

    /// The folder's tree, if there is one.
    pub(super) fn tree(&self) -> Option<&str> {
        if let Self::Tree(tree) = self { Some(tree) } else { None }
    }
}

/// Commits the workspace folder's tree on top of the tip, on a new branch.
pub(super) fn commit(
    policies: &PolicyRepository,
    tip: &Commit,
    tree: &str,
    name: &str,
    message: &str,
) -> Result<Commit, Stop> {
    if !Branch::name_is_valid(name).unwrap_or(false) {
        return Err(Stop::new(Code::Argument, format!("`{name}` cannot be the name of a branch")));
    }
    let repository = open(policies)?;
    let author = repository.signature().map_err(|_| {
        Stop::new(
            Code::Git,
            "git does not know who you are: set `user.name` and `user.email` with `git config`",
        )
    })?;
    let parent = Oid::from_str(&tip.0).and_then(|id| repository.find_commit(id)).map_err(problem)?;
    let folder = Oid::from_str(tree).map_err(problem)?;
    let root = match policies.folder() {
        "" => folder,
        path => {
            let root = parent.tree().map_err(problem)?;
            let mut update = TreeUpdateBuilder::new();
            update.upsert(path, folder, FileMode::Tree).create_updated(&repository, &root).map_err(problem)?
        }
    };
    let root = repository.find_tree(root).map_err(problem)?;
    let made = repository.commit(None, &author, &author, message, &root, &[&parent]).map_err(problem)?;
    let made = repository.find_commit(made).map_err(problem)?;
    repository
        .branch(name, &made, false)
        .map_err(|error| Stop::new(Code::Git, format!("branch `{name}`: {}", error.message())))?;
    Ok(Commit(made.id().to_string()))
}

fn conflicts(index: &git2::Index, folder: &str) -> Vec<String> {
    let Ok(conflicts) = index.conflicts() else { return Vec::new() };
    let sides = conflicts
        .filter_map(Result::ok)
        .filter_map(|conflict| conflict.our.or(conflict.their).or(conflict.ancestor));
    let path = |entry: git2::IndexEntry| String::from_utf8_lossy(&entry.path).into_owned();
    let mut paths: Vec<String> = sides
        .map(path)
        .map(|path| if folder.is_empty() { path } else { format!("{folder}/{path}") })
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn open(policies: &PolicyRepository) -> Result<Repository, Stop> {
    Repository::open(policies.git_folder()).map_err(problem)
}

fn problem(error: git2::Error) -> Stop {
    Stop::new(Code::Git, format!("git: {}", error.message()))
}
