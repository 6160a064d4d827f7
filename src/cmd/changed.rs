//! Finds the commits of the protected branch that changed the policies of one application (the gate, 5).

use super::args::Global;
use super::exit::Stop;
use super::workspace;
use crate::fetch::git::{GitError, PolicyRepository};
use crate::gate::Mends;
use crate::model::{Commit, Date};
use std::collections::BTreeMap;

/// Before the first run, at most this many commits are checked.
const MOST: usize = 50;

/// The commits between the settled policies and the tip.
pub(super) struct Changed {
    /// Those that changed the application's policy digest, oldest first.
    pub(super) commits: Vec<Commit>,
    /// Those of them that come after commits with errors.
    pub(super) mends: BTreeMap<Commit, Mends>,
    /// Why the list is incomplete; none: it is complete.
    pub(super) gap: Option<String>,
}

/// The input of the search.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) global: &'q Global,
    pub(super) repository: &'q PolicyRepository,
    /// The settled commit, followed by those of released runs.
    pub(super) known: &'q [Commit],
    pub(super) tip: &'q Commit,
    pub(super) application: &'q str,
    /// The day for which policies are read.
    pub(super) day: Date,
}

/// The policies of a commit for an application.
#[derive(Clone, PartialEq, Eq)]
enum Digest {
    /// The application does not exist in them.
    Absent,
    /// They have this digest.
    Of(String),
    /// They have errors, and are never applied.
    Unsound,
}

/// Checks every commit on the first-parent line that no known commit contains: known are the settled commit, and those
/// of released runs.
pub(super) fn changed(question: &Question<'_>) -> Result<Changed, Stop> {
    let Question { repository, known, tip, .. } = *question;
    let line = repository.first_parents(tip, known)?;
    let mut digests: BTreeMap<Option<String>, Digest> = BTreeMap::new();
    let mut digest = |commit: &Commit| -> Result<Digest, Stop> {
        let tree = repository.tree_id(commit).ok();
        if let Some(known) = digests.get(&tree) {
            return Ok(known.clone());
        }
        let found = if tree.is_some() { question.digest(commit)? } else { Digest::Absent };
        digests.insert(tree, found.clone());
        Ok(found)
    };
    let mut last = match line.before.as_ref() {
        Some(before) => digest(before)?,
        None => Digest::Absent,
    };
    let (mut commits, mut mends) = (Vec::new(), BTreeMap::new());
    let mut after_errors = last == Digest::Unsound;
    for commit in &line.commits {
        let now = digest(commit)?;
        // Policies with errors have no effect, so a commit that corrects them is compared with the last one without
        // errors.
        if now == Digest::Unsound {
            after_errors = true;
            continue;
        }
        if now != last {
            commits.push(commit.clone());
            if let (true, Digest::Of(after)) = (after_errors, &now) {
                let mend = Mends { before: last.into_digest(), after: after.clone() };
                mends.insert(commit.clone(), mend);
            }
            last = now;
        }
        after_errors = false;
    }
    let gap = match known {
        [] if commits.len() > MOST => {
            Some(format!("no policies were applied yet, and more than {MOST} commits changed it"))
        }
        [] if line.cut => {
            Some("no policies were applied yet, and this clone is shallow: `fetch-depth: 0`".to_owned())
        }
        [] => None,
        known if known.iter().any(|known| repository.is_ancestor(known, tip)) => None,
        [settled, ..] => Some(format!(
            "the previously applied commit {settled} is not in the branch's history here: it was rewritten, or this \
            clone is shallow (`fetch-depth: 0`)"
        )),
    };
    Ok(Changed { commits, mends, gap })
}

impl Digest {
    fn into_digest(self) -> Option<String> {
        match self {
            Self::Of(digest) => Some(digest),
            Self::Absent | Self::Unsound => None,
        }
    }
}

impl Question<'_> {
    fn digest(&self, commit: &Commit) -> Result<Digest, Stop> {
        let sources = match self.repository.read(commit) {
            Ok(sources) => sources,
            Err(GitError::Files(_)) => return Ok(Digest::Unsound),
            Err(error) => return Err(error.into()),
        };
        let Some(workspace) = workspace::sound(self.global, sources, self.day) else {
            return Ok(Digest::Unsound);
        };
        match workspace.application(self.application) {
            Some(side) => Ok(Digest::Of(side.digest()?.to_string())),
            None => Ok(Digest::Absent),
        }
    }
}
