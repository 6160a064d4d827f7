//! The gate: policies before and after, a world, the records of pull requests, and which changes are then applied.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod comment;
mod dependents;
mod directory;
mod evidence;
mod first_run;
mod histories;
mod impact;
mod loosened;
mod places;
mod plausible;
mod privileged;
mod properties;
mod quarantine;
mod records;
mod released;
mod reviewed;
mod small_applications;
mod uncovered_commits;
mod unsettled;
mod values;

use crate::support::world::{Account, Person, World, policies};
use rolewright::gate::{
    Classes, ItemKey, Listed, Marks, PolicyPlan, PullRequestPlan, Record, Reviewed, classify, identities,
    split,
};
use rolewright::model::Commit;
use rolewright::plan::{Change, Plan};
use rolewright::policy::PolicySet;
use std::collections::BTreeMap;

const TEXT: &str =
    "{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, review: none }
---
{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: { people: people.yaml } }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: app.db }
directories: [{ name: contoso }]
attributes: { note: {} }
entitlements: { role: { values: [reader, writer, owner], privileged: [owner] } }
---
apiVersion: rolewright/v1
kind: LinkingRules
application: app
rules:
  - { id: readers, group: Readers, grant: { role: reader } }
  # writers
  # owners
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes: { userName: mailNickname, email: mail }
--- { apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: [] }
--- { apiVersion: rolewright/v1, kind: Overrides, application: app, overrides: [] }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: { always: true }
deleted: keep
outOfScope: keep
disabled: keep
adoption: hold
protect: []
limits: [{ change: removal, percent: 100 }, { change: revoke, percent: 100 }, { change: create, percent: 100, floor: 100000 }]
";

/// Edits of the policies: members of a group get a right.
const WRITERS: (&str, &str) = ("# writers", "- { id: writers, group: Writers, grant: { role: writer } }");
const OWNERS: (&str, &str) = ("# owners", "- { id: owners, group: Owners, grant: { role: owner } }");
const NO_READERS: (&str, &str) = ("{ id: readers, group: Readers,", "{ id: readers, group: Empty,");
const DEACTIVATE: (&str, &str) = ("disabled: keep", "disabled: deactivate");
const CITY: (&str, &str) = ("email: mail }", "email: mail, city: city }");

/// The policies with some texts replaced, which must exist.
pub(crate) fn set(edits: &[(&str, &str)]) -> PolicySet {
    let mut text = TEXT.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        text = text.replace(from, to);
    }
    policies(&text)
}

/// A number of users in the group of readers, with accounts that match the policies and have its right.
pub(crate) fn world(people: usize) -> World {
    let groups = ["Readers", "Writers", "Owners", "Empty"].map(ToOwned::to_owned).to_vec();
    let mut world = World { groups, ..World::default() };
    (0..people).for_each(|number| staff(&mut world, number));
    world
}

/// Adds one more of them.
fn staff(world: &mut World, number: usize) {
    hire(world, number);
    world.members.insert(("Readers".to_owned(), format!("u{number:05}")));
    let account = unmanaged(world, number);
    account.link = Some(format!("u{number:05}"));
    account.rights.insert("reader".to_owned());
}

/// Adds a new user to the directory.
fn hire(world: &mut World, number: usize) {
    let values = [
        ("mail", format!("m{number:05}")),
        ("mailNickname", format!("n{number:05}")),
        ("city", "Oslo".to_owned()),
    ];
    let person = Person { values: values.into(), enabled: true };
    world.people.insert(format!("u{number:05}"), person);
}

/// The account of a user, not linked.
fn unmanaged(world: &mut World, number: usize) -> &mut Account {
    let values = [("userName", format!("n{number:05}")), ("email", format!("m{number:05}"))];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    let account = Account { active: true, values, ..Account::default() };
    world.accounts.entry(format!("a{number:05}")).or_insert(account)
}

fn join(world: &mut World, group: &str, people: impl Iterator<Item = usize>) {
    world.members.extend(people.map(|number| (group.to_owned(), format!("u{number:05}"))));
}

fn leave(world: &mut World, people: impl Iterator<Item = usize>) {
    people.for_each(|number| world.people.get_mut(&format!("u{number:05}")).unwrap().enabled = false);
}

/// The record of a pull request's plan, converted to text and back, as on a forge.
fn show(world: &World, settled: Option<&PolicySet>, merge: &PolicySet) -> Record {
    let plan = world.plan(merge);
    let before = settled.map(|set| (world.plan(set), &set.applications[0]));
    let shown = PullRequestPlan {
        plan: PolicyPlan::new(&plan, &merge.applications[0]),
        settled: before.as_ref().map(|(plan, policy)| PolicyPlan::new(plan, policy)),
        settled_digest: None,
        compared: None,
        base: &Commit("b".repeat(40)),
        head: &Commit("a".repeat(40)),
        saved_data: false,
        later: &[],
    };
    let mut record = Record::of(shown, &ItemKey::new(None)).unwrap();
    Record::parse(&record.text().unwrap()).unwrap()
}

/// A record of some of a plan's changes.
fn record(plan: &Plan, set: &PolicySet, changes: &[Change], key: &ItemKey) -> Record {
    let all = changes
        .iter()
        .flat_map(|change| identities(&plan.instance(), &Marks::of(&set.applications[0]), change));
    let items = key.items(all).into_iter().map(|(word, items)| (word, Some(items))).collect();
    let mut counts = BTreeMap::new();
    for change in changes {
        *counts.entry(change.operation().word().to_owned()).or_insert(0) += 1;
    }
    let mut record = Record {
        version: 1,
        instance: plan.instance(),
        base: "b".repeat(40),
        head: "a".repeat(40),
        as_of: "2026-11-21".to_owned(),
        data: "live".to_owned(),
        kid: key.kid().to_owned(),
        counts,
        items,
        ..Record::default()
    };
    Record::parse(&record.text().unwrap()).unwrap()
}

fn listed<'r>(records: impl IntoIterator<Item = &'r Record>) -> Listed {
    let mut listed = Listed::default();
    records.into_iter().for_each(|record| listed.record(record));
    listed
}

/// The result of a run: applied and held changes in words, sorted, with the number of the user.
#[derive(Debug, PartialEq, Eq)]
struct RunOutcome {
    flows: Vec<String>,
    held: Vec<String>,
    settles: bool,
    vanished: usize,
}

/// A run at a tip, with the settled policies and the records.
fn run(
    world: &World,
    settled: Option<&PolicySet>,
    tip: &PolicySet,
    covered: bool,
    listed: &Listed,
) -> RunOutcome {
    let before = settled.map(|set| (world.plan(set), &set.applications[0]));
    let plan = world.plan(tip);
    judged(&plan, tip, before.as_ref().map(|(plan, policy)| PolicyPlan::new(plan, policy)), covered, listed)
}

fn judged(
    plan: &Plan,
    tip: &PolicySet,
    settled: Option<PolicyPlan<'_>>,
    covered: bool,
    listed: &Listed,
) -> RunOutcome {
    let key = ItemKey::new(None);
    let reviewed = Reviewed { key: &key, same: false, settled, covered, listed };
    let plan = split(plan.clone(), &tip.applications[0], &reviewed);
    outcome(&plan, &classify(&plan, &tip.applications[0], &reviewed))
}

/// A run whose policies are the settled ones.
fn rerun(world: &World, set: &PolicySet, listed: &Listed) -> RunOutcome {
    let (plan, key) = (world.plan(set), ItemKey::new(None));
    let reviewed = Reviewed { key: &key, same: true, settled: None, covered: false, listed };
    outcome(&plan, &classify(&plan, &set.applications[0], &reviewed))
}

fn outcome(plan: &Plan, classes: &Classes) -> RunOutcome {
    let (held, flows): (Vec<_>, Vec<_>) =
        plan.changes.iter().enumerate().partition(|(place, _)| classes.held.contains(place));
    let words =
        |changes: Vec<(usize, &Change)>| changes.into_iter().map(|(_, change)| word(change)).collect();
    RunOutcome {
        flows: words(flows),
        held: words(held),
        settles: classes.settles,
        vanished: classes.vanished,
    }
}

/// A change in words: `revoke reader 3`, `update email 3`, `create 3`.
fn word(change: &Change) -> String {
    let right = change.right().into_iter().map(|right| right.value.clone());
    let attributes = change.attribute_changes().into_iter().map(|change| change.attribute.to_owned());
    let shown = change.operation() == rolewright::model::Operation::Update;
    let what: Vec<String> = right.chain(attributes.filter(|_| shown)).collect();
    let number = change.subject.key().trim_start_matches(['u', 'a']).trim_start_matches('0');
    let number = if number.is_empty() { "0" } else { number };
    [change.operation().word().to_owned()]
        .into_iter()
        .chain(what)
        .chain([number.to_owned()])
        .collect::<Vec<_>>()
        .join(" ")
}

/// The number of changes of each kind, by the words before the user's number.
fn tally(words: &[String]) -> BTreeMap<&str, usize> {
    words.iter().fold(BTreeMap::new(), |mut counts, word| {
        *counts.entry(word.rsplit_once(' ').unwrap().0).or_insert(0) += 1;
        counts
    })
}
