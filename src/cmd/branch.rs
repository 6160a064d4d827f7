//! The branch that is applied, and its tip.

use super::args::Global;
use super::code::Code;
use super::exit::Stop;
use super::out;
use crate::fetch::git::{GitError, PolicyRepository};
use crate::ledger::{LedgerError, Remote};
use crate::model::Commit;

/// The repository, its remote, and the protected branch.
pub(super) struct Branch {
    /// The repository.
    pub repository: PolicyRepository,
    remote: Option<(String, Remote)>,
    name: String,
}

impl From<GitError> for Stop {
    fn from(error: GitError) -> Self {
        let code = match &error {
            GitError::NoRepository(_)
            | GitError::Bare(_)
            | GitError::Sha256(_)
            | GitError::Reftable(_)
            | GitError::Damaged(_)
            | GitError::Owner(_)
            | GitError::NoBranch(_)
            | GitError::NoFolder { .. }
            | GitError::Detached
            | GitError::Unborn
            | GitError::SeveralRemotes(_)
            | GitError::Git(_) => Code::Git,
            GitError::Shallow(_) | GitError::Partial(_) => Code::ShallowClone,
            GitError::NoRevision(_) => Code::Revision,
            GitError::Conflict(_) => Code::Conflict,
            GitError::Files(_) => Code::PolicyFiles,
        };
        Self::new(code, error.to_string())
    }
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        let code = match &error {
            LedgerError::Newer { .. }
            | LedgerError::Unreadable(_)
            | LedgerError::Contradiction { .. }
            | LedgerError::Schema { .. } => Code::Ledger,
            LedgerError::Credential(_) => Code::Credential,
            LedgerError::Database(_) | LedgerError::UnknownCommit { .. } => Code::LedgerDatabase,
            LedgerError::Remote(_) | LedgerError::Unknown { .. } => Code::Remote,
            LedgerError::Git(_) => Code::Git,
        };
        Self::new(code, error.to_string())
    }
}

impl Branch {
    /// The named branch; otherwise the one that the remote's HEAD names; otherwise, without a remote, the current one.
    /// The commit that is checked never chooses its own branch.
    pub(super) fn find(global: &Global, named: Option<&str>) -> Result<Self, Stop> {
        let repository = PolicyRepository::open(&global.workspace)?;
        let remote = repository.remote()?.map(|name| {
            let remote = Remote::new(repository.root(), &name);
            (name, remote)
        });
        let name = match (named, &remote) {
            (Some(named), _) => named.to_owned(),
            (None, Some((remote_name, remote))) => {
                let told =
                    remote.default_branch().map_err(|error| Stop::new(Code::Remote, error.to_string()))?;
                told.or_else(|| repository.remote_default_branch(remote_name)).ok_or_else(|| {
                    let message = format!(
                        "the remote `{remote_name}` has no default branch: name the protected one with \
                         `git remote set-head {remote_name} BRANCH`, or with `--branch` of `apply`"
                    );
                    Stop::new(Code::DefaultBranch, message)
                })?
            }
            (None, None) => repository.current_branch()?,
        };
        Ok(Self { repository, remote, name })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The remote with the ledger.
    pub(super) fn remote(&self) -> Option<Remote> {
        self.remote.as_ref().map(|(_, remote)| remote.clone())
    }

    /// Its tip: from the remote, freshly fetched, if there is one.
    pub(super) fn tip(&self) -> Result<Commit, Stop> {
        if let Some((_, remote)) = &self.remote {
            remote.fetch_branch(&self.name).map_err(|error| Stop::new(Code::Remote, error.to_string()))?;
        }
        Ok(self.repository.tip(self.remote.as_ref().map(|(name, _)| name.as_str()), &self.name)?)
    }

    /// Refuses a branch that is not the protected branch of the workspace at its tip.
    pub(super) fn check(&self, protected: &str) -> Result<(), Stop> {
        if self.name == protected {
            return Ok(());
        }
        let message = format!(
            "only the protected branch is applied, and the policies say it is `{protected}`; this is `{}`. \
             Merge it into `{protected}`, then apply there",
            self.name
        );
        Err(Stop::new(Code::Branch, message))
    }

    /// Prints what will not be applied: other branches, and uncommitted changes.
    pub(super) fn tell(&self, tip: &Commit) {
        if let Ok(current) = self.repository.current_branch()
            && current != self.name
        {
            out::talk(&format!(
                "note: applying `{}`; the checked-out branch `{current}` is not applied",
                self.name
            ));
        }
        if self.repository.differs(tip) {
            out::talk(&format!(
                "note: the work tree differs from `{}`; what is not committed there is not applied",
                self.name
            ));
        }
    }
}
