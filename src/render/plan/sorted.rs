//! The changes of a plan in the lists of a report: added, removed, updated.

use crate::model::Operation;
use crate::plan::{Change, Plan, Subject};
use std::collections::BTreeMap;

/// The changes of one subject in one list.
pub(in crate::render) struct Entry<'p> {
    /// The subject.
    pub(in crate::render) subject: &'p Subject,
    /// The changes as indices into the plan: those of the account first, then its rights.
    pub(in crate::render) indices: Vec<usize>,
}

/// The lists. Each change is in exactly one.
#[derive(Default)]
pub(in crate::render) struct Sorted<'p> {
    /// Subjects who get an account, with its rights.
    pub(in crate::render) added: Vec<Entry<'p>>,
    /// Subjects whose account is deleted, archived or deactivated, with the revoked rights.
    pub(in crate::render) removed: Vec<Entry<'p>>,
    /// All other changed subjects.
    pub(in crate::render) updated: Vec<Entry<'p>>,
}

/// The list that a subject's changes belong to.
#[derive(Clone, Copy, Default)]
struct SubjectKind {
    added: bool,
    removed: bool,
}

impl<'p> Entry<'p> {
    /// The changes.
    pub(in crate::render) fn changes<'e>(
        &'e self,
        plan: &'p Plan,
    ) -> impl Iterator<Item = &'p Change> + use<'p, 'e> {
        self.indices.iter().map(|index| &plan.changes[*index])
    }
}

impl<'p> Sorted<'p> {
    /// Sorts the changes of a plan; the order within each list is the plan's.
    pub(in crate::render) fn new(plan: &'p Plan) -> Self {
        let mut kinds: BTreeMap<&str, SubjectKind> = BTreeMap::new();
        for change in &plan.changes {
            let kind = kinds.entry(change.subject.key()).or_default();
            kind.added |= change.operation() == Operation::Create;
            kind.removed |= change.operation().is_removal();
        }
        let mut sorted = Self::default();
        let mut entries: [BTreeMap<&str, usize>; 3] = Default::default();
        for (index, change) in plan.changes.iter().enumerate() {
            let kind = kinds.get(change.subject.key()).copied().unwrap_or_default();
            let [added, removed, updated] = &mut entries;
            let (list, known) = match change.operation() {
                Operation::Create => (&mut sorted.added, added),
                Operation::Grant if kind.added => (&mut sorted.added, added),
                Operation::Delete | Operation::Archive | Operation::Deactivate => {
                    (&mut sorted.removed, removed)
                }
                Operation::Revoke if kind.removed => (&mut sorted.removed, removed),
                Operation::Adopt
                | Operation::Grant
                | Operation::Reactivate
                | Operation::Revoke
                | Operation::Update => (&mut sorted.updated, updated),
            };
            let entry = *known.entry(change.subject.key()).or_insert(list.len());
            if entry == list.len() {
                list.push(Entry { subject: &change.subject, indices: Vec::new() });
            }
            list[entry].indices.push(index);
        }
        sorted
    }
}
