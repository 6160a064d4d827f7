//! Test coverage: what no test touches.

use super::item::{Item, ItemKind, items};
use super::run::Trial;
use crate::policy::{ApplicationPolicy, Origin};
use std::collections::BTreeSet;

/// Which items of an application's policies affected a user or account that a test expects something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The application.
    pub application: String,
    /// What a test touches.
    pub touched: Vec<Item>,
    /// What no test touches.
    pub untouched: Vec<Item>,
}

/// The coverage of an application by its tests.
pub fn coverage(policy: &ApplicationPolicy, trials: &[Trial]) -> Coverage {
    let trials_of_application = trials.iter().filter(|trial| trial.application == policy.name);
    let seen: BTreeSet<&Origin> = trials_of_application.flat_map(|trial| &trial.touched).collect();
    let (touched, untouched) = items(policy).into_iter().partition(|item| seen.contains(&item.origin));
    Coverage { application: policy.name.clone(), touched, untouched }
}

impl Coverage {
    /// How many items of a kind are touched, and how many exist.
    pub fn of(&self, kind: ItemKind) -> (usize, usize) {
        let count = |items: &[Item]| items.iter().filter(|item| item.kind == kind).count();
        let touched = count(&self.touched);
        (touched, touched + count(&self.untouched))
    }

    /// How many items are touched, and how many exist.
    pub fn all(&self) -> (usize, usize) {
        (self.touched.len(), self.touched.len() + self.untouched.len())
    }
}
