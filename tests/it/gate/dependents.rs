//! A change that depends on a held change is held with it; nothing else is.

use super::{NO_READERS, OWNERS, hire, join, leave, listed, outcome, run, set, show, unmanaged, world};
use crate::support::world::World;
use rolewright::gate::{ItemKey, Listed, PolicyPlan, Reviewed, classify};
use rolewright::model::{EntitlementWire, Operation};
use rolewright::plan::{Action, Change, Plan};
use rolewright::policy::PolicySet;
use std::sync::Arc;

/// The held changes if everything was shown except these, by word and number.
fn held_of(plan: &Plan, set: &PolicySet, settled: Option<&Plan>, unshown: &[&str]) -> Vec<String> {
    let key = ItemKey::new(None);
    let policy = &set.applications[0];
    let shown: Vec<Change> = plan
        .changes
        .iter()
        .filter(|change| !unshown.contains(&super::word(change).as_str()))
        .cloned()
        .collect();
    let listed = listed([&super::record(plan, set, &shown, &key)]);
    let settled = settled.map(|plan| PolicyPlan::new(plan, policy));
    let reviewed = Reviewed { key: &key, same: false, settled, covered: true, listed: &listed };
    outcome(plan, &classify(plan, policy, &reviewed)).held
}

#[test]
fn a_held_create_holds_its_grants() {
    let mut world = world(2);
    let before = set(&[("scope: { always: true }", "scope: { group: Readers }")]);
    let after = set(&[]);
    hire(&mut world, 7);
    join(&mut world, "Owners", 7..8);
    let both = set(&[OWNERS]);
    let outcome = run(&world, Some(&before), &both, false, &Listed::default());
    assert_eq!(outcome.held, ["create 7", "grant owner 7"]);
    // The settled policies grant the right to every user with an account; a user without one gets nothing.
    let settled = set(&[OWNERS, ("scope: { always: true }", "scope: { group: Readers }")]);
    let outcome = run(&world, Some(&settled), &both, false, &Listed::default());
    assert_eq!(outcome.held, ["create 7", "grant owner 7"]);
    let outcome = run(&world, Some(&before), &after, true, &Listed::default());
    assert_eq!((outcome.flows.len(), outcome.held.len()), (1, 0));
}

#[test]
fn a_held_adoption_holds_all_that_is_given_to_the_account_and_not_what_is_taken() {
    let mut world = world(2);
    hire(&mut world, 7);
    join(&mut world, "Readers", 7..8);
    unmanaged(&mut world, 7).rights.insert("writer".to_owned());
    let set = set(&[]);
    let outcome = run(&world, Some(&set), &set, false, &Listed::default());
    assert!(
        outcome.held.contains(&"adopt 7".to_owned()) && outcome.held.contains(&"grant reader 7".to_owned()),
        "{outcome:?}"
    );
    let taken: Vec<&String> = outcome.flows.iter().filter(|change| change.starts_with("revoke")).collect();
    assert!(taken.len() <= 1, "{outcome:?}");
}

#[test]
fn a_held_archive_holds_the_create_that_replaces_it() {
    let set = set(&[]);
    let mut world = world(1);
    hire(&mut world, 0);
    world.accounts.clear();
    let mut plan = world.plan(&set);
    let create = plan.changes[0].clone();
    assert_eq!(create.operation(), Operation::Create);
    let mut archive = create;
    archive.action = Action::Archive { link: None, attributes: Vec::new(), deactivates: None, hold: None };
    Arc::make_mut(&mut archive.subject).account = Some("a00000".to_owned());
    plan.changes.insert(0, archive);
    assert_eq!(held_of(&plan, &set, None, &["archive 0"]), ["archive 0", "create 0", "grant reader 0"]);
    assert_eq!(held_of(&plan, &set, None, &[]), [""; 0]);
}

/// Policies in which a role is the single value of an attribute.
fn one_valued(edits: &[(&str, &str)]) -> PolicySet {
    let mut set = set(edits);
    set.applications[0].entitlements[0].wire =
        EntitlementWire::Attribute { attribute: "role".to_owned(), template: "{role}".to_owned() };
    set
}

#[test]
fn a_held_revoke_of_the_one_value_of_an_attribute_holds_the_grant_of_another() {
    let mut world = world(2);
    join(&mut world, "Writers", 0..1);
    let writers = set(&[super::WRITERS, NO_READERS]);
    let plan = world.plan(&writers);
    let words: Vec<String> = plan.changes.iter().map(super::word).collect();
    assert_eq!(words, ["revoke reader 0", "revoke reader 1", "grant writer 0"]);
    let of_one = one_valued(&[super::WRITERS, NO_READERS]);
    assert_eq!(held_of(&plan, &of_one, None, &["revoke reader 0"]), ["revoke reader 0", "grant writer 0"]);
    assert_eq!(
        held_of(&plan, &writers, None, &["revoke reader 0"]),
        ["revoke reader 0"],
        "of many values it does not"
    );
    assert_eq!(
        held_of(&plan, &of_one, None, &["revoke reader 1"]),
        ["revoke reader 1"],
        "nor does another's"
    );
}

#[test]
fn a_held_grant_of_one_value_keeps_nobody_in_a_right_that_is_to_be_taken() {
    let mut world = world(2);
    join(&mut world, "Owners", 0..1);
    // The directory removed the reader's right; a push grants a privileged one instead.
    world.members.remove(&("Readers".to_owned(), "u00000".to_owned()));
    let (before, after) = (world.plan(&set(&[])), world.plan(&set(&[OWNERS])));
    assert_eq!(
        after.changes.iter().map(super::word).collect::<Vec<_>>(),
        ["revoke reader 0", "grant owner 0"]
    );
    let held = held_of(&after, &one_valued(&[OWNERS]), Some(&before), &["revoke reader 0", "grant owner 0"]);
    assert_eq!(held, ["grant owner 0"]);
}

#[test]
fn a_held_rename_that_frees_a_name_holds_who_takes_it() {
    let mut world = world(2);
    let rename = |world: &mut World, number: usize, name: &str| {
        world
            .people
            .get_mut(&format!("u{number:05}"))
            .unwrap()
            .values
            .insert("mailNickname", name.to_owned());
    };
    rename(&mut world, 0, "free");
    rename(&mut world, 1, "n00000");
    let by_name = [("match: [email]", "match: [userName, email]")];
    let set = set(&by_name);
    let plan = world.plan(&set);
    let words: Vec<String> = plan.changes.iter().map(super::word).collect();
    assert_eq!(words, ["update userName 0", "update userName 1"]);
    assert_eq!(held_of(&plan, &set, None, &["update userName 0"]), words);
    assert_eq!(held_of(&plan, &set, None, &["update userName 1"]), ["update userName 1"]);
}

#[test]
fn a_settled_revoke_is_applied_although_the_deactivation_is_held() {
    let mut world = world(3);
    leave(&mut world, 0..1);
    world.members.remove(&("Readers".to_owned(), "u00000".to_owned()));
    let before = set(&[("disabled: keep", "disabled: revoke")]);
    let after = set(&[("disabled: keep", "disabled: revokeAndDeactivate")]);
    let outcome = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(
        (outcome.flows, outcome.held),
        (vec!["revoke reader 0".to_owned()], vec!["deactivate 0".to_owned()])
    );
    let shown = show(&world, Some(&before), &after);
    assert_eq!(run(&world, Some(&before), &after, true, &listed([&shown])).held, [""; 0]);
}

#[test]
fn an_account_reactivated_by_a_new_mapping_is_not_reactivated_by_the_old_one() {
    let before = set(&[]);
    let after = set(&[("email: mail", "email: mailNickname")]);
    let mut world = world(2);
    world.accounts.get_mut("a00000").unwrap().active = false;
    let by_old = world.plan(&before);
    assert_eq!(by_old.changes.iter().map(super::word).collect::<Vec<_>>(), ["reactivate 0"]);
    let outcome = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(outcome.flows, [""; 0], "who sets the address decides whose account it is: {outcome:?}");
    let outcome = run(&world, Some(&before), &after, true, &Listed::default());
    assert_eq!(outcome.held, ["reactivate 0", "update email 1"], "and it is shown by name");
}
