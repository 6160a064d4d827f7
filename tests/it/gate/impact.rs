//! The impact of a pull request: its merge compared with the tip of the branch.

use super::{
    CITY, DEACTIVATE, NO_READERS, WRITERS, join, judged, leave, listed, set, show, tally, word, world,
};
use crate::support::world::World;
use rolewright::gate::{Impact, PolicyPlan, impact};
use rolewright::model::Date;
use rolewright::plan::Plan;
use rolewright::policy::PolicySet;
use std::collections::BTreeMap;

fn impact_of(world: &World, merge: &PolicySet, base: &PolicySet) -> Impact {
    let (head, before) = (world.plan(merge), world.plan(base));
    impact(
        PolicyPlan::new(&head, &merge.applications[0]),
        Some(PolicyPlan::new(&before, &base.applications[0])),
    )
}

fn words(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(word).collect()
}

#[test]
fn scenario_11_what_others_merged_is_not_taken_back_by_a_branch_that_lags() {
    let base = set(&[DEACTIVATE]);
    let (branch, merge) = (set(&[NO_READERS]), set(&[DEACTIVATE, NO_READERS]));
    let mut world = world(3);
    leave(&mut world, 2..3);
    let shown = impact_of(&world, &merge, &base);
    assert_eq!(words(&shown.no_longer), [""; 0]);
    assert_eq!(words(&shown.pending), ["deactivate 2"]);
    assert_eq!(tally(&words(&shown.because)), BTreeMap::from([("revoke reader", 2)]));
    let bare = impact_of(&world, &branch, &base);
    assert_eq!(words(&bare.no_longer), ["deactivate 2"], "the branch alone would take it back");
}

#[test]
fn scenario_12_a_base_that_names_a_group_which_is_gone_wants_nothing() {
    let gone = ("group: Readers,", "group: Gone,");
    let (base, merge) = (set(&[gone]), set(&[DEACTIVATE]));
    let mut world = world(3);
    leave(&mut world, 2..3);
    let day = Date::parse("2026-11-21").unwrap();
    assert!(world.plan_at(&base, day).is_err());
    let head = world.plan(&merge);
    let shown = impact(PolicyPlan::new(&head, &merge.applications[0]), None);
    assert_eq!(
        (&shown.because.changes, shown.no_longer.changes.len(), shown.pending.changes.len()),
        (&head.changes, 0, 0)
    );
    let record = show(&world, None, &merge);
    let outcome = judged(&head, &merge, None, true, &listed([&record]));
    assert_eq!(
        (outcome.flows, outcome.held.len(), outcome.settles),
        (vec!["deactivate 2".to_owned()], 0, true)
    );
}

#[test]
fn scenario_13_what_changes_nothing_has_no_impact() {
    let mut world = world(3);
    leave(&mut world, 2..3);
    let base = set(&[DEACTIVATE]);
    assert!(impact_of(&world, &set(&[DEACTIVATE, ("# writers", "# nobody")]), &base).is_empty());
    assert!(!impact_of(&world, &set(&[]), &base).is_empty());
}

#[test]
fn an_update_shows_only_the_attributes_of_the_change() {
    let mut world = world(2);
    world.people.get_mut("u00000").unwrap().values.insert("mail", "moved".to_owned());
    let shown = impact_of(&world, &set(&[CITY]), &set(&[]));
    assert_eq!(words(&shown.because), ["update city 0", "update city 1"]);
    assert_eq!(words(&shown.pending), ["update email 0"]);
    let back = impact_of(&world, &set(&[]), &set(&[CITY]));
    assert_eq!(words(&back.no_longer), ["update city 0", "update city 1"]);
}

#[test]
fn another_value_for_an_attribute_is_another_change_on_both_sides() {
    let world = world(1);
    let (base, merge) = (set(&[CITY]), set(&[("email: mail }", "email: mail, city: mailNickname }")]));
    let shown = impact_of(&world, &merge, &base);
    assert_eq!(
        (words(&shown.because), words(&shown.no_longer)),
        (vec!["update city 0".to_owned()], vec!["update city 0".to_owned()])
    );
    assert_eq!(shown.pending.changes, []);
}

#[test]
fn who_is_treated_otherwise_is_reported_on_the_side_where_they_are() {
    let excluded =
        ("exclude: []", "exclude: [{ id: one, when: { user: mail, equals: m00000 }, reason: By hand }]");
    let mut world = world(2);
    join(&mut world, "Writers", 0..1);
    let shown = impact_of(&world, &set(&[WRITERS, excluded]), &set(&[WRITERS]));
    assert_eq!(words(&shown.no_longer), ["grant writer 0"]);
    assert_eq!((shown.because.reports.len(), shown.no_longer.reports.len()), (1, 0));
    assert!(!shown.is_empty());
}

#[test]
fn h6_a_value_at_another_place_is_another_change() {
    let elsewhere = ("attributes: { note: {} }", "attributes: { note: {}, city: { path: title } }");
    let shown = impact_of(&world(1), &set(&[CITY, elsewhere]), &set(&[CITY]));
    let update = vec!["update city 0".to_owned()];
    assert_eq!((words(&shown.because), words(&shown.no_longer)), (update.clone(), update));
}
