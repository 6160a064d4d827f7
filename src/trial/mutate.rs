//! What no test would miss: each rule is dropped in turn, and the tests are run again.

use super::item::{Item, ItemKind, items, without};
use super::run::{Bench, Court};
use crate::policy::{ApplicationPolicy, PolicySet};
use rayon::prelude::*;

/// Which things of an application's policies tests notice the loss of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The application.
    pub application: String,
    /// What some test misses.
    pub killed: Vec<Item>,
    /// What could be dropped and no test would notice.
    pub survived: Vec<Item>,
}

/// Drops each rule, constraint, exclusion, default and protection in turn. A test that does not hold anyway notices
/// nothing.
pub fn mutate(set: &PolicySet, policy: &ApplicationPolicy, filter: &str) -> Mutation {
    let court = Court::new(set, policy, filter);
    let holds = |policy: &ApplicationPolicy, bench: &Bench<'_>| court.trial(policy, bench).holds();
    let watching: Vec<&Bench<'_>> =
        court.benches.par_iter().filter(|bench| holds(&court.policy, bench)).collect();
    let dropped = items(&court.policy).into_iter().filter(|item| item.kind != ItemKind::MappedAttribute);
    let judged: Vec<(Item, bool)> = dropped
        .collect::<Vec<Item>>()
        .into_par_iter()
        .map(|item| {
            let mutant = without(&court.policy, &item);
            let noticed = mutant.is_some_and(|mutant| watching.iter().any(|bench| !holds(&mutant, bench)));
            (item, noticed)
        })
        .collect();
    let (killed, survived): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(_, noticed)| *noticed);
    let items = |judged: Vec<(Item, bool)>| judged.into_iter().map(|(item, _)| item).collect();
    Mutation { application: policy.name.clone(), killed: items(killed), survived: items(survived) }
}
