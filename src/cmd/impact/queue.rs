//! The commits of a merge queue, and the pull request that each came with.

use super::sides::Sides;
use crate::cmd::exit::Stop;
use crate::cmd::forge;
use crate::ledger::Remote;
use crate::model::Commit;
use crate::wire::github::{queue, queued};
use std::collections::BTreeMap;

/// A piece of the queue, from what it is built on to the commit that is judged.
pub(super) struct Queue {
    /// Oldest first.
    line: Vec<Commit>,
    /// Of a commit, the pull request that ends with it.
    ends: BTreeMap<Commit, u64>,
}

impl Queue {
    /// Asks the queue's branches on the remote; the last pull request is `named`, or the one of the branch that the job runs
    /// on.
    pub(super) fn find(sides: &Sides, branch: &str, named: Option<u64>) -> Result<Self, Stop> {
        let line = sides.repository.first_parents(&sides.head, std::slice::from_ref(&sides.base))?;
        if line.before.as_ref() != Some(&sides.base) {
            return Err(Stop::error(format!(
                "commit {} is not built on {}: `--base` and `--head` are those of the merge group",
                sides.head, sides.base
            )));
        }
        let own = named.or_else(own).ok_or_else(|| {
            Stop::error("which pull request the commit ends with is not known: name it with `--pull-request`")
        })?;
        let mut ends = BTreeMap::new();
        if let Some(remote) = sides.repository.remote()? {
            let remote = Remote::new(sides.repository.root(), &remote);
            let pattern = format!("refs/heads/{}*", queue(branch));
            let heads = remote.heads(&pattern).map_err(|error| Stop::error(error.to_string()))?;
            ends.extend(heads.into_iter().filter_map(|(name, commit)| {
                let (into, number) = queued(name.strip_prefix("refs/heads/")?)?;
                (into == branch).then_some((Commit(commit), number))
            }));
        }
        ends.insert(sides.head.clone(), own);
        Ok(Self { line: line.commits, ends })
    }

    /// The pull request that brought a commit: that of the first end from there on.
    pub(super) fn number_of(&self, commit: &Commit) -> Option<u64> {
        let from = self.line.iter().skip_while(|it| *it != commit);
        from.filter_map(|it| self.ends.get(it)).next().copied()
    }
}

/// The pull request of the queue's branch that this job runs on.
fn own() -> Option<u64> {
    let branch = forge::job().ok().flatten()?.branch?;
    queued(&branch).map(|(_, number)| number)
}
