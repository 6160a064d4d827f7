//! Guards with history or exceptions: limits over a period, overrides, the last holders of a right, sources that
//! shrank.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::playground::Playground;
use crate::support::world::{Account, Person, World, policies, unreviewed};
use rolewright::gate::{Approved, Charge, Past, Refusal, Refused, RunRecord, Seen, State};
use rolewright::model::unix_of_rfc3339;
use rolewright::policy::PolicySet;
use std::collections::BTreeMap;

const NOW: &str = "2026-11-21T12:00:00Z";

/// Policies with these limits, these overrides, and a number of owners to keep.
fn set(limits: &str, overrides: &str, keep: u32) -> PolicySet {
    policies(&format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
---
{{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: {{ file: app.db }}
directories: [{{ name: contoso }}]
attributes: {{ note: {{}} }}
entitlements: {{ role: {{ values: [reader, writer, owner], privileged: [owner], keepAtLeast: {keep} }} }}
--- {{ apiVersion: rolewright/v1, kind: LinkingRules, application: app, rules: [{{ id: owners, group: Owners, grant: {{ role: owner }} }}] }}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: app, match: [email], attributes: {{ email: mail }} }}
--- {{ apiVersion: rolewright/v1, kind: Overrides, application: app, overrides: [{overrides}] }}
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: {{ always: true }}
deleted: deactivate
outOfScope: deactivate
disabled: deactivate
adoption: allow
limits: [{limits}]
"
    ))
}

const LOOSE: &str = "{ change: removal, percent: 100 }, { change: revoke, percent: 100 }";

fn over(id: &str, allow: &str, until: &str) -> String {
    format!("{{ id: {id}, allow: {allow}, until: '{until}', owner: it, reason: Office closed }}")
}

/// A number of users with accounts, and a number of accounts whose users left.
fn world(stay: usize, left: usize) -> World {
    let mut world = World { groups: vec!["Owners".to_owned()], ..World::default() };
    for number in 0..stay + left {
        let (user, mail) = (format!("u{number:03}"), format!("m{number:03}"));
        if number < stay {
            let values = BTreeMap::from([("mail", mail.clone())]);
            world.people.insert(user.clone(), Person { values, enabled: true });
        }
        let values = BTreeMap::from([("email".to_owned(), mail)]);
        let account = Account { link: Some(user), active: true, values, ..Account::default() };
        world.accounts.insert(format!("a{number:03}"), account);
    }
    world
}

/// Gives accounts a right; members of the group keep it.
fn own(world: &mut World, accounts: &[usize], members: &[usize]) {
    for number in accounts {
        world.accounts.get_mut(&format!("a{number:03}")).unwrap().rights.insert("owner".to_owned());
    }
    world.members.extend(members.iter().map(|number| ("Owners".to_owned(), format!("u{number:03}"))));
}

fn run(world: &World, set: &PolicySet, state: &State) -> Result<Approved, Box<Refused>> {
    let past = Past::of(state, unix_of_rfc3339(NOW).unwrap());
    unreviewed(world.plan(set), &set.applications[0], &past)
}

fn refusals(world: &World, set: &PolicySet, state: &State) -> Vec<Refusal> {
    run(world, set, state).err().map(|refused| refused.refusals).unwrap_or_default()
}

fn messages(world: &World, set: &PolicySet, state: &State) -> Vec<String> {
    refusals(world, set, state).into_iter().map(|refusal| refusal.message).collect()
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}

/// A ledger in which runs made these changes at these times.
fn after(runs: &[(&str, &[(&str, u64)])]) -> State {
    let charge = |(at, pairs): &(&str, &[(&str, u64)])| Charge {
        run: "r-1".to_owned(),
        at: (*at).to_owned(),
        counts: counts(pairs),
    };
    State { window: runs.iter().map(charge).collect(), ..State::default() }
}

const WEEK: &str = "{ change: removal, percent: 100 }, { change: removal, count: 5, within: 7d }";

#[test]
fn a_limit_with_within_counts_earlier_runs() {
    let (world, set) = (world(20, 3), set(WEEK, "", 1));
    assert_eq!(messages(&world, &set, &State::default()), [""; 0], "no ledger: an empty window");
    let before =
        after(&[("2026-11-20T08:00:00Z", &[("delete", 1), ("deactivate", 2), ("revoke", 9), ("create", 9)])]);
    assert_eq!(
        messages(&world, &set, &before),
        [
            "3 `removal` changes after 3 in the last 7d, limit 5 in that time (at most 5); if that is meant, allow it once with an `Overrides` document"
        ]
    );
    let long_ago = after(&[("2026-11-14T12:00:00Z", &[("delete", 9)])]);
    assert_eq!(messages(&world, &set, &long_ago), [""; 0], "seven days to the second");
    let just = after(&[("2026-11-14T12:00:01Z", &[("delete", 9)])]);
    assert_eq!(messages(&world, &set, &just).len(), 1);
    let two =
        after(&[("2026-11-20T08:00:00Z", &[("deactivate", 2)]), ("2026-11-01T08:00:00Z", &[("delete", 90)])]);
    assert_eq!(messages(&world, &set, &two), [""; 0], "three and two are five");
}

#[test]
fn a_run_without_removals_is_not_refused_for_earlier_ones() {
    let set = set(WEEK, "", 1);
    let full = after(&[("2026-11-20T08:00:00Z", &[("delete", 900)])]);
    assert_eq!(messages(&world(20, 0), &set, &full), [""; 0]);
    assert_eq!(messages(&world(20, 1), &set, &full).len(), 1);
}

#[test]
fn a_run_that_a_wrong_clock_dates_in_the_future_counts() {
    let future = after(&[("2031-01-01T00:00:00Z", &[("delete", 5)])]);
    assert_eq!(messages(&world(20, 1), &set(WEEK, "", 1), &future).len(), 1);
    let nonsense = after(&[("yesterday", &[("delete", 5)])]);
    assert_eq!(messages(&world(20, 1), &set(WEEK, "", 1), &nonsense).len(), 1);
}

#[test]
fn a_limit_with_within_does_not_replace_the_limit_of_a_run() {
    let set = set("{ change: removal, percent: 90, floor: 50, within: 7d }", "", 1);
    let refused = messages(&world(20, 4), &set, &State::default());
    assert_eq!(
        refused,
        [
            "4 `removal` changes, limit 3 (at most 5 % of 24 accounts, but always 3); if that is meant, allow it once with an `Overrides` document"
        ]
    );
}

#[test]
fn old_entries_of_the_window_are_pruned() {
    let state = after(&[
        ("2026-09-01T00:00:00Z", &[("delete", 1)]),
        ("2026-11-01T00:00:00Z", &[("delete", 2)]),
        ("yesterday", &[("delete", 3)]),
    ]);
    let of = |set: &PolicySet| {
        let since =
            unix_of_rfc3339(NOW).unwrap() - rolewright::gate::remembered(&set.applications[0]).seconds();
        let left: Vec<u64> =
            state.clone().pruned(since).window.iter().map(|charge| charge.counts["delete"]).collect();
        left
    };
    assert_eq!(of(&set(WEEK, "", 1)), [2, 3], "a month is kept, and what has no date");
    assert_eq!(of(&set("{ change: removal, count: 5, within: 90d }", "", 1)), [1, 2, 3]);
}

#[test]
fn scenario_27_an_override_carries_a_larger_change_once_and_the_window_does_not_remember_it() {
    let office = over("close-odense", "{ removal: 31 }", "2026-12-05");
    let set = set("{ change: removal, count: 2 }, { change: removal, count: 4, within: 7d }", &office, 1);
    let first = run(&world(40, 30), &set, &State::default()).unwrap();
    assert_eq!((first.allowed()[0].count, first.allowed()[0].used), (30, 0));
    let (charged, overrides) = first.charge(first.changes());
    assert_eq!(charged, BTreeMap::new(), "the window is unchanged");
    assert_eq!(overrides["close-odense"], counts(&[("removal", 30)]));
    let record =
        RunRecord { run: "r-1".to_owned(), at: NOW.to_owned(), charged, overrides, ..RunRecord::default() };
    let state = State::default().opened(&record).closed("r-1", &record.charged);
    assert_eq!(state.allowances["close-odense"], counts(&[("removal", 30)]));
    assert_eq!(state.window, []);

    let second = run(&world(40, 2), &set, &state).unwrap();
    assert_eq!(second.allowed(), [], "a day that no limit refuses uses nothing up");
    assert_eq!(
        messages(&world(40, 6), &set, &state).len(),
        2,
        "one is left, six are too many: both limits trip"
    );
}

#[test]
fn an_override_is_used_whole_or_not_at_all_and_only_for_its_word() {
    let limits = "{ change: removal, count: 2 }, { change: deactivate, count: 2 }";
    let removal = over("one", "{ removal: 9 }", "2026-12-05");
    let tripped = |overrides: &str| {
        let set = set(limits, overrides, 1);
        refusals(&world(20, 5), &set, &State::default())
            .iter()
            .map(|refusal| refusal.change)
            .collect::<Vec<_>>()
    };
    assert_eq!(tripped(""), ["deactivate", "removal"]);
    assert_eq!(tripped(&removal), ["deactivate"]);
    assert_eq!(tripped(&over("one", "{ removal: 9, deactivate: 9 }", "2026-12-05")), [""; 0]);
    let halves = [
        over("one", "{ removal: 3, deactivate: 9 }", "2026-12-05"),
        over("two", "{ removal: 3 }", "2026-12-05"),
    ];
    assert_eq!(tripped(&halves.join(", ")), ["removal"], "two that are too small do not add up");
}

#[test]
fn scenario_28_an_override_that_ended_or_ends_too_far_ahead_or_was_used_is_inert() {
    let refused = |until: &str, state: &State| {
        let set = set("{ change: removal, count: 2 }", &over("office", "{ removal: 9 }", until), 1);
        !messages(&world(20, 5), &set, state).is_empty()
    };
    let fresh = State::default();
    assert!(!refused("2026-11-21", &fresh), "its last day");
    assert!(refused("2026-11-20", &fresh), "it ended");
    assert!(!refused("2026-12-22", &fresh), "31 days ahead");
    assert!(refused("2026-12-23", &fresh), "32 days ahead");
    let used = BTreeMap::from([("office".to_owned(), counts(&[("removal", 5)]))]);
    assert!(
        refused("2026-12-05", &State { allowances: used, ..State::default() }),
        "an id that was used before"
    );
}

#[test]
fn what_a_dead_run_did_of_an_override_is_what_is_wanted_no_longer() {
    let items = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(word, items)| ((*word).to_owned(), (*items).to_owned()))
            .collect::<BTreeMap<_, _>>()
    };
    let used = BTreeMap::from([("office".to_owned(), counts(&[("removal", 3), ("create", 2)]))]);
    let record = RunRecord {
        run: "r-1".to_owned(),
        at: NOW.to_owned(),
        counts: counts(&[("delete", 2), ("deactivate", 1), ("create", 2)]),
        items: items(&[("delete", "aaaaaaaabbbbbbbb"), ("deactivate", "cccccccc")]),
        overrides: used,
        ..RunRecord::default()
    };
    let opened = State::default().opened(&record);
    assert_eq!(opened.allowances["office"], counts(&[("removal", 3), ("create", 2)]));
    let taken = opened.taken_over(&record, &items(&[("delete", "bbbbbbbb"), ("deactivate", "cccccccc")]));
    assert_eq!(
        taken.allowances["office"],
        counts(&[("removal", 1), ("create", 2)]),
        "creates are not listed"
    );
}

#[test]
fn d10_a_run_that_leaves_too_few_holders_of_a_privileged_right_is_refused() {
    let set = set(LOOSE, "", 2);
    let mut company = world(10, 0);
    own(&mut company, &[0, 1, 2], &[0, 1, 2]);
    assert_eq!(messages(&company, &set, &State::default()), [""; 0]);
    let mut one_less = company.clone();
    one_less.members.remove(&("Owners".to_owned(), "u002".to_owned()));
    assert_eq!(messages(&one_less, &set, &State::default()), [""; 0], "two are left");
    let mut two_less = one_less.clone();
    two_less.members.remove(&("Owners".to_owned(), "u001".to_owned()));
    assert_eq!(
        messages(&two_less, &set, &State::default()),
        [
            "2 of 3 active holders would lose the privileged right `role=owner`; 1 would be left, and `keepAtLeast: 2` \
          must be"
        ]
    );
    let mut replaced = two_less.clone();
    own(&mut replaced, &[], &[7]);
    assert_eq!(
        messages(&replaced, &set, &State::default()),
        [""; 0],
        "who gets the right in the same run counts"
    );
}

#[test]
fn d10_inactive_and_removed_accounts_do_not_count_as_holders() {
    let set = set(LOOSE, &over("all", "{ removal: 9, revoke: 9 }", "2026-12-05"), 1);
    let mut company = world(10, 1);
    own(&mut company, &[0, 10], &[0]);
    company.accounts.get_mut("a000").unwrap().active = false;
    company.people.get_mut("u000").unwrap().enabled = false;
    assert_eq!(
        messages(&company, &set, &State::default()).len(),
        1,
        "the last who could sign in is deactivated"
    );
    company.people.get_mut("u000").unwrap().enabled = true;
    assert_eq!(
        messages(&company, &set, &State::default()),
        [""; 0],
        "the other is reactivated in the same run"
    );
}

#[test]
fn d10_too_few_holders_before_the_run_do_not_refuse_it() {
    let set = set(LOOSE, "", 3);
    let mut company = world(10, 2);
    own(&mut company, &[0], &[0]);
    assert_eq!(messages(&company, &set, &State::default()), [""; 0]);
    own(&mut company, &[], &[1]);
    assert_eq!(
        messages(&company, &set, &State::default()),
        [""; 0],
        "a second is welcome although three are wanted"
    );
}

#[test]
fn e6_a_source_that_shrank_is_refused_until_an_override_says_how_far() {
    let state = State { seen: Seen { users: 100, groups: 1, accounts: 0 }, ..State::default() };
    let shrink = |users: u32| {
        format!("{{ id: s, shrinkTo: {{ users: {users} }}, until: '2026-12-05', owner: it, reason: Sold }}")
    };
    let of = |stay: usize, overrides: &str| messages(&world(stay, 0), &set(LOOSE, overrides, 1), &state);
    assert_eq!(of(80, ""), [""; 0]);
    let refused = of(79, "");
    assert!(
        refused[0].contains("had 100 users") && refused[0].contains("shrinkTo: { users: 79 }"),
        "{refused:?}"
    );
    assert_eq!(of(79, &shrink(79)), [""; 0]);
    assert_eq!(of(78, &shrink(79)).len(), 1);
    assert!(of(0, &shrink(1))[0].contains("nothing lets an empty one pass"));
    let few = State { seen: Seen { users: 10, ..Seen::default() }, ..State::default() };
    assert_eq!(messages(&world(1, 0), &set(LOOSE, "", 1), &few), [""; 0], "of few users ten may go");
}

/// Accounts that are not shown would be made a second time.
#[test]
fn e6_e11_an_application_that_shrank_is_refused_until_an_override_says_how_far() {
    let state = State { seen: Seen { accounts: 100, ..Seen::default() }, ..State::default() };
    let shrink = |accounts: u32| {
        format!(
            "{{ id: s, shrinkTo: {{ accounts: {accounts} }}, until: '2026-12-05', owner: it, reason: Sold }}"
        )
    };
    let of = |stay: usize, overrides: &str| messages(&world(stay, 0), &set(LOOSE, overrides, 1), &state);
    assert_eq!(of(80, ""), [""; 0]);
    let refused = of(79, "");
    assert!(
        refused[0].contains("the application had 100 accounts")
            && refused[0].contains("shrinkTo: { accounts: 79 }"),
        "{refused:?}"
    );
    assert_eq!(of(79, &shrink(79)), [""; 0]);
    assert_eq!(of(78, &shrink(79)).len(), 1);
    assert_eq!((of(0, "").len(), of(0, &shrink(0)).len()), (1, 0), "a store that was set up anew");
}

/// Two accounts would be deleted, and one is allowed.
fn refused_playground(limit: &str) -> Playground {
    let playground = Playground::new();
    let week =
        "  - { change: removal, percent: 10, floor: 5, within: 7d } # many small steps count together\n";
    playground.edit("policies/dstny/lifecycle.yaml", week, "");
    playground.edit("policies/dstny/lifecycle.yaml", "{ change: removal, percent: 5, floor: 3 }", limit);
    playground.commit("A tighter limit");
    playground
}

fn state(playground: &Playground) -> serde_json::Value {
    let text = playground.git(&["cat-file", "-p", "refs/rolewright/default/dstny:state.json"]);
    serde_json::from_str(&text).unwrap()
}

/// The day this many days from today.
fn day(ahead: i64) -> String {
    let today = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    rolewright::model::rfc3339_of(today + ahead * 86_400)[..10].to_owned()
}

#[test]
fn an_override_lets_a_run_pass_and_plans_show_it() {
    let playground = refused_playground("{ change: removal, count: 1 }");
    playground.run(&["apply"]).ends(3);
    let document = format!(
        "{{ apiVersion: rolewright/v1, kind: Overrides, application: dstny, overrides: [{}] }}\n",
        over("leavers", "{ removal: 2 }", &day(20))
    );
    playground.write("policies/dstny/overrides.yaml", &document);
    playground.commit("An override");
    let plan = playground.run(&["plan"]).ends(0).stdout;
    let line = "Override leavers lets 2 removal changes pass: 2 allowed until";
    assert!(plan.contains(line) && plan.contains("0 used before (it: Office closed"), "{plan}");
    let markdown = playground.run(&["plan", "--format", "markdown"]).ends(0).stdout;
    assert!(markdown.contains(&format!("- `{line}")), "{markdown}");
    playground.run(&["apply"]).ends(0);
    let state = state(&playground);
    assert_eq!(state["allowances"], serde_json::json!({ "leavers": { "removal": 2 } }));
    assert_eq!(
        state["window"][0].get("delete"),
        None,
        "the window does not remember what it carried: {state}"
    );
    let plan = playground.run(&["plan"]).ends(0).stdout;
    assert!(
        plan.contains("Override leavers is in force until") && plan.contains("lifts no limit here"),
        "{plan}"
    );
}

#[test]
fn a_limit_with_within_reads_the_ledger() {
    let playground =
        refused_playground("{ change: removal, percent: 50 }\n  - { change: removal, count: 2, within: 7d }");
    playground.run(&["apply"]).ends(0);
    assert_eq!(state(&playground)["window"][0]["delete"], 2);
    let people = playground.read("policies/directories/people.yaml");
    let clara = "groups: [Support, Call centre agents]";
    assert!(people.contains(clara));
    playground.write("policies/directories/people.yaml", &people.replace(clara, "groups: []"));
    for command in ["plan", "apply"] {
        let refused = playground.run(&[command]).ends(3).stdout;
        let line = "refused: 1 `removal` change after 2 in the last 7d, limit 2 in that time";
        assert!(refused.contains(line), "{refused}");
    }
}
