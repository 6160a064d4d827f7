//! A forge's rules for merging into a branch.

use std::collections::BTreeSet;

/// The rules of a branch, as far as they can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// Changes need a pull request.
    pub pull_request: bool,
    /// The number of approvals it needs.
    pub approvals: u32,
    /// A push dismisses earlier approvals.
    pub stale_dismissed: bool,
    /// An owner from CODEOWNERS must approve.
    pub code_owners: bool,
    /// The last pusher's approval does not count.
    pub last_push: bool,
    /// Names of the checks that must succeed.
    pub checks: BTreeSet<String>,
    /// History cannot be rewritten.
    pub no_force: bool,
    /// Some rules cannot be read with this credential: a missing rule may still apply.
    pub partial: bool,
}

impl BranchRules {
    /// The rules of two sources combined: each applies.
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
