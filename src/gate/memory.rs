//! What is stored about users' records after a run.

use super::approved::Approved;
use crate::model::Operation;
use crate::plan::{Evaluation, Memory, Outcome, Report};
use std::collections::BTreeSet;

/// The memory after a run; `failed` are the keys of subjects with a change that was not made. For a user who was not
/// brought to the wanted state, the stored entry stays.
pub fn remember(evaluation: &Evaluation<'_>, approved: &Approved, failed: &BTreeSet<String>) -> Memory {
    let mut kept: BTreeSet<&str> = failed.iter().map(String::as_str).collect();
    kept.extend(approved.held().map(|change| change.subject.key()));
    let reports = approved.plan().reports.iter().filter(|report| withheld(report));
    kept.extend(reports.map(|report| report.subject.key()));
    evaluation.remember(|_, id| kept.contains(id))
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
