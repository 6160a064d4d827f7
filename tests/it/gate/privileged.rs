//! A policy gives nobody a privileged right unless a pull request showed it (threat D9).

use super::{OWNERS, WRITERS, hire, join, listed, run, set, show, world};
use rolewright::gate::Listed;

/// The right is no longer marked as privileged.
const UNMARKED: (&str, &str) =
    ("values: [reader, writer, owner], privileged: [owner] }", "values: [reader, writer, owner] }");

#[test]
fn d9_a_privileged_grant_that_was_not_shown_is_held_and_an_ordinary_one_is_not() {
    let (before, after) = (set(&[]), set(&[OWNERS, WRITERS]));
    let mut world = world(6);
    join(&mut world, "Owners", 0..1);
    let shown = show(&world, Some(&before), &after);
    join(&mut world, "Owners", 1..2);
    join(&mut world, "Writers", 2..3);
    let result = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(result.held, ["grant owner 1"]);
    assert_eq!(result.flows, ["grant owner 0", "grant writer 2"]);
    assert!(!result.settles, "the run ends with exit code 4");
}

#[test]
fn d9_a_new_account_does_not_bring_a_privileged_right_along() {
    let (before, after) = (set(&[]), set(&[OWNERS]));
    let mut world = world(3);
    let shown = show(&world, Some(&before), &after);
    hire(&mut world, 7);
    join(&mut world, "Owners", 7..8);
    let result = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!((result.flows, result.held), (vec!["create 7".to_owned()], vec!["grant owner 7".to_owned()]));
}

/// A person who can push without review removes the mark and grants the right in one commit.
#[test]
fn d9_a_push_that_takes_the_mark_away_gives_the_right_to_nobody() {
    let (before, after) = (set(&[]), set(&[OWNERS, UNMARKED]));
    let mut world = world(3);
    join(&mut world, "Owners", 0..2);
    let result = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(result.held, ["grant owner 0", "grant owner 1"]);
    assert!(result.flows.is_empty() && !result.settles, "{result:?}");
}

#[test]
fn d9_a_record_of_another_right_does_not_cover_a_privileged_one() {
    let (before, writers, owners) = (set(&[]), set(&[WRITERS]), set(&[OWNERS]));
    let mut world = world(3);
    join(&mut world, "Owners", 0..1);
    join(&mut world, "Writers", 0..1);
    let shown = show(&world, Some(&before), &writers);
    let result = run(&world, Some(&before), &owners, true, &listed([&shown]));
    assert_eq!((result.flows.len(), result.held), (0, vec!["grant owner 0".to_owned()]));
}

/// A planned pull request takes the mark away and grants the right; who gets it later was not shown.
#[test]
fn h11_d9_a_reviewed_change_that_takes_the_mark_away_lists_whom_it_gives_the_right() {
    let (before, after) = (set(&[]), set(&[OWNERS, UNMARKED]));
    let mut world = world(3);
    join(&mut world, "Owners", 0..1);
    let shown = show(&world, Some(&before), &after);
    assert_eq!(
        shown.items["grant"].as_ref().map(String::len),
        Some(8),
        "listed, not only counted as ordinary"
    );
    join(&mut world, "Owners", 1..2);
    let result = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(
        (result.flows, result.held),
        (vec!["grant owner 0".to_owned()], vec!["grant owner 1".to_owned()])
    );
}
