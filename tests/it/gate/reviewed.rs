//! Changes that pull requests showed are applied; others wait.

use super::{
    CITY, DEACTIVATE, NO_READERS, OWNERS, WRITERS, hire, join, judged, leave, listed, run, set, show, tally,
    world,
};
use rolewright::gate::{Listed, PolicyPlan};
use rolewright::plan::Action;
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
fn scenario_06_ordinary_grants_are_applied_although_the_group_grew_between_plan_and_merge() {
    let (before, after) = (set(&[]), set(&[WRITERS]));
    let mut world = world(50);
    join(&mut world, "Writers", 0..40);
    let shown = show(&world, Some(&before), &after);
    assert_eq!((shown.counts["grant"], shown.items.len()), (40, 0), "nothing of it is listed by name");
    join(&mut world, "Writers", 40..43);
    let outcome = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(tally(&outcome.flows), BTreeMap::from([("grant writer", 43)]));
    assert!(outcome.held.is_empty() && outcome.settles);
    let pushed = run(&world, Some(&before), &after, false, &listed([&shown]));
    assert_eq!(
        (pushed.flows.len(), pushed.held.len(), pushed.settles),
        (0, 43, false),
        "but not past the review"
    );
}

#[test]
fn scenario_07_one_revoke_and_one_privileged_grant_more_than_recorded_are_held_and_nothing_else() {
    let (before, after) = (set(&[]), set(&[NO_READERS, OWNERS, WRITERS]));
    let mut world = world(6);
    join(&mut world, "Owners", 0..2);
    join(&mut world, "Writers", 0..2);
    // One of the readers gets the right after the plan was made.
    world.accounts.get_mut("a00005").unwrap().rights.clear();
    let shown = show(&world, Some(&before), &after);
    assert_eq!((shown.counts["revoke"], shown.counts["grant"]), (5, 4));
    world.accounts.get_mut("a00005").unwrap().rights.insert("reader".to_owned());
    join(&mut world, "Owners", 2..3);
    join(&mut world, "Writers", 2..3);
    let outcome = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(outcome.held, ["revoke reader 5", "grant owner 2"]);
    assert_eq!(
        tally(&outcome.flows),
        BTreeMap::from([("revoke reader", 5), ("grant owner", 2), ("grant writer", 3)])
    );
    assert!(!outcome.settles, "exit 4");
}

#[test]
fn scenario_08_what_was_done_already_or_is_wanted_no_longer_is_a_number_and_nothing_else() {
    let (before, after) = (set(&[]), set(&[DEACTIVATE]));
    let mut world = world(5);
    leave(&mut world, 0..4);
    let shown = show(&world, Some(&before), &after);
    world.accounts.get_mut("a00000").unwrap().active = false;
    world.people.get_mut("u00001").unwrap().enabled = true;
    let outcome = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(outcome.flows, ["deactivate 2", "deactivate 3"]);
    assert_eq!((outcome.held.len(), outcome.settles, outcome.vanished), (0, true, 2));
}

#[test]
fn scenario_09_a_user_hired_after_the_review_gets_an_account_by_the_new_policies() {
    let (before, after) = (set(&[]), set(&[CITY]));
    let mut world = world(3);
    let shown = show(&world, Some(&before), &after);
    hire(&mut world, 7);
    join(&mut world, "Readers", 7..8);
    let outcome = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(outcome.flows.len(), 5, "{outcome:?}");
    assert!(outcome.held.is_empty() && outcome.settles);
    let pushed = run(&world, Some(&before), &after, false, &Listed::default());
    assert!(pushed.flows.is_empty(), "{pushed:?}");
    let held = BTreeMap::from([("create", 1), ("grant reader", 1), ("update city", 3)]);
    assert_eq!(tally(&pushed.held), held, "nobody saw an account being made with a city");
    let pushed = run(&world, Some(&before), &set(&[WRITERS]), false, &Listed::default());
    let same_values = ["create 7", "grant reader 7"];
    assert_eq!(pushed.flows, same_values, "what the directory brings flows whatever was pushed");
}

#[test]
fn scenario_10_two_pull_requests_are_applied_as_the_union_of_their_records() {
    let (before, one) = (set(&[]), set(&[NO_READERS]));
    let (other, both) = (set(&[DEACTIVATE]), set(&[NO_READERS, DEACTIVATE]));
    let mut world = world(4);
    leave(&mut world, 3..4);
    let (first, second) = (show(&world, Some(&before), &one), show(&world, Some(&before), &other));
    assert_eq!((first.counts["revoke"], second.counts["deactivate"]), (3, 1));
    let outcome = run(&world, Some(&before), &both, true, &listed([&first, &second]));
    assert_eq!(outcome.held, [""; 0], "{outcome:?}");
    assert!(outcome.settles);
    let half = run(&world, Some(&before), &both, true, &listed([&second]));
    assert_eq!(tally(&half.held), BTreeMap::from([("revoke reader", 3)]));
}

#[test]
fn scenario_10_what_only_the_combination_of_two_pull_requests_takes_away_is_held() {
    let twice = ("# writers", "- { id: again, group: Writers, grant: { role: reader } }");
    let not_again = ("# writers", "- { id: again, group: Empty, grant: { role: reader } }");
    let (before, one) = (set(&[twice]), set(&[twice, NO_READERS]));
    let (other, both) = (set(&[not_again]), set(&[not_again, NO_READERS]));
    let mut world = world(4);
    join(&mut world, "Writers", 1..4);
    let (first, second) = (show(&world, Some(&before), &one), show(&world, Some(&before), &other));
    assert_eq!((first.counts["revoke"], second.counts.len()), (1, 0));
    let outcome = run(&world, Some(&before), &both, true, &listed([&first, &second]));
    assert_eq!(outcome.flows, ["revoke reader 0"], "shown by the first");
    assert_eq!(tally(&outcome.held), BTreeMap::from([("revoke reader", 3)]));
    assert!(!outcome.settles);
}

#[test]
fn scenario_14_fifty_thousand_ordinary_updates_leave_a_small_record_and_flow_after_some_moved() {
    let (before, after) = (set(&[]), set(&[CITY]));
    let world = world(1);
    let mut plan = world.plan(&after);
    let update = plan.changes.pop().unwrap();
    let of = |number: usize, city: &str| {
        let mut update = update.clone();
        Arc::make_mut(&mut update.subject).user = Some(format!("u{number:05}"));
        let Action::Update { attributes, .. } = &mut update.action else { panic!("{update:?}") };
        attributes[0].after = Some(rolewright::model::Value::Text(city.to_owned()));
        update
    };
    plan.changes = (0..50_000).map(|number| of(number, "Oslo")).collect();
    let key = rolewright::gate::ItemKey::new(None);
    let mut shown = super::record(&plan, &after, &plan.changes, &key);
    assert!(shown.text().unwrap().len() < 1_000, "{shown:?}");
    (0..20).for_each(|number| plan.changes[number] = of(number, "Rome"));
    let nothing = world.plan(&before);
    let outcome = judged(
        &plan,
        &after,
        Some(PolicyPlan::new(&nothing, &before.applications[0])),
        true,
        &listed([&shown]),
    );
    assert_eq!((outcome.flows.len(), outcome.settles), (50_000, true));
}
