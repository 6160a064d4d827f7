//! Released changes are applied; later ones are not.

use super::{DEACTIVATE, NO_READERS, leave, run, set, word, world};
use crate::support::world::World;
use rolewright::gate::{
    ItemKey, Listed, Marks, Past, PolicyPlan, Review, Reviewed, RunRecord, State, approve, identities,
};
use rolewright::policy::PolicySet;

/// What the record of a run with these policies lists, held or not.
fn recorded(world: &World, tip: &PolicySet) -> RunRecord {
    let plan = world.plan(tip);
    let all = plan
        .changes
        .iter()
        .flat_map(|change| identities(&plan.instance(), &Marks::of(&tip.applications[0]), change));
    RunRecord { held: ItemKey::new(None).items(all), ..RunRecord::default() }
}

fn released(record: &RunRecord) -> Listed {
    let mut listed = Listed::default();
    listed.run(record);
    listed
}

#[test]
fn scenario_25_only_what_the_released_run_lists_and_is_wanted_still_flows() {
    let (before, at_run) = (set(&[]), set(&[DEACTIVATE]));
    let tip = set(&[DEACTIVATE, NO_READERS]);
    let mut world = world(5);
    leave(&mut world, 0..3);
    let listed = released(&recorded(&world, &at_run));
    world.people.get_mut("u00000").unwrap().enabled = true;
    leave(&mut world, 3..4);
    // The commit after the run is not covered by it.
    let outcome = run(&world, Some(&before), &tip, false, &listed);
    assert_eq!(outcome.flows, ["deactivate 1", "deactivate 2"]);
    assert_eq!(outcome.held, ["deactivate 3", "revoke reader 0", "revoke reader 4"]);
    assert_eq!((outcome.settles, outcome.vanished), (false, 1));
    let at_once = run(&world, Some(&before), &at_run, true, &listed);
    assert_eq!((at_once.held, at_once.settles), (vec!["deactivate 3".to_owned()], false));
}

#[test]
fn scenario_25_a_release_passes_no_limit() {
    let limit = ("{ change: removal, percent: 100 }", "{ change: removal, count: 2 }");
    let (before, tip) = (set(&[limit]), set(&[DEACTIVATE, limit]));
    let mut world = world(5);
    leave(&mut world, 0..3);
    let listed = released(&recorded(&world, &tip));
    let (key, settled) = (ItemKey::new(None), world.plan(&before));
    let settled = Some(PolicyPlan::new(&settled, &before.applications[0]));
    let reviewed = Reviewed { key: &key, same: false, settled, covered: true, listed: &listed };
    let state = State::default();
    let refused =
        approve(world.plan(&tip), &tip.applications[0], &Review::Reviewed(reviewed), &Past::of(&state, 0))
            .unwrap_err();
    assert_eq!(refused.refusals.iter().map(|refusal| refusal.change).collect::<Vec<_>>(), ["removal"]);
}

#[test]
fn scenario_25_held_changes_do_not_count_for_limits() {
    let limit = ("{ change: removal, percent: 100 }", "{ change: removal, count: 2 }");
    let (before, tip) = (set(&[limit]), set(&[DEACTIVATE, limit]));
    let mut world = world(9);
    leave(&mut world, 0..2);
    let listed = released(&recorded(&world, &tip));
    leave(&mut world, 2..8);
    let (key, settled) = (ItemKey::new(None), world.plan(&before));
    let settled = Some(PolicyPlan::new(&settled, &before.applications[0]));
    let reviewed = Reviewed { key: &key, same: false, settled, covered: true, listed: &listed };
    let state = State::default();
    let approved =
        approve(world.plan(&tip), &tip.applications[0], &Review::Reviewed(reviewed), &Past::of(&state, 0))
            .unwrap();
    assert_eq!(approved.changes().map(word).collect::<Vec<_>>(), ["deactivate 0", "deactivate 1"]);
    assert_eq!(approved.held().count(), 6);
    assert_eq!(approved.charge(approved.changes()).0["deactivate"], 2);
}
