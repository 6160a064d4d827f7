//! Makes every change of an approved plan, in order, and reports each. After a failed change, only changes that depend
//! on it are skipped.

use super::outcome::WriteError;
use super::writer::{Values, Writer};
use crate::gate::Approved;
use crate::model::{AttributePath, Operation, Value};
use crate::plan::{Action, Change, InitialValue};
use std::collections::{BTreeMap, BTreeSet};

/// The outcome of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The change was made, and read back.
    Made,
    /// The change was not made.
    Failed(WriteError),
    /// A change that this one depends on failed.
    Skipped,
    /// The lease was lost, or a change window closed, before this change began.
    Stopped,
}

/// How many changes had which outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Changes made, by operation.
    pub made: BTreeMap<String, u64>,
    /// Changes that failed, or were skipped because another failed.
    pub failed: u64,
    /// Changes of objects that are not as they were when the plan was made.
    pub stale: u64,
    /// Changes that did not begin: the lease was lost, or a change window closed.
    pub stopped: u64,
}

impl Tally {
    /// Whether every change was made.
    pub fn all_made(&self) -> bool {
        self.failed == 0 && self.stale == 0 && self.stopped == 0
    }
}

/// Makes every approved change. `may_write` is called before each; once it returns false, no further change begins.
/// `report` is called after each change.
pub fn run(
    approved: &Approved,
    writer: &mut dyn Writer,
    may_write: &mut dyn FnMut() -> bool,
    report: &mut dyn FnMut(&Change, &ChangeOutcome),
) -> Tally {
    let mut writing = Writing { writer, accounts: BTreeMap::new(), failed: BTreeSet::new() };
    let mut tally = Tally::default();
    let mut stopped = false;
    for change in approved.changes() {
        stopped = stopped || !may_write();
        let outcome = if stopped { ChangeOutcome::Stopped } else { writing.attempt(change) };
        match &outcome {
            ChangeOutcome::Made => *tally.made.entry(change.operation().word().to_owned()).or_insert(0) += 1,
            ChangeOutcome::Failed(WriteError::Stale { .. }) => tally.stale += 1,
            ChangeOutcome::Failed(_) | ChangeOutcome::Skipped => tally.failed += 1,
            ChangeOutcome::Stopped => tally.stopped += 1,
        }
        report(change, &outcome);
    }
    tally
}

struct Writing<'l> {
    writer: &'l mut dyn Writer,
    /// Accounts created in this run, by subject.
    accounts: BTreeMap<String, String>,
    /// Subjects whose account could not be created, adopted or archived; further changes of theirs are skipped.
    failed: BTreeSet<String>,
}

impl Writing<'_> {
    fn attempt(&mut self, change: &Change) -> ChangeOutcome {
        let subject = change.subject.key();
        if self.failed.contains(subject) {
            return ChangeOutcome::Skipped;
        }
        match self.write(change) {
            Ok(()) => ChangeOutcome::Made,
            Err(error) => {
                if matches!(change.operation(), Operation::Create | Operation::Adopt | Operation::Archive) {
                    self.failed.insert(subject.to_owned());
                }
                ChangeOutcome::Failed(error)
            }
        }
    }

    fn write(&mut self, change: &Change) -> Result<(), WriteError> {
        let account =
            change.subject.account.clone().or_else(|| self.accounts.get(change.subject.key()).cloned());
        let account = account.ok_or_else(|| WriteError::Failed("the account is not there yet".to_owned()));
        match &change.action {
            Action::Create { link, attributes } => {
                let id = self.create(link, attributes)?;
                self.accounts.insert(change.subject.key().to_owned(), id);
                Ok(())
            }
            Action::Adopt { .. }
            | Action::Reactivate { .. }
            | Action::Update { .. }
            | Action::Archive { .. } => self.update(&account?, change),
            Action::Deactivate => self.writer.deactivate(&account?),
            Action::Delete => self.writer.delete(&account?),
            Action::Grant(right) => self.writer.grant(&account?, right),
            Action::Revoke(right) => self.writer.revoke(&account?, right),
        }
    }

    fn create(&mut self, link: &InitialValue, attributes: &[InitialValue]) -> Result<String, WriteError> {
        let attributes: Vec<(AttributePath, Value)> = attributes
            .iter()
            .map(|attribute| (AttributePath::clone(&attribute.path), attribute.value.clone()))
            .collect();
        self.writer.create(&attributes, &link.value.to_string())
    }

    fn update(&mut self, account: &str, change: &Change) -> Result<(), WriteError> {
        let (mut expected, mut changes): (Values, Values) = (Vec::new(), Vec::new());
        for attribute in change.attribute_changes() {
            // `active` is a separate argument of the call.
            let Some(path) = attribute.path else { continue };
            expected.push((path.clone(), attribute.before.cloned()));
            changes.push((path.clone(), attribute.after.cloned()));
        }
        self.writer.update(account, &expected, &changes, change.sets_active())
    }
}
