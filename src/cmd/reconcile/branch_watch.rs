//! Looks at the protected branch, and keeps what its tip says.

use crate::cmd::args::Global;
use crate::cmd::branch::Branch;
use crate::cmd::clock::as_of;
use crate::cmd::exit::Stop;
use crate::cmd::workspace::{self, Workspace};
use crate::model::{Commit, Date};

/// The branch, and its tip as it was read last.
pub(super) struct BranchWatch<'b> {
    global: &'b Global,
    /// The branch that the operator names.
    named: Option<&'b str>,
    branch: Option<Branch>,
    tip: Option<Tip>,
}

/// The tip, read on one day.
struct Tip {
    commit: Commit,
    day: Date,
    /// None: nothing of it may be applied.
    workspace: Option<Workspace>,
}

/// What a look found.
pub(super) enum Seen<'w> {
    /// Policies to apply.
    Sound(SoundTip<'w>),
    /// Nothing at this commit may be applied.
    Unsound {
        commit: &'w Commit,
        /// Why, said once.
        why: Option<Stop>,
    },
}

/// A tip with sound policies.
pub(super) struct SoundTip<'w> {
    pub(super) branch: &'w Branch,
    pub(super) commit: &'w Commit,
    pub(super) workspace: &'w Workspace,
}

impl<'b> BranchWatch<'b> {
    /// Nothing is read yet.
    pub(super) fn new(global: &'b Global, named: Option<&'b str>) -> Self {
        Self { global, named, branch: None, tip: None }
    }

    /// Fetches the branch. Its tip is read if it is another one, or on another day, for dates in policies come and go.
    ///
    /// # Errors
    /// The branch cannot be fetched.
    pub(super) fn look(&mut self) -> Result<Seen<'_>, Stop> {
        let branch = match self.branch.take() {
            Some(branch) => branch,
            None => Branch::find(self.global, self.named)?,
        };
        let branch = self.branch.insert(branch);
        let (commit, day) = (branch.tip()?, as_of(None)?);
        let mut why = None;
        let tip = match self.tip.take().filter(|tip| tip.commit == commit && tip.day == day) {
            Some(tip) => tip,
            None => {
                let workspace = read(self.global, branch, &commit);
                let workspace = workspace.map_err(|stop| why = Some(stop)).ok();
                Tip { commit, day, workspace }
            }
        };
        let tip = self.tip.insert(tip);
        Ok(match &tip.workspace {
            Some(workspace) => Seen::Sound(SoundTip { branch, commit: &tip.commit, workspace }),
            None => Seen::Unsound { commit: &tip.commit, why },
        })
    }
}

/// The policies at a commit; an error if nothing of them may be applied.
fn read(global: &Global, branch: &Branch, commit: &Commit) -> Result<Workspace, Stop> {
    let workspace = workspace::open(global, branch.repository.read(commit)?)?;
    branch.check(&workspace.policies.workspace.protected_branch)?;
    workspace.applications(global.application.as_deref())?;
    Ok(workspace)
}
