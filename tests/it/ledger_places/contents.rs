//! The contents of the ledger: one commit a run, the settled policies, unknown keys, and old ledgers.

use super::{INSTANCE, REF, World, done, items, open, record, run, settled};
use proptest::prelude::*;
use rolewright::fetch::git::PolicyRepository;
use rolewright::gate::{RunRecord, State};
use rolewright::ledger::Pushed;
use rolewright::model::Commit;

#[test]
fn without_a_ledger_it_is_the_first_run() {
    for world in World::every() {
        let loaded = world.ledger(0).load().unwrap();
        assert_eq!(loaded.state, State::first(INSTANCE));
        assert_eq!((loaded.runs.len(), loaded.settled_tree), (0, None));
    }
}

#[test]
fn a_run_is_one_commit_however_often_it_renews() {
    for world in World::both() {
        let ledger = world.ledger(0);
        run(&ledger, None);
        let first = world.value().unwrap();
        let loaded = ledger.load().unwrap();
        let (pushed, mut state, record) = open(&ledger, &loaded);
        let mut head = done(pushed);
        for beat in 1..4 {
            state.open.as_mut().unwrap().beat = beat;
            head = done(ledger.replace(&head, &state, None).unwrap());
        }
        assert_eq!(ledger.load().unwrap().state, state);
        done(
            ledger.replace(&head, &state.clone().closed(&record.run, &record.counts), Some(&record)).unwrap(),
        );
        assert_eq!(world.home().git(&["rev-list", "--count", REF]), "2");
        assert_eq!(world.home().git(&["rev-parse", &format!("{REF}^")]), first);
        assert_eq!(ledger.load().unwrap().state.open, None);
    }
}

#[test]
fn history_is_newest_first_by_number() {
    for world in [World::local(), World::database(1)] {
        let ledger = world.ledger(0);
        for _ in 0..11 {
            run(&ledger, None);
        }
        let runs: Vec<String> = ledger.load().unwrap().runs.into_iter().map(|run| run.run).collect();
        assert_eq!(runs, (1..=11).rev().map(|number| format!("r-{number}")).collect::<Vec<_>>());
    }
}

#[test]
fn scenario_34_settled_policies_outlive_the_commit_they_came_from() {
    for world in World::every() {
        let place = world.repository(0);
        // In a database two runners have nothing in common but the ledger.
        place.write("policies/a.yaml", "two\n");
        place.commit("Two");
        let repository = PolicyRepository::open(&place.path().join("policies")).unwrap();
        let commit = Commit(place.git(&["rev-parse", "HEAD"]));
        let tree = repository.tree_id(&commit).unwrap();
        let ledger = world.ledger(0);
        run(&ledger, Some((&tree, settled(&commit.0))));
        run(&ledger, None);
        let other = World::ledger(&world, 1).load().unwrap();
        assert_eq!(
            other.settled_tree.as_deref(),
            Some(tree.as_str()),
            "a run that settles nothing keeps them"
        );

        let repository = PolicyRepository::open(&world.repository(1).path().join("policies")).unwrap();
        let sources = repository.read_tree(&tree, None).unwrap();
        let files: Vec<_> =
            sources.iter().map(|(_, file)| (file.path.as_str(), file.text.as_str())).collect();
        assert_eq!(files, [("policies/a.yaml", "two\n")]);
        assert_eq!(sources.commit, None);
    }
}

#[test]
fn what_a_newer_binary_added_stays() {
    let world = World::local();
    let ledger = world.ledger(0);
    run(&ledger, None);
    let home = world.home();
    let text = home.git(&["show", &format!("{REF}:state.json")]).replacen('{', "{\"mac\":{\"a\":[1]},", 1);
    let state = home.object("blob", text.as_bytes());
    let memory = home.object("blob", b"kept");
    home.git(&["read-tree", REF]);
    home.stage("100644", &state, "state.json");
    home.stage("100644", &memory, "memory/00");
    let commit = home.git(&["commit-tree", &home.git(&["write-tree"]), "-m", "newer"]);
    home.git(&["update-ref", REF, &commit]);

    run(&ledger, None);
    assert_eq!(ledger.load().unwrap().state.other["mac"], serde_json::json!({ "a": [1] }));
    assert_eq!(home.git(&["show", &format!("{REF}:memory/00")]), "kept");
}

#[test]
fn reset_keeps_every_old_ledger() {
    for world in [World::local(), World::remote(3)] {
        let mut kept = Vec::new();
        for runner in 0..3 {
            // Each time another clone is used, which has never seen the ledgers that were kept before.
            let ledger = world.ledger(runner);
            run(&ledger, None);
            let value = world.value().unwrap();
            let name = ledger.reset().unwrap().unwrap();
            assert_eq!(name, format!("refs/rolewright-old/{INSTANCE}/{}", runner + 1));
            kept.push((name, value));
            assert_eq!(world.value(), None);
            assert_eq!(ledger.load().unwrap().state, State::first(INSTANCE));
        }
        for (name, value) in kept {
            assert_eq!(world.home().git(&["rev-parse", &name]), value);
        }
        assert_eq!(world.ledger(0).reset().unwrap(), None);
    }
}

#[test]
fn an_unlocked_run_can_renew_no_more() {
    for world in World::every() {
        let ledger = world.ledger(0);
        let (pushed, state, _) = open(&ledger, &ledger.load().unwrap());
        let head = done(pushed);
        let unlocking = world.ledger(1);
        let loaded = unlocking.load().unwrap();
        let unlocked = State { open: None, ..loaded.state.clone() };
        done(unlocking.replace(&loaded.head, &unlocked, None).unwrap());
        assert_eq!(ledger.replace(&head, &state, None).unwrap(), Pushed::Refused);
    }
}

#[test]
fn a_ledger_holds_canonical_json_a_line_each() {
    let world = World::local();
    run(&world.ledger(0), None);
    let files = world.home().git(&["ls-tree", "-r", "--name-only", REF]);
    assert_eq!(files, "format\nruns/2026/r-1.json\nstate.json");
    assert_eq!(world.home().git(&["show", &format!("{REF}:format")]), "rolewright-ledger 1");
    let text = world.home().git(&["show", &format!("{REF}:state.json")]);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text, String::from_utf8(serde_json_canonicalizer::to_vec(&value).unwrap()).unwrap());
}

#[test]
fn two_instances_never_meet() {
    let world = World::local();
    let other = rolewright::ledger::Ledger::open(
        &world.home().git_folder(),
        &rolewright::ledger::LedgerPlace::default(),
        "default/promapp",
        None,
    )
    .unwrap();
    let loaded = other.load().unwrap();
    run(&world.ledger(0), None);
    assert_eq!(open(&other, &loaded).1.instance, "default/promapp");
    assert_eq!(world.ledger(0).load().unwrap().state.seq, 1);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-1_000_000_i64..1_000_000).prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn unknown_keys_of_state_and_record_survive(
        keys in prop::collection::btree_map("x[a-zA-Z]{0,6}", json(), 0..5),
        seq in 0_u64..1_000_000,
    ) {
        let mut value = serde_json::to_value(State { seq, ..State::first(INSTANCE) }).unwrap();
        value.as_object_mut().unwrap().extend(keys.clone());
        let state: State = serde_json::from_value(value.clone()).unwrap();
        let record = record(&state);
        let closed = state.clone().opened(&record).closed(&record.run, &record.counts);
        prop_assert_eq!(serde_json::to_value(&state).unwrap(), value);
        for (key, value) in &keys {
            prop_assert_eq!(&closed.other[key], value);
        }

        let held = RunRecord { held: items(&[("adopt", "aaaaaaaa")]), ..record };
        let mut value = serde_json::to_value(held).unwrap();
        value.as_object_mut().unwrap().extend(keys);
        let record: RunRecord = serde_json::from_value(value.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&record).unwrap(), value);
    }
}
