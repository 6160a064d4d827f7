//! What no test touches.

use super::item::{Item, ItemKind, items};
use super::run::Trial;
use crate::policy::{ApplicationPolicy, Origin};
use std::collections::BTreeSet;

/// Which things of an application's policies took part in what became of those of whom a test expects something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The application.
    pub application: String,
    /// What some test touches.
    pub touched: Vec<Item>,
    /// What none does.
    pub untouched: Vec<Item>,
}

/// The coverage of an application by its tests.
pub fn coverage(policy: &ApplicationPolicy, trials: &[Trial]) -> Coverage {
    let mine = trials.iter().filter(|trial| trial.application == policy.name);
    let seen: BTreeSet<&Origin> = mine.flat_map(|trial| &trial.touched).collect();
    let (touched, untouched) = items(policy).into_iter().partition(|item| seen.contains(&item.origin));
    Coverage { application: policy.name.clone(), touched, untouched }
}

impl Coverage {
    /// How many things of a kind are touched, and how many there are.
    pub fn of(&self, kind: ItemKind) -> (usize, usize) {
        let count = |items: &[Item]| items.iter().filter(|item| item.kind == kind).count();
        let touched = count(&self.touched);
        (touched, touched + count(&self.untouched))
    }

    /// How many things are touched, and how many there are.
    pub fn all(&self) -> (usize, usize) {
        (self.touched.len(), self.touched.len() + self.untouched.len())
    }
}
