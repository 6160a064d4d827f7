//! The pull requests that runs carry out, so that they are told what came of them.

use serde::{Deserialize, Serialize};

/// A pull request that a run carries out: its plan counts as evidence, or merging it was the approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedPull {
    /// Its number.
    pub number: u64,
    /// Its last commit, whose check run holds the plan.
    pub head: String,
}
