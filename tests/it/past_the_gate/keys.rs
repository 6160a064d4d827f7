//! Whatever key a push changes, what it does is named by the impact and waits, or it does nothing: each key of the bases is changed,
//! and the plans before and after are compared effect by effect, without the gate's own identities (threat H2). A push that
//! alters no plan of these worlds but may alter others is not settled by itself.

use super::case::{Case, by};
use super::effects::{Effect, Judges, effects};
use super::pair::{Pair, Version, all_bases};
use super::plans::Plans;
use crate::every_key::{Key, changed, instead, of_schema, walk};
use crate::second_evaluator::shipped::Base;
use rolewright::gate::impact;
use rolewright::language::document::Kind;
use rolewright::model::Operation;
use rolewright::plan::Plan;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;

/// In how many worlds each push is tried, and out of how many sets of worlds.
const SOME_WORLDS: usize = 2;
const SETS: usize = 107;

/// What came of the keys of some bases.
#[derive(Debug, Default)]
struct Found {
    /// Keys of which a change altered a plan.
    altered: BTreeSet<String>,
    /// Keys of which a change left no plan: a group is gone, or the application is not enabled.
    stopped: BTreeSet<String>,
    operations: BTreeSet<Operation>,
    pushes: usize,
    /// What went wrong.
    problems: Vec<String>,
}

impl Found {
    fn add(&mut self, other: Self) {
        self.altered.extend(other.altered);
        self.stopped.extend(other.stopped);
        self.operations.extend(other.operations);
        self.pushes += other.pushes;
        self.problems.extend(other.problems);
    }
}

/// A value that a push changes.
struct Place {
    key: Key,
    document: usize,
    pointer: String,
}

/// The first place of each key, and the texts that stand there anywhere.
fn places(documents: &[Value]) -> (Vec<Place>, BTreeMap<String, BTreeSet<String>>) {
    let (mut places, mut texts) = (Vec::new(), BTreeMap::<String, BTreeSet<String>>::new());
    let mut known: BTreeSet<Key> = BTreeSet::new();
    for (at, document) in documents.iter().enumerate() {
        let kind = document["kind"].as_str().unwrap_or_default();
        walk(document, String::new(), &mut |name, pointer| {
            let text = document.pointer(&pointer).and_then(Value::as_str);
            texts.entry(name.to_owned()).or_default().extend(text.map(ToOwned::to_owned));
            let key = Key { kind: kind.to_owned(), name: name.to_owned() };
            if known.insert(key.clone()) {
                places.push(Place { key, document: at, pointer });
            }
        });
    }
    (places, texts)
}

/// The words that a schema allows for each key, by kind.
fn words() -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    Kind::ALL.iter().map(|kind| (kind.word().to_owned(), of_schema(*kind).1)).collect()
}

/// The set of worlds in which the settled policies have the most operations to do.
fn richest(base: &Base, settled: &Version) -> usize {
    let pair = Pair { base, settled: settled.clone(), shown: settled.clone(), tip: settled.clone() };
    let operations = |number: &usize| {
        let plans = Plans::new(&pair, *number);
        let made = (0..SOME_WORLDS).filter_map(|world| Case::pushed(&plans, world).both()[0].clone());
        let changes = made.flat_map(|plan| plan.changes.iter().map(|it| it.operation()).collect::<Vec<_>>());
        changes.collect::<BTreeSet<_>>().len()
    };
    (0..SETS).max_by_key(operations).unwrap()
}

/// Pushes to one base: a key is changed until a change of it alters a plan, here or in a base before.
fn of_base(base: &Base, found: &mut Found) {
    let settled = Version::accepted(base.documents.clone(), 0).unwrap();
    let number = richest(base, &settled);
    let (places, texts) = places(&base.documents);
    let words = words();
    for Place { key, document, pointer } in places {
        let value = base.documents[document].pointer(&pointer).unwrap();
        let of_schema = words.get(&key.kind).and_then(|words| words.get(&key.name)).into_iter().flatten();
        let near: BTreeSet<String> =
            of_schema.chain(texts.get(&key.name).into_iter().flatten()).cloned().collect();
        for other in instead(value, &near) {
            if found.altered.contains(&key.name) {
                break;
            }
            let mut documents = base.documents.clone();
            documents[document] = changed(&base.documents[document], &pointer, other.as_ref());
            let Ok(tip) = Version::accepted(documents, 1) else { continue };
            found.pushes += 1;
            let pair = Pair { base, settled: settled.clone(), shown: tip.clone(), tip };
            let said = format!("{key:?}: {value} -> {other:?}");
            push(&pair, number, &key.name, &said, found);
        }
    }
}

/// A push: what differs between the plans is named, and nothing of it is done.
fn push(pair: &Pair<'_>, number: usize, key: &str, said: &str, found: &mut Found) {
    let plans = Plans::new(pair, number);
    for world in 0..SOME_WORLDS {
        let case = Case::pushed(&plans, world);
        let (before, after) = match case.both() {
            [Some(before), Some(after)] => (before, after),
            [None, _] => continue,
            [Some(_), None] => {
                found.stopped.insert(key.to_owned());
                continue;
            }
        };
        let changes = before.changes.iter().chain(&after.changes);
        found.operations.extend(changes.map(|change| change.operation()));
        let parts = impact(by(&after, &pair.tip), Some(by(&before, &pair.settled)));
        let (old, new) = (of(&before, &pair.settled), of(&after, &pair.tip));
        let named =
            [(&new, &old, of(&parts.because, &pair.tip)), (&old, &new, of(&parts.no_longer, &pair.settled))];
        for (mine, others, named) in named {
            let differs = mine.difference(others);
            let unnamed: Vec<&String> = differs.filter(|effect| !named.contains(*effect)).collect();
            if !unnamed.is_empty() {
                found.problems.push(format!("{said}: not named: {unnamed:?}"));
            }
        }
        if new != old || !parts.is_empty() {
            found.altered.insert(key.to_owned());
        }
        let outcome = case.outcome().unwrap();
        let same = pair.tip.digest == pair.settled.digest;
        if same && new != old {
            found.problems.push(format!("{said}: another effect, and the same digest"));
        }
        if !same && outcome.settles > 0 {
            found.problems.push(format!("{said}: settled, though nobody was shown it"));
        }
        found.problems.extend(outcome.past.iter().map(|past| format!("{said}: done: {past}")));
        let new = new.difference(&old).count();
        if new > 0 && outcome.held == 0 {
            found.problems.push(format!("{said}: {new} new effects, and nothing waits"));
        }
    }
}

/// The effects of a plan as people see them.
fn of(plan: &Plan, version: &Version) -> BTreeSet<String> {
    let judges = Judges { own: version.policy(), settled: None };
    effects(plan, judges).into_iter().flatten().map(|Effect { shown, .. }| shown).collect()
}

#[test]
fn h2_whatever_key_a_push_changes_its_effect_is_named_and_waits_or_there_is_none() {
    let bases = all_bases();
    let found = thread::scope(|scope| {
        let half = |from: usize| {
            let mut found = Found::default();
            bases.iter().skip(from).step_by(2).for_each(|base| of_base(base, &mut found));
            found
        };
        let other = scope.spawn(move || half(1));
        let mut found = half(0);
        found.add(other.join().unwrap());
        found
    });
    let Found { altered, stopped, operations, pushes, problems } = found;
    println!("{pushes} pushes, {} keys that alter plans, {} that stop them", altered.len(), stopped.len());
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems[..problems.len().min(9)].join("\n")
    );
    assert_eq!(operations, Operation::ALL.iter().copied().collect(), "each operation is in a world");
    assert!(pushes > 200, "{pushes} pushes were sound");
    assert!(altered.len() > 50 && stopped.len() > 5, "{altered:?} {stopped:?}");
}
