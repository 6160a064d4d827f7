//! Mutation testing: drops each rule in turn and runs the tests again.

use super::item::{Item, ItemKind, items, without};
use super::run::{TestCase, TestSuite};
use crate::policy::{ApplicationPolicy, PolicySet};
use rayon::prelude::*;

/// Which items of an application's policies the tests notice when they are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The application.
    pub application: String,
    /// Items whose removal a test notices.
    pub killed: Vec<Item>,
    /// Items whose removal no test notices.
    pub survived: Vec<Item>,
}

/// Drops each rule, constraint, exclusion, default and protection in turn. A test that fails anyway notices nothing.
pub fn mutate(set: &PolicySet, policy: &ApplicationPolicy, filter: &str) -> Mutation {
    let suite = TestSuite::new(set, policy, filter);
    let holds = |policy: &ApplicationPolicy, case: &TestCase<'_>| suite.run_case(policy, case).holds();
    let passing: Vec<&TestCase<'_>> =
        suite.cases.par_iter().filter(|case| holds(&suite.policy, case)).collect();
    let dropped = items(&suite.policy).into_iter().filter(|item| item.kind != ItemKind::MappedAttribute);
    let judged: Vec<(Item, bool)> = dropped
        .collect::<Vec<Item>>()
        .into_par_iter()
        .map(|item| {
            let mutant = without(&suite.policy, &item);
            let noticed = mutant.is_some_and(|mutant| passing.iter().any(|case| !holds(&mutant, case)));
            (item, noticed)
        })
        .collect();
    let (killed, survived): (Vec<_>, Vec<_>) = judged.into_iter().partition(|(_, noticed)| *noticed);
    let items = |judged: Vec<(Item, bool)>| judged.into_iter().map(|(item, _)| item).collect();
    Mutation { application: policy.name.clone(), killed: items(killed), survived: items(survived) }
}
