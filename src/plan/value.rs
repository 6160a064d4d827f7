//! The plan: every change with its reasons, and everyone who is left as they are with the reason for that.

use super::change::Change;
use super::privileged_holders::PrivilegedHolders;
use super::subject::Subject;
use crate::desired::DataProblem;
use crate::model::{Commit, Date, Digest, Operation};
use crate::policy::Origin;
use serde::Serialize;
use std::sync::Arc;

/// What would be done to one application, and why. `apply` has nothing left to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The application.
    pub application: String,
    /// The environment; with the application's name it is the instance, `default/dstny`.
    pub environment: String,
    /// The commit of the policies; none: the work tree.
    pub commit: Option<Commit>,
    /// The policy digest.
    pub policy: Digest,
    /// The day of the run, UTC.
    pub as_of: Date,
    /// What was read.
    pub seen: Seen,
    /// What limits take their shares of.
    pub base: Base,
    /// Privileged rights that somebody must go on holding.
    pub privileged_holders: Vec<PrivilegedHolders>,
    /// The rules that reasons name, sorted.
    pub rules: Vec<Origin>,
    /// In plan order: operation, then subject, then right.
    pub changes: Vec<Change>,
    /// Who is left as they are: outcome, then subject.
    pub reports: Vec<Report>,
    /// How many users have no account and get none: out of scope, or in scope and not in `create`.
    pub without_account: WithoutAccount,
    /// What the data showed that stops nothing.
    pub findings: Vec<DataProblem>,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Users of all directories.
    pub users: u32,
    /// Groups of all directories.
    pub groups: u32,
    /// Accounts of the application.
    pub accounts: u32,
}

/// What shares are taken of: before the run, without excluded accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Base {
    /// Linked accounts.
    pub accounts: u32,
    /// Managed rights that they hold.
    pub grants: u32,
}

/// Users without account who get none. `explain` tells each one's reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithoutAccount {
    /// Not in scope.
    pub out_of_scope: u32,
    /// In scope, not among those for whom accounts are created.
    pub not_created: u32,
}

/// Someone who is left as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How.
    pub outcome: Outcome,
    /// Who.
    pub subject: Arc<Subject>,
    /// What was not done, where one thing was meant to be.
    pub operation: Option<Operation>,
    /// Why, and what to do about it.
    pub message: String,
    /// The rule, by its place in [`Plan::rules`]; none: no rule, but the data.
    pub rule: Option<u32>,
}

/// How someone is left as they are. The order is that in which plans list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// WantedValue but not possible: bad data, a collision.
    Blocked,
    /// It failed before, and is tried again later.
    Quarantined,
    /// A protection withholds it.
    Protected,
    /// It waits, for the user is not among those of the first rollout.
    OutsideCanary,
    /// Existing accounts are not taken under management.
    NotAdopted,
    /// A constraint takes the user out of scope.
    Skipped,
    /// Left untouched on purpose.
    Excluded,
    /// Nothing is done, as a policy says.
    Kept,
    /// It differs and is never written.
    Differs,
    /// A constraint drops a grant.
    Dropped,
    /// A constraint warns.
    Warning,
}

impl Outcome {
    /// Every outcome, in plan order.
    pub const ALL: [Self; 11] = [
        Self::Blocked,
        Self::Quarantined,
        Self::Protected,
        Self::OutsideCanary,
        Self::NotAdopted,
        Self::Skipped,
        Self::Excluded,
        Self::Kept,
        Self::Differs,
        Self::Dropped,
        Self::Warning,
    ];

    /// The word that plans and messages use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Quarantined => "quarantined",
            Self::Protected => "protected",
            Self::OutsideCanary => "outside canary",
            Self::NotAdopted => "not adopted",
            Self::Skipped => "skipped",
            Self::Excluded => "excluded",
            Self::Kept => "kept",
            Self::Differs => "differs",
            Self::Dropped => "dropped",
            Self::Warning => "warning",
        }
    }
}

impl Plan {
    /// Application and environment: `default/dstny`.
    pub fn instance(&self) -> String {
        format!("{}/{}", self.environment, self.application)
    }

    /// The rule at a place.
    pub fn rule(&self, place: u32) -> &Origin {
        &self.rules[place as usize]
    }

    /// How many changes of an operation there are.
    pub fn count(&self, operation: Operation) -> usize {
        self.changes.iter().filter(|change| change.operation() == operation).count()
    }

    /// How many reports of an outcome there are.
    pub fn reported(&self, outcome: Outcome) -> usize {
        self.reports.iter().filter(|report| report.outcome == outcome).count()
    }
}
