//! What is stored about users' records and accounts after a run.

use super::approved::Approved;
use super::setback::Ended;
use crate::model::Operation;
use crate::plan::{AccountMemory, Evaluation, Memory, Outcome, Report};
use crate::policy::ApplicationPolicy;
use std::collections::BTreeSet;

/// The memory after a run; `failed` are the keys of subjects with a change that was not made. For a user who was not
/// brought to the wanted state, the stored entry stays.
pub fn remember(evaluation: &Evaluation<'_>, approved: &Approved, failed: &BTreeSet<String>) -> Memory {
    let mut kept: BTreeSet<&str> = failed.iter().map(String::as_str).collect();
    kept.extend(approved.held().chain(approved.left()).map(|change| change.subject.key()));
    let reports = approved.plan().reports.iter().filter(|report| withheld(report));
    kept.extend(reports.map(|report| report.subject.key()));
    evaluation.remember(|_, id| kept.contains(id))
}

/// What is remembered of accounts after a run: each change that was made, and whose account and group it was about.
pub fn remember_accounts(
    mut before: AccountMemory,
    policy: &ApplicationPolicy,
    approved: &Approved,
    ended: &[Ended],
) -> AccountMemory {
    for (change, ended) in approved.changes().zip(ended) {
        if let Ended::Made { account: Some(account), .. } = ended {
            before.note(policy, change, account);
        }
    }
    before
}

/// A protection that withholds a right says nothing about attributes: they were written or confirmed.
fn withheld(report: &Report) -> bool {
    match report.outcome {
        Outcome::Blocked | Outcome::Quarantined => true,
        Outcome::Protected => report.operation != Some(Operation::Revoke),
        Outcome::OutsideCanary
        | Outcome::NotAdopted
        | Outcome::Skipped
        | Outcome::Excluded
        | Outcome::Kept
        | Outcome::Differs
        | Outcome::Dropped
        | Outcome::Warning => false,
    }
}
