//! What an account is made, taken over, archived or let in with belongs to what was shown (threat H6).

use super::{hire, leave, listed, rerun, run, set, show, staff, unmanaged, world};
use rolewright::gate::Listed;

/// A constant takes the place of what the directory says.
const CONSTANT: (&str, &str) = ("email: mail }", "email: mail, note: { value: external } }");
const NOTE: (&str, &str) = ("email: mail }", "email: mail, note: { value: internal } }");
const ARCHIVE: (&str, &str) =
    ("disabled: keep", "disabled: archive\narchive: { set: { userName: '{userName}_Archived' } }");
const OTHER_NAME: (&str, &str) =
    ("disabled: keep", "disabled: archive\narchive: { set: { userName: '{userName}_Gone' } }");
const REACTIVATE: (&str, &str) = ("disabled: keep", "disabled: deactivate");

#[test]
fn h6_a_joiner_with_another_value_than_before_is_the_policies_and_not_the_directorys() {
    let (before, after) = (set(&[NOTE]), set(&[CONSTANT]));
    let mut world = world(2);
    world
        .accounts
        .values_mut()
        .for_each(|account| drop(account.values.insert("note".into(), "internal".into())));
    hire(&mut world, 7);
    super::join(&mut world, "Readers", 7..8);
    let result = run(&world, Some(&before), &after, false, &Listed::default());
    assert!(result.flows.is_empty(), "{result:?}");
    assert!(result.held.contains(&"create 7".to_owned()), "{result:?}");
    assert!(result.held.contains(&"grant reader 7".to_owned()), "its right waits with it: {result:?}");
    let same = run(&world, Some(&before), &set(&[NOTE, super::WRITERS]), false, &Listed::default());
    assert!(same.flows.contains(&"create 7".to_owned()), "the same values are the directory's own: {same:?}");
}

#[test]
fn h6_an_adoption_is_shown_with_its_values() {
    let (before, after) = (set(&[]), set(&[CONSTANT]));
    let mut world = world(2);
    hire(&mut world, 7);
    unmanaged(&mut world, 7);
    let without = show(&world, Some(&before), &before);
    assert_eq!(rerun(&world, &before, &listed([&without])).held, [""; 0]);
    let result = run(&world, Some(&before), &after, false, &listed([&without]));
    assert!(result.held.contains(&"adopt 7".to_owned()), "a constant would ride on it: {result:?}");
    let with = show(&world, Some(&before), &after);
    assert_eq!(run(&world, Some(&before), &after, true, &listed([&with])).held, [""; 0]);
}

#[test]
fn h6_an_archive_under_another_name_is_another_change() {
    let (before, after) = (set(&[ARCHIVE]), set(&[OTHER_NAME]));
    let mut world = world(3);
    leave(&mut world, 0..1);
    let result = run(&world, Some(&before), &after, false, &Listed::default());
    assert!(result.held.contains(&"archive 0".to_owned()), "{result:?}");
    let result = run(&world, Some(&before), &set(&[ARCHIVE, super::WRITERS]), false, &Listed::default());
    assert!(result.flows.contains(&"archive 0".to_owned()), "{result:?}");
}

#[test]
fn h6_who_is_let_in_again_gets_the_values_that_the_settled_policies_write() {
    let (before, after) = (set(&[REACTIVATE]), set(&[REACTIVATE, CONSTANT]));
    let mut world = world(1);
    staff(&mut world, 5);
    world.accounts.get_mut("a00005").unwrap().active = false;
    let result = run(&world, Some(&before), &after, false, &Listed::default());
    assert!(result.held.contains(&"reactivate 5".to_owned()), "{result:?}");
}
