//! What the settled policies do is theirs only at the same place: of the application, of an account; and only where they
//! ask nobody. A push that moves it waits.

use super::{DEACTIVATE, OWNERS, hire, join, leave, listed, record, run, set, show, unmanaged, world};
use rolewright::gate::{
    ItemKey, JudgedPolicies, Listed, OwnEffects, Past, PolicyPlan, Review, Reviewed, State, judge,
};
use rolewright::model::Operation;

/// A service that keeps rights as groups, and the same with other groups.
const SCIM: (&str, &str) = ("sqlite: { file: app.db }", "scim: { url: 'https://app.example/scim/v2' }");
const GROUPS: (&str, &str) =
    ("privileged: [owner] }", "privileged: [owner], missing: create, wire: { group: 'App_{role}' } }");
const OTHER_GROUPS: (&str, &str) =
    ("privileged: [owner] }", "privileged: [owner], missing: create, wire: { group: 'Admin_{role}' } }");
const NOTE_IS_CITY: (&str, &str) = ("note: {}", "note: { path: city }");
const OTHER_LINK: (&str, &str) = ("attributes: { note: {} }", "link: note\nattributes: { note: {} }");
const ALLOW: (&str, &str) = ("adoption: hold", "adoption: allow");
const BY_NAME: (&str, &str) = ("match: [email]", "match: [userName]");

/// Whoever decides where an attribute is read decides what both versions see.
#[test]
fn h6_a_push_that_reads_an_attribute_or_the_link_elsewhere_takes_nothing_away() {
    let before = set(&[DEACTIVATE]);
    let mut world = world(3);
    leave(&mut world, 0..1);
    let same = run(&world, Some(&before), &set(&[DEACTIVATE, OWNERS]), false, &Listed::default());
    assert_eq!(same.flows, ["deactivate 0"], "what the settled policies do");
    for elsewhere in [NOTE_IS_CITY, OTHER_LINK] {
        let after = set(&[DEACTIVATE, elsewhere]);
        let pushed = run(&world, Some(&before), &after, false, &Listed::default());
        assert_eq!((pushed.flows.len(), pushed.held.as_slice()), (0, &["deactivate 0".to_owned()][..]));
        let shown = show(&world, Some(&before), &after);
        let reviewed = run(&world, Some(&before), &after, true, &listed([&shown]));
        assert_eq!(reviewed.flows, ["deactivate 0"], "the pull request listed it");
    }
}

#[test]
fn h6_a_right_that_is_kept_in_another_group_is_another_right() {
    let (before, after) = (set(&[SCIM, GROUPS, OWNERS]), set(&[SCIM, OTHER_GROUPS, OWNERS]));
    let mut world = world(2);
    world.accounts.values_mut().for_each(|account| account.rights.clear());
    join(&mut world, "Owners", 0..1);
    let grants = ["grant owner 0", "grant reader 0", "grant reader 1"];
    let settled =
        run(&world, Some(&before), &set(&[SCIM, GROUPS, OWNERS, DEACTIVATE]), false, &Listed::default());
    assert_eq!(settled.flows, grants);
    let pushed = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(pushed.held, grants);
    // Nor does a record of the one group let the right into the other.
    let shown = show(&world, Some(&set(&[SCIM, GROUPS])), &before);
    assert_eq!(shown.items["grant"].as_ref().map(String::len), Some(8));
    let pushed = run(&world, Some(&set(&[SCIM, GROUPS])), &after, true, &listed([&shown]));
    assert_eq!(pushed.held, ["grant owner 0"]);
}

/// What finds an account by the settled policies decides to whom it belongs until others are settled.
#[test]
fn h6_an_attribute_by_which_the_settled_policies_find_accounts_is_still_one_to_be_shown() {
    let (before, after) = (set(&[]), set(&[BY_NAME, ("email: mail", "email: mailNickname")]));
    let mut world = world(2);
    let shown = show(&world, Some(&before), &after);
    assert_eq!(shown.items["update"].as_ref().map(String::len), Some(16), "both are listed");
    world.people.get_mut("u00001").unwrap().values.insert("mailNickname", "other".to_owned());
    let outcome = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(outcome.held, ["update email 1"]);
    assert_eq!(outcome.flows, ["update email 0", "update userName 1"]);
}

/// The settled policies want the adoption too, but they ask a person.
#[test]
fn h11_a_push_that_asks_nobody_any_more_adopts_nothing() {
    let (before, after) = (set(&[]), set(&[ALLOW]));
    let mut world = world(2);
    hire(&mut world, 5);
    join(&mut world, "Readers", 5..6);
    unmanaged(&mut world, 5);
    let pushed = run(&world, Some(&before), &after, false, &Listed::default());
    assert_eq!(pushed.held, ["adopt 5", "grant reader 5"]);
    let shown = show(&world, Some(&before), &after);
    let reviewed = run(&world, Some(&before), &after, true, &listed([&shown]));
    assert_eq!(reviewed.flows, ["adopt 5", "grant reader 5"], "the pull request listed it");
}

#[test]
fn h6_a_right_on_another_account_is_not_what_the_settled_policies_grant() {
    let (before, after) = (set(&[OWNERS, ALLOW]), set(&[OWNERS, ALLOW, BY_NAME]));
    let mut world = world(2);
    hire(&mut world, 5);
    join(&mut world, "Owners", 5..6);
    // One account has the person's address, another one the name.
    unmanaged(&mut world, 5).values.insert("userName".to_owned(), "somebody".to_owned());
    unmanaged(&mut world, 6).values.insert("userName".to_owned(), "n00005".to_owned());
    let plan = world.plan(&after);
    let adoption: Vec<_> =
        plan.changes.iter().filter(|change| change.operation() == Operation::Adopt).cloned().collect();
    assert_eq!(adoption[0].subject.account.as_deref(), Some("a00006"));
    let seen = record(&plan, &after, &adoption, &ItemKey::new(None));
    let outcome = run(&world, Some(&before), &after, true, &listed([&seen]));
    assert_eq!((outcome.flows, outcome.held), (vec!["adopt 5".to_owned()], vec!["grant owner 5".to_owned()]));
}

/// The base is settled and does by itself what the commit would hold; it does not wait without the commit.
#[test]
fn scenario_19_what_waits_because_a_commit_reads_elsewhere_is_the_commits_own() {
    let before = set(&[DEACTIVATE]);
    let mut world = world(3);
    leave(&mut world, 0..1);
    let (key, listed, state) = (ItemKey::new(None), Listed::default(), State::default());
    let past = Past::of(&state, 0);
    let by_base = world.plan(&before);
    let base_policy = &before.applications[0];
    for elsewhere in [NOTE_IS_CITY, OTHER_LINK] {
        let after = set(&[DEACTIVATE, elsewhere]);
        let reviewed = Reviewed {
            key: &key,
            same: false,
            settled: Some(PolicyPlan::new(&by_base, base_policy)),
            covered: true,
            listed: &listed,
        };
        let same = Reviewed { same: true, settled: None, ..reviewed };
        let policy = &after.applications[0];
        let head = judge(world.plan(&after), policy, &Review::Reviewed(reviewed), &past);
        let base = judge(by_base.clone(), base_policy, &Review::Reviewed(same), &past);
        assert_eq!((head.held().count(), base.held().count()), (1, 0));
        let head = JudgedPolicies { judgement: &head, policy };
        let base = JudgedPolicies { judgement: &base, policy: base_policy };
        let own = OwnEffects::of(head, Some(base), &[], |_| false);
        assert_eq!((own.held, own.waits()), (1, true));
        assert_eq!(OwnEffects::of(head, Some(head), &[], |_| false).held, 0, "it would wait anyway");
    }
}
