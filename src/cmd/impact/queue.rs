//! The commits of a merge queue, and the pull request of each.

use super::sides::Sides;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::forge::{self, Forge};
use crate::gate::CommitPulls;
use crate::ledger::Remote;
use crate::model::Commit;
use crate::wire::github::{parse_queue_branch, queue_prefix};
use std::collections::BTreeMap;

/// A part of the queue, from its base to the commit that is checked.
#[derive(Default)]
pub(super) struct Queue {
    /// Oldest first.
    line: Vec<Commit>,
    /// For the last commit of each pull request, its number.
    ends: BTreeMap<Commit, u64>,
}

impl Queue {
    /// Reads the queue's branches on the remote; the last pull request is `named`, or the one of the branch that the
    /// job runs on.
    pub(super) fn find(sides: &Sides, branch: &str, named: Option<u64>) -> Result<Self, Stop> {
        let line = sides.repository.first_parents(&sides.head, std::slice::from_ref(&sides.base))?;
        if line.before.as_ref() != Some(&sides.base) {
            return Err(Stop::new(
                Code::Argument,
                format!(
                    "commit {} is not built on {}: `--base` and `--head` are those of the merge group",
                    sides.head, sides.base
                ),
            ));
        }
        let own = named.or_else(own).ok_or_else(|| {
            Stop::new(
                Code::Argument,
                "the last pull request of the commit is not known: name it with `--pull-request`",
            )
        })?;
        let mut ends = BTreeMap::new();
        if let Some(remote) = sides.repository.remote()? {
            let remote = Remote::new(sides.repository.root(), &remote);
            let pattern = format!("refs/heads/{}*", queue_prefix(branch));
            let heads = remote.heads(&pattern).map_err(|error| Stop::new(Code::Remote, error.to_string()))?;
            ends.extend(heads.into_iter().filter_map(|(name, commit)| {
                let (into, number) = parse_queue_branch(name.strip_prefix("refs/heads/")?)?;
                (into == branch).then_some((Commit(commit), number))
            }));
        }
        ends.insert(sides.head.clone(), own);
        Ok(Self { line: line.commits, ends })
    }

    /// Whether a commit is in the queue.
    pub(super) fn has(&self, commit: &Commit) -> bool {
        self.line.contains(commit)
    }

    /// The pull requests of commits, as after the merge: those in the queue count as merged, and the others are those
    /// that added earlier commits to the branch.
    pub(super) fn pulls(
        &self,
        forge: &Forge,
        commits: Vec<Commit>,
        branch: &str,
        instance: &str,
    ) -> Result<Vec<CommitPulls>, Stop> {
        let of = |commit: Commit| {
            let number = self.number_of(&commit);
            let pulls = match number.filter(|_| self.has(&commit)) {
                Some(number) => vec![forge.queued(number, instance)?],
                None => forge.merged(&commit, branch, instance)?,
            };
            // A commit before this part may still be in the queue itself.
            let pulls = match number.filter(|_| pulls.is_empty()) {
                Some(number) => vec![forge.queued(number, instance)?],
                None => pulls,
            };
            Ok(CommitPulls { commit, pulls, mends: None })
        };
        commits.into_iter().map(of).collect()
    }

    /// The pull request that added a commit: the first one whose last commit is this commit or a later one of the
    /// queue; for an earlier commit, the one that ends with it.
    fn number_of(&self, commit: &Commit) -> Option<u64> {
        let from = self.line.iter().skip_while(|other| *other != commit);
        let number = from.filter_map(|other| self.ends.get(other)).next();
        number.or_else(|| self.ends.get(commit)).copied()
    }
}

/// The pull request of the queue's branch that this job runs on.
fn own() -> Option<u64> {
    let branch = forge::job().ok().flatten()?.branch?;
    parse_queue_branch(&branch).map(|(_, number)| number)
}
