//! What limits allow in an application with few accounts (threat E8): everything up to the floor.

use super::{DEACTIVATE, leave, set, world};
use crate::support::world::unreviewed;
use rolewright::gate::{Past, State};

const EXPLICIT: &str = "limits: [{ change: removal, percent: 100 }, { change: revoke, percent: 100 }, { change: create, percent: 100, floor: 100000 }]\n";

/// How many accounts a run deactivates when all users leave; none if a limit refuses the run.
fn deactivated(people: usize, limits: &str) -> Option<usize> {
    let set = set(&[DEACTIVATE, (EXPLICIT, limits)]);
    let mut world = world(people);
    leave(&mut world, 0..people);
    let state = State::default();
    let approved = unreviewed(world.plan(&set), &set.applications[0], &Past::of(&state, 0));
    approved.ok().map(|approved| approved.changes().count())
}

#[test]
fn e8_the_limits_that_are_always_there_refuse_to_empty_an_application_of_more_than_three_accounts() {
    assert_eq!([1, 2, 3].map(|people| deactivated(people, "")), [Some(1), Some(2), Some(3)]);
    assert_eq!([4, 5, 60].map(|people| deactivated(people, "")), [None; 3]);
}

#[test]
fn e8_a_limit_without_floor_has_no_smallest_size() {
    let limit = "limits: [{ change: removal, percent: 50 }]\n";
    assert_eq!([1, 2, 3, 4, 60].map(|people| deactivated(people, limit)), [None; 5]);
}
