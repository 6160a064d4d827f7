//! Properties of the plan for any world.

use crate::support::world::{Account, Person, World, policies, unreviewed};
use proptest::collection::{btree_map, btree_set};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use rolewright::gate::{Past, State};
use rolewright::model::{Operation, Value};
use rolewright::plan::{Outcome, Plan};
use rolewright::render::escape::code_span;
use rolewright::render::plan::{Shown, markdown};
use std::collections::{BTreeMap, BTreeSet};

const GROUPS: [&str; 5] = ["Members", "Readers", "Writers", "By hand", "Inner"];

/// The kinds of linking rules and constraints.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Every rule counts.
    All,
    /// The lowest order wins, then the oldest group.
    First,
    /// Constraints drop some rights because of others.
    Dropping,
    /// Rules give account types; an account of the wrong type is archived.
    Types,
}

impl Shape {
    fn documents(self) -> &'static str {
        match self {
            Self::All => "",
            Self::First => "  - { id: inner, order: 10, group: Inner, grant: { role: owner } }\n",
            Self::Dropping => {
                "--- { apiVersion: rolewright/v1, kind: Constraints, application: '*', constraints: [
  { id: one, grants: { role: writer }, atMost: 0, when: { user: city, equals: Oslo }, otherwise: drop },
  { id: few, grants: { role: '*' }, atMost: 1, otherwise: drop } ] }\n"
            }
            Self::Types => {
                "--- { apiVersion: rolewright/v1, kind: AttributeMapping, application: app, accountType: contact, attributes: { note: department } }
--- { apiVersion: rolewright/v1, kind: Defaults, application: app, defaults: [{ id: note, accountType: contact, attribute: note, value: x }] }\n"
            }
        }
    }

    fn precedence(self) -> &'static str {
        if matches!(self, Self::First) { "precedence: first\n" } else { "" }
    }

    /// The further keys of a group's rule.
    fn rule(self, kind: &'static str) -> String {
        match self {
            Self::All | Self::Dropping => String::new(),
            Self::First => "order: 10, ".to_owned(),
            Self::Types => format!("accountType: {kind}, "),
        }
    }

    fn application(self) -> &'static str {
        if matches!(self, Self::Types) { "accountTypes: { employee: {}, contact: {} }\n" } else { "" }
    }

    fn lifecycle(self) -> &'static str {
        if matches!(self, Self::Types) { "accountTypeChange: archive\n" } else { "" }
    }
}

/// Policies with everything that can exclude, block or protect a user, and the lifecycle words of four states.
pub(crate) fn text(words: &[&str; 5], limit: &str, shape: Shape) -> String {
    let [deleted, out, disabled, unmanaged, returning] = words;
    let (employees, contacts) = (shape.rule("employee"), shape.rule("contact"));
    let [precedence, kinds, change, documents] =
        [shape.precedence(), shape.application(), shape.lifecycle(), shape.documents()];
    let (rule, documents) = if documents.starts_with("---") { ("", documents) } else { (documents, "") };
    format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, secretPrefixes: [ROLEWRIGHT_] }}
---
{{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: {{ file: app.db }}
directories: [{{ name: contoso }}]
attributes: {{ note: {{}} }}
{kinds}entitlements: {{ role: {{ values: [reader, writer, owner], privileged: [owner] }} }}
---
apiVersion: rolewright/v1
kind: LinkingRules
application: app
{precedence}rules:
  - {{ id: readers, {employees}group: Readers, grant: {{ role: reader }} }}
  - {{ id: writers, {contacts}group: Writers, grant: {{ role: writer }} }}
{rule}---
apiVersion: rolewright/v1
kind: Constraints
application: app
constraints:
  - {{ id: robots, require: {{ not: {{ user: department, equals: Robots }} }}, otherwise: skip }}
  - {{ id: department, require: {{ user: department, present: true }}, otherwise: block }}
{documents}---
apiVersion: rolewright/v1
kind: Exclusions
application: app
exclude:
  - {{ id: by-hand, when: {{ group: By hand }}, reason: By hand }}
  - {{ id: noted, when: {{ account: note, equals: hands off }}, reason: Noted }}
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email, userName]
attributes:
  userName: {{ from: mailNickname, whenEmpty: block }}
  email: mail
  city: {{ from: city, whenEmpty: keep }}
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: {{ group: Members }}
deleted: {deleted}
outOfScope: {out}
disabled: {disabled}
unmanaged: {unmanaged}
returning: {returning}
adoption: allow
{change}archive: {{ set: {{ userName: '{{userName}}_Archived' }} }}
protect:
  - {{ id: kept, from: [adopt, update, revoke, deactivate, archive, delete], when: {{ account: note, equals: keep }} }}
limits: [{limit}]
"
    )
}

fn one_in(values: &'static [&'static str], likely: f64) -> impl Strategy<Value = Option<String>> {
    weighted(likely, select(values).prop_map(ToOwned::to_owned))
}

fn person() -> impl Strategy<Value = Person> {
    let mail = one_in(&["m1", "m2", "M2", "m3", "m4", "m5", "m6"], 0.9);
    let nick = one_in(&["n1", "N1", "n2", "n3", "n4", "n5", "n6"], 0.9);
    let department = one_in(&["Sales", "Sales", "Sales", "Robots"], 0.8);
    (mail, nick, one_in(&["Oslo", "OSLO"], 0.5), department, prop::bool::weighted(0.8)).prop_map(
        |(mail, nick, city, department, enabled)| {
            let values = [("mail", mail), ("mailNickname", nick), ("city", city), ("department", department)];
            let values = values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            Person { values, enabled }
        },
    )
}

fn account() -> impl Strategy<Value = Account> {
    let name = one_in(&["n1", "n2", "n3", "N4", "n5", "n6", "x"], 0.9);
    let email = one_in(&["m1", "M2", "m3", "m4", "m5", "m6", "y"], 0.8);
    let note = one_in(&["keep", "hands off"], 0.2);
    let kind = one_in(&["employee", "contact", "Contact"], 0.7);
    let link = weighted(0.5, (0..10_u8).prop_map(|user| format!("u{user}")));
    let rights = btree_set(select(&["reader", "writer", "owner"][..]).prop_map(ToOwned::to_owned), 0..3);
    (name, email, one_in(&["Oslo", "Rome"], 0.5), note, kind, link, prop::bool::weighted(0.8), rights)
        .prop_map(|(name, email, city, note, kind, link, active, rights)| {
            let values =
                [("userName", name), ("email", email), ("city", city), ("note", note), ("userType", kind)];
            let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Account { link, active, values: values.collect(), rights }
        })
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let people = btree_map((0..8_u8).prop_map(|id| format!("u{id}")), person(), 0..8);
    let accounts = btree_map((0..8_u8).prop_map(|id| format!("a{id}")), account(), 0..8);
    let member = prop_oneof![
        8 => (0..8_u8).prop_map(|id| format!("u{id}")),
        1 => select(&GROUPS[..]).prop_map(ToOwned::to_owned)
    ];
    let group = select(&["Members", "Members", "Members", "Readers", "Writers", "By hand", "Inner"][..]);
    let members = btree_set((group.prop_map(ToOwned::to_owned), member), 0..24);
    (people, accounts, members).prop_map(|(people, accounts, members)| World {
        people,
        groups: GROUPS.map(ToOwned::to_owned).to_vec(),
        members,
        accounts,
        order: 0,
    })
}

fn words() -> impl Strategy<Value = [&'static str; 5]> {
    const REMOVALS: [&str; 6] = ["keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];
    const DISABLED: [&str; 7] =
        ["provision", "keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];
    const RETURNING: [&str; 3] = ["reactivate", "keep", "block"];
    (
        select(&REMOVALS[..]),
        select(&REMOVALS[..]),
        select(&DISABLED[..]),
        select(&REMOVALS[..]),
        select(&RETURNING[..]),
    )
        .prop_map(|(deleted, out, disabled, unmanaged, returning)| {
            [deleted, out, disabled, unmanaged, returning]
        })
}

pub(crate) fn sets() -> impl Strategy<Value = String> {
    let shapes = select(&[Shape::All, Shape::First, Shape::Dropping, Shape::Types][..]);
    (words(), shapes).prop_map(|(words, shape)| text(&words, "{ change: removal, percent: 100 }", shape))
}

/// Users and accounts that are reported with an outcome.
fn reported(plan: &Plan, outcome: Outcome) -> BTreeSet<String> {
    let reports = plan.reports.iter().filter(|report| report.outcome == outcome);
    reports.flat_map(|report| [&report.subject.user, &report.subject.account]).flatten().cloned().collect()
}

/// Whether user names are exchanged in a cycle, so that none can be written first.
fn exchanged(plan: &Plan) -> bool {
    let name = |value: Option<&Value>| Some(value?.to_string().to_lowercase());
    let written = plan.changes.iter().filter_map(|change| change.attribute_change("userName"));
    let renamed: BTreeMap<String, String> = written
        .filter_map(|change| Some((name(change.before)?, name(change.after)?)))
        .filter(|(one, other)| one != other)
        .collect();
    let mut ends = renamed.keys().map(|first| (0..renamed.len()).try_fold(first, |at, _| renamed.get(at)));
    ends.any(|end| end.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_reading_changes_no_byte(world in world(), text in sets(), order in 1..u64::MAX) {
        let set = policies(&text);
        let one = world.plan(&set).canonical_json().unwrap();
        let other = World { order, ..world }.plan(&set).canonical_json().unwrap();
        prop_assert_eq!(String::from_utf8(one), String::from_utf8(other));
    }

    /// Archiving sets names that depend on all users; without archiving, the relevant users alone give the same lines.
    #[test]
    fn one_users_lines_are_the_same_from_the_relevant_users_alone(world in world(), text in sets()) {
        let text = text
            .replace("archive: { set: { userName: '{userName}_Archived' } }\n", "")
            .replace("accountTypeChange: archive", "accountTypeChange: block")
            .replace(": archive\n", ": delete\n");
        let set = policies(&text);
        let ids = (0..8_u8).flat_map(|id| [format!("u{id}"), format!("a{id}")]);
        for named in ids.chain(["n1", "N2", "m3", "n4", "x", "nobody"].map(ToOwned::to_owned)) {
            let [whole, part] = world.lines(&set, &named);
            prop_assert_eq!(whole.canonical_json().unwrap(), part.canonical_json().unwrap(), "{}: {:#?} {:#?}", named, whole, part);
        }
    }

    /// Whatever the headline counts as taken away stands outside the folded parts of a comment, beside what else changes.
    #[test]
    fn what_is_taken_away_is_never_folded(world in world(), text in sets()) {
        let plan = world.plan(&policies(&text));
        let comment = markdown(&Shown { plan: &plan, refusals: &[] });
        let open: String = comment.split("<details>").map(|part| part.rsplit("</details>").next().unwrap_or("")).collect();
        for change in &plan.changes {
            let operation = change.operation();
            if operation.is_removal() || operation == Operation::Revoke {
                prop_assert!(open.contains(&code_span(&change.subject.name)), "{:?} in\n{}", change, comment);
                let right = change.right().map(|right| format!("revokes {}", code_span(&right.to_string())));
                prop_assert!(right.is_none_or(|right| open.contains(&right)), "{:?} in\n{}", change, comment);
            }
        }
    }

    #[test]
    fn no_plan_contradicts_itself(world in world(), text in sets()) {
        prop_assert_eq!(world.plan(&policies(&text)).faults(), Vec::<String>::new());
    }

    #[test]
    fn excluded_and_protected_accounts_are_in_no_change(world in world(), text in sets()) {
        let plan = world.plan(&policies(&text));
        let untouched = &reported(&plan, Outcome::Excluded) | &reported(&plan, Outcome::Blocked);
        for change in &plan.changes {
            let subject = &change.subject;
            prop_assert!([&subject.user, &subject.account].into_iter().flatten().all(|id| !untouched.contains(id)));
            let held = subject.account.as_ref().map(|id| &world.accounts[id]);
            match held.and_then(|account| account.values.get("note")).map(String::as_str) {
                Some("hands off") => prop_assert!(false, "{change:?}"),
                Some("keep") => prop_assert_eq!(change.operation(), Operation::Grant, "a protection gives nothing"),
                _ => {}
            }
        }
    }

    #[test]
    fn a_plan_that_was_applied_leaves_nothing_to_do(mut world in world(), text in sets()) {
        let set = policies(&text);
        let plan = world.plan(&set);
        let order = plan.write_order();
        prop_assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), plan.changes.len());
        world.apply(order.iter().map(|place| &plan.changes[*place]));
        // A user who was blocked by something that this run corrected is planned now.
        let blocked = reported(&plan, Outcome::Blocked);
        let again = world.plan(&set);
        let open = again.changes.iter().filter(|change| !blocked.contains(change.subject.key()));
        prop_assert_eq!(open.collect::<Vec<_>>(), Vec::<&rolewright::plan::Change>::new());
    }

    #[test]
    fn no_user_name_is_given_twice(mut world in world(), text in sets()) {
        let plan = world.plan(&policies(&text));
        // An account that only changes the case of its name takes no new name.
        let name = |value: Option<&Value>| value.map(|value| value.to_string().to_lowercase());
        let written = plan.changes.iter().filter_map(|change| change.attribute_change("userName"));
        let taken = written.filter(|change| name(change.before) != name(change.after));
        let written: BTreeSet<String> = taken.filter_map(|change| name(change.after)).collect();
        world.apply(plan.write_order().iter().map(|place| &plan.changes[*place]));
        let mut holders: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (id, account) in &world.accounts {
            let name = account.values.get("userName").map(|name| name.to_lowercase());
            holders.entry(name.unwrap_or_default()).or_default().push(id);
        }
        for name in written {
            prop_assert_eq!(holders[&name].len(), 1, "{}: {:?}", name, holders[&name]);
        }
    }

    #[test]
    fn f14_a_name_is_freed_before_it_is_given_again(mut world in world(), text in sets()) {
        // The application has no duplicate names at the start, and no names are exchanged.
        let mut names = BTreeSet::new();
        world.accounts.retain(|_, account| names.insert(account.values.get("userName").map(|value| value.to_lowercase())));
        let plan = world.plan(&policies(&text));
        prop_assume!(!exchanged(&plan));
        for place in plan.write_order() {
            let change = &plan.changes[place];
            let taken = change.attribute_change("userName").and_then(|change| change.after.cloned());
            if let Some(name) = taken.map(|change| change.to_string()) {
                let mut others = world.accounts.iter().filter(|(id, _)| change.subject.account.as_ref() != Some(*id));
                let same = |held: &String| held.eq_ignore_ascii_case(&name);
                prop_assert!(!others.any(|(_, other)| other.values.get("userName").is_some_and(same)), "{name}: {:#?}", plan.changes);
            }
            world.apply(std::iter::once(change));
        }
    }

    #[test]
    fn no_more_removals_flow_than_the_limit_allows(
        world in world(), words in words(), count in 2..4_usize, percent in 0..=100_usize, floor in 0..2_usize,
    ) {
        let limit = format!("{{ change: removal, count: {count}, percent: {percent}, floor: {floor} }}");
        let set = policies(&text(&words, &limit, Shape::All));
        let plan = world.plan(&set);
        let excluded = reported(&plan, Outcome::Excluded);
        let kept_out = |id: &String, account: &Account| [Some(id), account.link.as_ref()].into_iter().flatten().any(|id| excluded.contains(id));
        let managed = world.accounts.iter().filter(|(id, account)| account.link.is_some() && !kept_out(id, account)).count();
        let allowed = count.min(managed * percent / 100).max(floor);
        let removals = |changes: &mut dyn Iterator<Item = Operation>| changes.filter(|change| change.is_removal()).count();
        let wanted = removals(&mut plan.changes.iter().map(|change| change.operation()));
        let all = plan.changes.len();
        match unreviewed(plan, &set.applications[0], &Past::of(&State::default(), 0)) {
            Ok(approved) => {
                prop_assert!(removals(&mut approved.changes().map(|change| change.operation())) <= allowed);
                prop_assert_eq!(approved.changes().count() + approved.held().count(), all);
            }
            Err(refused) => {
                let removal = refused.refusals.iter().any(|refusal| refusal.change == "removal");
                prop_assert_eq!(removal, wanted > allowed);
            }
        }
    }

    #[test]
    fn an_account_with_a_privileged_right_is_never_adopted_unseen(world in world(), text in sets()) {
        let set = policies(&text);
        let plan = world.plan(&set);
        if let Ok(approved) = unreviewed(plan, &set.applications[0], &Past::of(&State::default(), 0)) {
            for change in approved.changes() {
                let held = change.subject.account.as_ref().map(|id| &world.accounts[id]);
                let foreign = held.is_some_and(|held| held.link.is_none() && held.rights.contains("owner"));
                prop_assert!(!foreign || change.operation().is_removal() || change.subject.user.is_none(), "{change:?}");
            }
        }
    }
}

/// More users than one thread handles in one batch.
fn crowd() -> World {
    let mut world = World { groups: GROUPS.map(ToOwned::to_owned).to_vec(), ..World::default() };
    for number in 0..10_000_u64 {
        let (id, dice) = (format!("u{number}"), number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
        let mut person = Person { enabled: dice % 7 > 0, ..Person::default() };
        person.values.insert("mail", format!("m{}", dice % 9_000));
        person.values.insert("mailNickname", format!("n{number}"));
        person.values.insert("department", "Sales".to_owned());
        world.people.insert(id.clone(), person);
        for (at, group) in GROUPS[..3].iter().enumerate().filter(|(at, _)| (dice >> at) % 3 > 0) {
            world
                .members
                .insert(((*group).to_owned(), if at == 0 { format!("u{number}") } else { id.clone() }));
        }
        if dice % 2 == 0 {
            let values = [("userName".to_owned(), format!("n{}", number / 2))].into();
            let account = Account { link: Some(id), active: dice % 5 > 0, values, ..Account::default() };
            world.accounts.insert(format!("a{number}"), account);
        }
    }
    world
}

#[test]
fn one_thread_and_two_make_the_same_bytes() {
    let set = policies(&text(
        &["delete", "revoke", "deactivate", "keep", "reactivate"],
        "{ change: removal, percent: 100 }",
        Shape::All,
    ));
    let world = crowd();
    let bytes = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| world.plan(&set).canonical_json().unwrap())
    };
    let one = bytes(1);
    assert!(one.len() > 1_000_000, "there is something to compare");
    assert!(one == bytes(2) && one == bytes(4));
}

#[test]
fn one_link_on_two_accounts_blocks_both_and_the_user() {
    let set = policies(&text(
        &["delete", "delete", "delete", "delete", "reactivate"],
        "{ change: removal, percent: 100 }",
        Shape::All,
    ));
    let mut world = World { groups: GROUPS.map(ToOwned::to_owned).to_vec(), ..World::default() };
    let values = [("mail", "m1"), ("mailNickname", "n1"), ("department", "Sales")];
    let values = values.map(|(name, value)| (name, value.to_owned())).into();
    world.people.insert("u1".to_owned(), Person { values, enabled: true });
    world.members.insert(("Members".to_owned(), "u1".to_owned()));
    for (id, link) in [("a1", "u1"), ("a2", "u1"), ("a3", "gone"), ("a4", "gone")] {
        let account = Account { link: Some(link.to_owned()), active: true, ..Account::default() };
        world.accounts.insert(id.to_owned(), account);
    }
    let plan = world.plan(&set);
    assert_eq!(plan.changes, []);
    let blocked = reported(&plan, Outcome::Blocked);
    assert!(["u1", "a1", "a3", "a4"].iter().all(|id| blocked.contains(*id)), "{:#?}", plan.reports);
}
