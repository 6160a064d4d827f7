//! The first run of an instance: no policies are settled yet.

use super::{hire, listed, record, run, set, show, tally, unmanaged, world};
use crate::support::world::World;
use rolewright::gate::{ItemKey, Listed, Marks, RunRecord, identities};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Unmanaged accounts, most of them of users in the directory.
fn estate(people: usize, strangers: usize) -> World {
    let mut world = world(0);
    for number in 0..people + strangers {
        if number < people {
            hire(&mut world, number);
        }
        unmanaged(&mut world, number);
    }
    world
}

#[test]
fn scenario_22_a_first_pull_request_lists_every_adoption_and_they_are_applied() {
    let (world, set) = (estate(4_800, 200), set(&[]));
    let shown = show(&world, None, &set);
    let items = shown.items["adopt"].as_ref().expect("they fit by name");
    assert_eq!((items.len(), shown.counts["adopt"]), (4_800 * 8, 4_800));
    let outcome = run(&world, None, &set, true, &listed([&shown]));
    assert_eq!(tally(&outcome.flows), BTreeMap::from([("adopt", 4_800)]));
    assert!(outcome.held.is_empty() && outcome.settles);
}

#[test]
fn scenario_22_a_first_commit_that_nobody_reviewed_holds_all_until_one_release() {
    let (world, set) = (estate(48, 2), set(&[]));
    let outcome = run(&world, None, &set, false, &Listed::default());
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (0, 48, false));
    let plan = world.plan(&set);
    let all = plan
        .changes
        .iter()
        .flat_map(|change| identities(&plan.instance(), &Marks::of(&set.applications[0]), change));
    let held = ItemKey::new(None).items(all);
    let mut released = Listed::default();
    released.run(&RunRecord { held, ..RunRecord::default() });
    let outcome = run(&world, None, &set, true, &released);
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (48, 0, true));
}

#[test]
fn scenario_14_nine_thousand_adoptions_are_reviewed_by_count_and_one_more_holds_them_all() {
    let (mut world, set) = (estate(1, 0), set(&[]));
    hire(&mut world, 20_000);
    let mut plan = world.plan(&set);
    let adopt = plan.changes.iter().find(|change| super::word(change).starts_with("adopt")).unwrap().clone();
    let of = |number: usize| {
        let mut adopt = adopt.clone();
        Arc::make_mut(&mut adopt.subject).user = Some(format!("u{number:05}"));
        Arc::make_mut(&mut adopt.subject).account = Some(format!("a{number:05}"));
        adopt
    };
    let ordinary =
        plan.changes.iter().find(|change| super::word(change).starts_with("create")).unwrap().clone();
    plan.changes = (0..9_000).map(of).chain([ordinary]).collect();
    let shown = record(&plan, &set, &plan.changes, &ItemKey::new(None));
    assert_eq!((shown.items["adopt"].as_ref(), shown.counts["adopt"]), (None, 9_000));
    assert_eq!(shown.by_count().collect::<Vec<_>>(), ["adopt"]);
    let outcome = super::judged(&plan, &set, None, true, &listed([&shown]));
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (9_001, 0, true));

    plan.changes.insert(0, of(9_999));
    let outcome = super::judged(&plan, &set, None, true, &listed([&shown]));
    assert_eq!(
        (outcome.flows.as_slice(), outcome.held.len(), outcome.settles),
        (&["create 20000".to_owned()][..], 9_001, false)
    );
    let twice = super::judged(&plan, &set, None, true, &listed([&shown, &shown]));
    assert_eq!(twice.held.len(), 0, "of two records the sum counts");
}
