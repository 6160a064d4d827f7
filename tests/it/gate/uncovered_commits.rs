//! While commits are not covered, the guards of both policies must pass: a push can make them stricter, not looser.

use super::{DEACTIVATE, leave, listed, run, set, show, world};
use crate::support::world::World;
use rolewright::gate::{ItemKey, Listed, Past, PolicyPlan, Review, Reviewed, Seen, Standing, State, approve};
use rolewright::policy::{self, PolicySet};

const LIMIT: &str = "{ change: removal, percent: 100 }";

/// The refusals of guards, in the words of limits.
fn refused(
    world: &World,
    settled: Option<&PolicySet>,
    tip: &PolicySet,
    covered: bool,
    seen: Seen,
) -> Vec<String> {
    let before = settled.map(|set| (world.plan(set), &set.applications[0]));
    let key = ItemKey::new(None);
    // Everything was shown, so that only the guards decide.
    let shown = listed([&show(world, None, tip)]);
    let settled = before.as_ref().map(|(plan, policy)| PolicyPlan::new(plan, policy));
    let reviewed = Reviewed { key: &key, same: false, settled, covered, listed: &shown };
    let state = State { seen, ..State::default() };
    let approved =
        approve(world.plan(tip), &tip.applications[0], &Review::Reviewed(reviewed), &Past::of(&state, 0));
    match approved {
        Ok(approved) => {
            approved.allowed().iter().map(|allowance| format!("lifted by {}", allowance.by.id)).collect()
        }
        Err(refused) => refused.refusals.iter().map(|refusal| refusal.change.to_owned()).collect(),
    }
}

fn leavers() -> World {
    let mut world = world(20);
    leave(&mut world, 0..10);
    world
}

#[test]
fn scenario_17_a_limit_that_a_push_raises_stays_and_one_that_it_lowers_is_in_force() {
    let strict = (LIMIT, "{ change: removal, count: 3 }");
    let (low, high) = (set(&[DEACTIVATE, strict]), set(&[DEACTIVATE]));
    let world = leavers();
    let of = |settled: &PolicySet, tip: &PolicySet, covered| {
        refused(&world, Some(settled), tip, covered, Seen::default())
    };
    assert_eq!(of(&low, &high, false), ["removal"]);
    assert_eq!(of(&low, &high, true), [""; 0], "by pull request it is in force");
    assert_eq!(of(&high, &low, false), ["removal"]);
    assert_eq!(of(&high, &low, true), ["removal"]);
    assert_eq!(of(&low, &low, false), ["removal"], "said once");
}

#[test]
fn scenario_17_an_override_counts_that_both_have() {
    let limit = (LIMIT, "{ change: removal, count: 3 }");
    let over = |allow: &str| {
        format!(
            "overrides: [{{ id: office, {allow}, until: '2026-12-05', owner: it, reason: Office closed }}]"
        )
    };
    let (with, more) = (over("allow: { removal: 10 }"), over("allow: { removal: 300 }"));
    let with = set(&[DEACTIVATE, limit, ("overrides: []", &with)]);
    let more = set(&[DEACTIVATE, limit, ("overrides: []", &more)]);
    let without = set(&[DEACTIVATE, limit]);
    let world = leavers();
    let of = |settled: Option<&PolicySet>, tip: &PolicySet, covered| {
        refused(&world, settled, tip, covered, Seen::default())
    };
    assert_eq!(of(Some(&without), &with, false), ["removal"], "added by a push");
    assert_eq!(of(Some(&without), &with, true), ["lifted by office"]);
    assert_eq!(of(Some(&with), &with, false), ["lifted by office"]);
    assert_eq!(of(Some(&with), &without, false), ["removal"], "taken away by a push");
    assert_eq!(of(Some(&more), &with, false), ["removal"], "changed by a push: another one");
    assert_eq!(of(None, &with, false), ["removal"], "nothing is settled yet");
    assert_eq!(of(None, &with, true), ["lifted by office"]);
}

#[test]
fn scenario_17_a_source_that_shrank_passes_by_what_both_say() {
    let shrink =
        "overrides: [{ id: fewer, shrinkTo: { users: 20 }, until: '2026-12-05', owner: it, reason: Sold }]";
    let (with, without) = (set(&[DEACTIVATE, ("overrides: []", shrink)]), set(&[DEACTIVATE]));
    let world = leavers();
    let seen = Seen { users: 100, ..Seen::default() };
    assert_eq!(refused(&world, Some(&without), &with, false, seen), ["shrinkTo"]);
    assert_eq!(refused(&world, Some(&without), &with, true, seen), [""; 0]);
    assert_eq!(refused(&world, Some(&with), &with, false, seen), [""; 0]);
}

#[test]
fn scenario_17_the_last_holders_of_both_are_kept() {
    let keep = |least: u32| {
        let kept = format!("privileged: [owner], keepAtLeast: {least} }}");
        set(&[DEACTIVATE, super::OWNERS, ("privileged: [owner] }", &kept)])
    };
    let mut world = leavers();
    super::join(&mut world, "Owners", 9..12);
    for number in 9..12 {
        world.accounts.get_mut(&format!("a{number:05}")).unwrap().rights.insert("owner".to_owned());
    }
    let of = |settled: &PolicySet, tip: &PolicySet, covered| {
        refused(&world, Some(settled), tip, covered, Seen::default())
    };
    assert_eq!(of(&keep(3), &keep(1), false), ["keepAtLeast"]);
    assert_eq!(of(&keep(3), &keep(1), true), [""; 0]);
    assert_eq!(of(&keep(1), &keep(3), false), ["keepAtLeast"]);
}

#[test]
fn scenario_17_a_protection_that_a_push_takes_away_protects_still() {
    let protect =
        ("protect: []", "protect: [{ id: kept, from: [deactivate], when: { user: mail, equals: m00003 } }]");
    let (before, after) = (set(&[DEACTIVATE, protect]), set(&[DEACTIVATE]));
    let world = leavers();
    let pushed = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!((pushed.flows.len(), pushed.held), (9, vec!["deactivate 3".to_owned()]));
    let shown = show(&world, Some(&before), &after);
    assert_eq!(run(&world, Some(&before), &after, true, &listed([&shown])).held, [""; 0]);
}

#[test]
fn scenario_17_of_two_reviews_the_stricter_is_meant_and_of_two_doors_the_narrower() {
    assert!(policy::Review::Github > policy::Review::None);
    let (shut, open) = (Standing::Open { until: Some(100) }, Standing::Open { until: None });
    assert_eq!(open.clone().and(shut.clone()), Standing::Open { until: Some(100) });
    assert_eq!(shut.and(Standing::Open { until: Some(50) }), Standing::Open { until: Some(50) });
    assert_eq!(open.clone().and(open.clone()), open);
}
