//! Changes and reports of some users or accounts, while a plan is built.

use super::change::{Action, Change, Reason};
use super::subject::Subject;
use super::value::Report;
use super::who::Who;
use crate::policy::AccountSlot;
use foldhash::fast::RandomState;
use hashbrown::HashSet;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Changes and reports. A million users may be created with some rights each, so what their changes have in common is kept
/// once.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) changes: Vec<Change>,
    pub(super) reports: Vec<Report>,
    pub(super) out_of_scope: u32,
    pub(super) not_created: u32,
    /// Of how many people an attribute is not written because the application does not keep it.
    pub(super) unkept: BTreeMap<AccountSlot, u32>,
    /// The last subject: mostly the next line is about the same.
    subject: Option<(Who, Arc<Subject>)>,
    reasons: HashSet<Arc<[Reason]>, RandomState>,
}

impl Built {
    /// Both together.
    pub(super) fn and(mut self, mut other: Self) -> Self {
        self.changes.append(&mut other.changes);
        self.reports.append(&mut other.reports);
        self.out_of_scope += other.out_of_scope;
        self.not_created += other.not_created;
        for (attribute, people) in other.unkept {
            *self.unkept.entry(attribute).or_default() += people;
        }
        self
    }

    /// Adds a change.
    pub(super) fn change(&mut self, subject: Arc<Subject>, action: Action, reasons: &[Reason]) {
        let known = self.reasons.get_or_insert_with(reasons, |reasons| Arc::from(reasons));
        self.changes.push(Change { subject, action, reasons: Arc::clone(known) });
    }

    /// Counts a person some of whose attributes are not written because the application does not keep them.
    pub(super) fn unkept(&mut self, attributes: &[AccountSlot]) {
        for attribute in attributes {
            *self.unkept.entry(*attribute).or_default() += 1;
        }
    }

    /// The subject of a line, made where the line before is about somebody else.
    pub(super) fn subject(&mut self, who: Who, make: impl FnOnce() -> Subject) -> Arc<Subject> {
        match &self.subject {
            Some((last, subject)) if *last == who => Arc::clone(subject),
            _ => {
                let subject = Arc::new(make());
                self.subject = Some((who, Arc::clone(&subject)));
                subject
            }
        }
    }
}
