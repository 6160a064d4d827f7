//! What failed again and again waits longer each time, by itself.

use super::{CITY, DEACTIVATE, hire, join, leave, set, world};
use crate::support::world::{World, unreviewed};
use rolewright::gate::{Ended, ItemKey, Past, RunRecord, State};
use rolewright::model::rfc3339_of;
use rolewright::plan::{Change, Outcome};
use rolewright::policy::PolicySet;

/// 2026-11-21T12:00:00Z.
const START: i64 = 1_795_262_400;
const HOUR: i64 = 60 * 60;

/// An application whose changes end as the test says.
struct Story {
    world: World,
    set: PolicySet,
    state: State,
    now: i64,
}

/// A run: what it wrote, and what it said of changes that wait.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    written: Vec<String>,
    waits: Vec<String>,
}

impl Story {
    fn of(world: World, set: PolicySet) -> Self {
        let state =
            State { kid: ItemKey::new(Some("a key")).kid().to_owned(), ..State::first("default/app") };
        Self { world, set, state, now: START }
    }

    fn run(&mut self, ends: impl Fn(&str) -> Ended) -> Told {
        let (policy, key) = (&self.set.applications[0], ItemKey::new(Some("a key")));
        let plan = self.world.plan(&self.set);
        let state = self.state.clone().inherited(None, &plan, &rolewright::gate::Marks::of(policy), &key);
        let plan = state.set_aside(plan, policy, &key, self.now);
        let waits = plan.reports.iter().filter(|report| report.outcome == Outcome::Quarantined);
        let waits = waits.map(|report| format!("{} {}", report.subject.name, report.message)).collect();
        let approved = unreviewed(plan, policy, &Past::of(&state, self.now)).unwrap();
        let changes: Vec<&Change> = approved.changes().collect();
        let written: Vec<String> = changes.iter().map(|change| words(change)).collect();
        let ended: Vec<Ended> = written.iter().map(|words| ends(words)).collect();
        let made = changes.iter().zip(&ended).filter(|(_, ended)| matches!(ended, Ended::Made { .. }));
        let made: Vec<Change> = made.map(|(change, _)| (*change).clone()).collect();
        let mut record = RunRecord { at: rfc3339_of(self.now), ..RunRecord::default() };
        self.state = state.written(&mut record, &approved, &ended, &key);
        self.world.apply(made.iter());
        Told { written, waits }
    }
}

fn words(change: &Change) -> String {
    let attributes = change.attribute_changes();
    let names: Vec<&str> = match change.operation() {
        rolewright::model::Operation::Update => {
            attributes.iter().map(|attribute| attribute.attribute).collect()
        }
        _ => change.right().map(|right| right.value.as_str()).into_iter().collect(),
    };
    format!("{} {} {}", change.operation().word(), change.subject.name, names.join(" ")).trim_end().to_owned()
}

fn made() -> Ended {
    Ended::Made { not_kept: Vec::new(), account: None }
}

/// A create that is refused each time, together with the grant that depends on it; somebody else is not held up.
#[test]
fn d10_what_fails_waits_longer_each_time_and_stops_nobody_else() {
    let mut world = world(2);
    hire(&mut world, 7);
    join(&mut world, "Readers", 7..8);
    let mut story = Story::of(world, set(&[]));
    let refuses = |words: &str| match words {
        "create n00007" => Ended::Failed,
        "grant n00007 reader" => Ended::Left,
        _ => made(),
    };
    let tried = ["create n00007", "grant n00007 reader"];
    // The first failure waits for nothing, the second for an hour, then four hours, a day, a week.
    let mut waits = Vec::new();
    for hours in [0, 0, 1, 4, 24, 24 * 7] {
        if hours > 0 {
            story.now += hours * HOUR - 1;
            let told = story.run(refuses);
            assert_eq!(told.written, [""; 0], "{hours} hours later, less a second");
            waits.push(told.waits);
            story.now += 1;
        }
        assert_eq!(story.run(refuses).written, tried, "after {hours} hours");
        assert_eq!(story.state.quarantine.len(), 1, "the grant did not fail: it was not tried");
    }
    let said = &waits[0];
    assert_eq!(
        said[..],
        [
            "n00007 create: did not succeed (counted 2, last 2026-11-21T12:00:00Z); tried again from 2026-11-21T13:00:00Z on",
            "n00007 grant `role=reader`: what it depends on did not succeed and waits"
        ]
    );
    // Somebody else is hired, and the one who is set aside is not in the way.
    hire(&mut story.world, 8);
    assert_eq!(story.run(refuses).written, ["create n00008"]);
    // Once it succeeds, nothing is left of it.
    story.now += 24 * 7 * HOUR;
    assert_eq!(story.run(|_| made()).written, tried);
    assert!(story.state.quarantine.is_empty());
    assert_eq!(story.run(|_| made()), Told { written: Vec::new(), waits: Vec::new() });
}

/// What the application drops is told, not tried in each run; another value is tried at once.
#[test]
fn s5_an_attribute_that_the_application_does_not_keep_rests_by_itself() {
    let mut story = Story::of(world(1), set(&[CITY]));
    let drops = |words: &str| if words.contains("city") { Ended::NotKept } else { made() };
    assert_eq!(story.run(drops).written, ["update n00000 city"]);
    let told = story.run(drops);
    assert_eq!(told.written, [""; 0]);
    assert!(told.waits[0].contains("update of `city`: did not succeed"), "{told:?}");
    // Another attribute of the same person is written, without the one that rests.
    story.world.people.get_mut("u00000").unwrap().values.insert("mailNickname", "other".to_owned());
    let told = story.run(drops);
    assert_eq!((told.written, told.waits.len()), (vec!["update n00000 userName".to_owned()], 1));
    // Another value is another change.
    story.world.people.get_mut("u00000").unwrap().values.insert("city", "Rome".to_owned());
    assert_eq!(story.run(drops).written, ["update other city"]);
    // What nobody wants any more is forgotten.
    story.set = set(&[]);
    story.run(drops);
    assert!(story.state.quarantine.is_empty());
}

/// A new account lacks an attribute: the next plan does not want it at once.
#[test]
fn s5_what_a_new_account_lacks_is_explained_by_the_next_plan() {
    let mut world = world(0);
    hire(&mut world, 3);
    let mut story = Story::of(world, set(&[CITY]));
    let lacks = |_: &str| Ended::Made { not_kept: vec!["city".to_owned()], account: None };
    assert_eq!(story.run(lacks).written, ["create n00003"]);
    story.world.accounts.values_mut().for_each(|account| drop(account.values.remove("city")));
    let told = story.run(lacks);
    assert_eq!(told.written, [""; 0]);
    assert_eq!(told.waits.len(), 1, "{told:?}");
}

/// Nobody keeps access because taking it failed before.
#[test]
fn what_takes_something_away_never_waits() {
    let mut world = world(2);
    leave(&mut world, 0..1);
    world.members.remove(&("Readers".to_owned(), "u00001".to_owned()));
    let mut story = Story::of(world, set(&[DEACTIVATE]));
    for _ in 0..6 {
        let told = story.run(|_| Ended::Failed);
        assert_eq!(
            told,
            Told { written: vec!["revoke n00001 reader".into(), "deactivate n00000".into()], waits: vec![] }
        );
    }
}
