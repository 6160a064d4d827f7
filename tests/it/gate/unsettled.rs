//! Commits without a plan: their effects wait, everything else is applied.

use super::{CITY, DEACTIVATE, WRITERS, hire, join, leave, listed, rerun, run, set, show, tally, world};
use rolewright::gate::{ItemKey, Listed, Marks, RunRecord, identities};
use rolewright::language::load;
use rolewright::model::{Date, SourceFile, SourceSet};
use std::collections::BTreeMap;

#[test]
fn scenario_15_a_direct_push_holds_what_it_causes_and_the_directory_goes_on() {
    let (before, after) = (set(&[]), set(&[DEACTIVATE, CITY]));
    let mut world = world(4);
    leave(&mut world, 0..2);
    hire(&mut world, 7);
    world.people.get_mut("u00003").unwrap().values.insert("mail", "moved".to_owned());
    let outcome = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(tally(&outcome.held), BTreeMap::from([("create", 1), ("deactivate", 2), ("update city", 2)]));
    let flows = vec!["update email 3".to_owned()];
    assert_eq!((outcome.flows, outcome.settles), (flows, false), "the other attribute of one update goes on");

    let plan = world.plan(&after);
    let all = plan
        .changes
        .iter()
        .flat_map(|change| identities(&plan.instance(), &Marks::of(&after.applications[0]), change));
    let mut released = Listed::default();
    released.run(&RunRecord { held: ItemKey::new(None).items(all), ..RunRecord::default() });
    let outcome = run(&world, Some(&before), &after, true, &released);
    assert_eq!((outcome.held.len(), outcome.settles), (0, true));
}

#[test]
fn scenario_15_a_rule_for_a_group_that_is_empty_today_is_not_settled_and_held_when_it_fills() {
    let (before, after) = (set(&[]), set(&[WRITERS]));
    let mut world = world(4);
    let outcome = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (0, 0, false), "exit 4");
    join(&mut world, "Writers", 0..2);
    let outcome = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!((outcome.flows.len(), outcome.held.len(), outcome.settles), (0, 2, false));
}

#[test]
fn scenario_24_what_is_held_stays_held_until_it_is_shown_or_taken_back() {
    let (before, after) = (set(&[]), set(&[DEACTIVATE]));
    let mut world = world(6);
    leave(&mut world, 0..2);
    let nothing = Listed::default();
    let first = run(&world, Some(&before), &after, false, &nothing);
    for week in 10..13 {
        hire(&mut world, week);
        let again = run(&world, Some(&before), &after, false, &nothing);
        assert_eq!((&again.held, again.settles), (&first.held, false));
        assert!(again.flows.contains(&format!("create {week}")), "the rest flows");
    }
    // A revert restores the settled policies.
    let reverted = rerun(&world, &set(&[]), &nothing);
    assert_eq!((reverted.held.len(), reverted.settles), (0, true));
    // Alternatively, the next pull request shows them together with its own changes.
    let next = set(&[DEACTIVATE, WRITERS]);
    join(&mut world, "Writers", 4..5);
    let shown = show(&world, Some(&before), &next);
    assert_eq!(shown.counts["deactivate"], 2, "what waits is shown too");
    let outcome = run(&world, Some(&before), &next, true, &listed([&shown]));
    assert_eq!((outcome.held.len(), outcome.settles), (0, true));
}

#[test]
fn scenario_44_what_a_later_version_enforces_is_an_error_and_never_passed_over() {
    for (words, named) in [
        ("review: { forge: github, approvals: 2 }", "approvals"),
        ("review: { forge: github, approvers: [one] }", "approvers"),
        ("review: { forge: github, privilegedApprovers: [one] }", "privilegedApprovers"),
        ("review: { forge: gitlab }", "gitlab"),
        ("environments: { staging: {}, production: {} }", "environments"),
    ] {
        let text = super::TEXT.replace("review: none", words);
        assert!(text.contains(words));
        let file = SourceFile { path: "policies.yaml".to_owned(), text };
        let checked =
            load(&SourceSet::new(None, String::new(), vec![file]), Date::parse("2026-11-21").unwrap());
        assert!(checked.policies.is_none(), "{words}");
        let said = format!("{:?}", checked.findings);
        assert!(said.contains(named), "{words}: {said}");
    }
}
