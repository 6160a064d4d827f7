//! Refs that do not exist, that contain no ledger, or whose format is newer than this binary.

use super::{INSTANCE, REF, World, run};
use crate::support::repository::TestRepository;
use rolewright::gate::State;
use rolewright::ledger::LedgerError;

/// Puts a commit of these files into the ledger's ref.
fn put(repository: &TestRepository, files: &[(&str, &str)]) {
    repository.git(&["read-tree", "--empty"]);
    for (path, text) in files {
        repository.stage("100644", &repository.object("blob", text.as_bytes()), path);
    }
    let commit = repository.git(&["commit-tree", &repository.git(&["write-tree"]), "-m", "by hand"]);
    repository.git(&["update-ref", REF, &commit]);
}

fn state(change: impl Fn(&mut State)) -> String {
    let mut state = State { seq: 7, ..State::first(INSTANCE) };
    change(&mut state);
    serde_json::to_string(&state).unwrap()
}

#[test]
fn scenario_33_a_ledger_that_was_deleted_is_a_first_run() {
    for world in World::every() {
        let ledger = world.ledger(1);
        run(&ledger, None);
        world.lose();
        assert_eq!(ledger.load().unwrap().state, State::first(INSTANCE));
        assert_eq!(run(&ledger, None).seq, 1);
    }
}

#[test]
fn scenario_33_what_is_no_ledger_is_an_error_that_names_reset() {
    let format = "rolewright-ledger 1\n";
    let good = state(|_| ());
    let other = state(|state| state.instance = "default/promapp".to_owned());
    let old = state(|state| state.version = 0);
    let cases: [&[(&str, &str)]; 9] = [
        &[],
        &[("state.json", &good)],
        &[("format", "something else\n"), ("state.json", &good)],
        &[("format", "rolewright-ledger one\n"), ("state.json", &good)],
        &[("format", format)],
        &[("format", format), ("state.json", &good[..good.len() - 1])],
        &[("format", format), ("state.json", "{}")],
        &[("format", format), ("state.json", &other)],
        &[("format", format), ("state.json", &old)],
    ];
    for files in cases {
        let world = World::remote(1);
        put(world.home(), files);
        let before = world.value();
        let error = world.ledger(0).load().unwrap_err();
        assert_eq!(error, LedgerError::Unreadable(REF.to_owned()), "{files:?}");
        assert!(error.to_string().contains("rolewright ledger reset"), "{error}");
        assert_eq!(world.value(), before, "it is left as it is");
    }
}

#[test]
fn scenario_33_a_ref_that_names_no_commit_is_unreadable_and_can_be_reset() {
    for world in World::both() {
        let home = world.home();
        let blob = home.object("blob", b"not a commit");
        home.git(&["update-ref", REF, &blob]);
        let ledger = world.ledger(0);
        assert_eq!(ledger.load().unwrap_err(), LedgerError::Unreadable(REF.to_owned()));
        let kept = ledger.reset().unwrap().unwrap();
        assert_eq!(home.git(&["rev-parse", &kept]), blob);
        assert_eq!(run(&ledger, None).seq, 1);
    }
}

#[test]
fn scenario_33_a_newer_format_is_refused_and_left() {
    let newer = state(|state| state.version = 2);
    let good = state(|_| ());
    for files in [
        [("format", "rolewright-ledger 2\n"), ("state.json", "who knows")],
        [("format", "rolewright-ledger 1\n"), ("state.json", &newer)],
        [("format", "rolewright-ledger 10\n"), ("state.json", &good)],
    ] {
        let world = World::local();
        put(world.home(), &files);
        let error = world.ledger(0).load().unwrap_err();
        assert!(matches!(error, LedgerError::Newer { .. }), "{files:?}: {error}");
        assert!(error.to_string().contains("newer"), "{error}");
    }
}

#[test]
fn scenario_33_an_older_state_put_back_is_read_as_it_is() {
    let world = World::local();
    let ledger = world.ledger(0);
    run(&ledger, None);
    let old = world.value().unwrap();
    run(&ledger, None);
    world.home().git(&["update-ref", REF, &old]);
    let loaded = ledger.load().unwrap();
    assert_eq!((loaded.state.seq, loaded.runs.len()), (1, 1));
}

#[test]
fn a_damaged_record_does_not_hide_others() {
    let world = World::local();
    let ledger = world.ledger(0);
    run(&ledger, None);
    let home = world.home();
    home.git(&["read-tree", REF]);
    home.stage("100644", &home.object("blob", b"{"), "runs/2025/r-0.json");
    let commit = home.git(&["commit-tree", &home.git(&["write-tree"]), "-m", "damaged"]);
    home.git(&["update-ref", REF, &commit]);
    let runs = ledger.load().unwrap().runs;
    assert_eq!(runs.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["r-1"]);
}
