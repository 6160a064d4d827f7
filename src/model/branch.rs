//! What a forge demands before something gets into a branch.

use std::collections::BTreeSet;

/// The rules of a branch, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// Nothing gets in but by a pull request.
    pub pull_request: bool,
    /// Approvals that it needs.
    pub approvals: u32,
    /// A push takes earlier approvals back.
    pub stale_dismissed: bool,
    /// An owner named in CODEOWNERS has to approve.
    pub code_owners: bool,
    /// Who pushed last does not count as approver.
    pub last_push: bool,
    /// Names of the checks that have to succeed.
    pub checks: BTreeSet<String>,
    /// History cannot be rewritten.
    pub no_force: bool,
    /// Part of the rules cannot be read with this credential: what is not seen here may hold all the same.
    pub partial: bool,
}

impl BranchRules {
    /// The rules of two places together: each holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            pull_request: self.pull_request || other.pull_request,
            approvals: self.approvals.max(other.approvals),
            stale_dismissed: self.stale_dismissed || other.stale_dismissed,
            code_owners: self.code_owners || other.code_owners,
            last_push: self.last_push || other.last_push,
            checks: self.checks.into_iter().chain(other.checks).collect(),
            no_force: self.no_force || other.no_force,
            partial: self.partial || other.partial,
        }
    }
}
