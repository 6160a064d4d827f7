//! The ledger: compare-and-swap, what it refuses to read, and the lease in simulated time.

use crate::support::playground::Playground;
use rolewright::gate::{Lease, RunRecord, RunResult, Settled, State, Watch, Watched};
use rolewright::ledger::{Ledger, LedgerError, LedgerPlace, Pushed, Remote};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

const REFERENCE: &str = "refs/rolewright/default/dstny";

fn ledger(playground: &Playground, remote: bool) -> Ledger {
    let git = playground.path(".git");
    let remote = remote.then(|| Remote::new(&playground.path(""), "origin"));
    Ledger::open(&git, &LedgerPlace::default(), "default/dstny", remote).expect("a ledger")
}

fn record(run: &str) -> RunRecord {
    let counts = BTreeMap::from([("delete".to_owned(), 2), ("create".to_owned(), 1)]);
    let items = BTreeMap::from([("delete".to_owned(), "aaaaaaaabbbbbbbb".to_owned())]);
    RunRecord {
        run: run.to_owned(),
        at: "2026-11-21T00:00:00Z".to_owned(),
        charged: counts.clone(),
        counts,
        items,
        ..RunRecord::default()
    }
}

fn tree(playground: &Playground) -> String {
    playground.git(&["rev-parse", "HEAD:policies"]).trim().to_owned()
}

#[test]
fn scenario_31_a_push_on_a_stale_value_is_refused_and_changes_nothing() {
    for remote in [false, true] {
        let playground = Playground::new();
        if remote {
            playground.git(&["init", "-q", "--bare", "remote.git"]);
            playground.git(&["remote", "add", "origin", "remote.git"]);
        }
        let ledger = ledger(&playground, remote);
        let first = ledger.load().expect("no ledger yet");
        let state = first.state.clone().opened(&record("r-1"));
        let pushed =
            ledger.add(&first.head, &state, Some(&tree(&playground)), &record("r-1")).expect("pushed");
        assert!(matches!(pushed, Pushed::Done(_)));
        let other = first.state.clone().opened(&record("r-2"));
        let late =
            ledger.add(&first.head, &other, Some(&tree(&playground)), &record("r-2")).expect("an answer");
        assert_eq!(late, Pushed::Refused, "remote: {remote}");
        let there = ledger.load().expect("the ledger");
        assert_eq!(there.state, state);
        assert_eq!(there.runs.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["r-1"]);
    }
}

#[test]
fn the_settled_policies_are_kept_as_a_tree() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    assert_eq!(
        playground.git(&["rev-parse", &format!("{REFERENCE}:settled")]),
        format!("{}\n", tree(&playground))
    );
    assert!(
        playground
            .git(&["cat-file", "-p", &format!("{REFERENCE}:format")])
            .starts_with("rolewright-ledger 1")
    );
}

#[test]
fn the_ledger_names_nobody() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    let record = playground.git(&["cat-file", "-p", &format!("{REFERENCE}:runs/2026/r-1.json")]);
    let state = playground.git(&["cat-file", "-p", &format!("{REFERENCE}:state.json")]);
    for private in ["contoso.example", "Clara", "a1000000", "+45", "d-9"] {
        assert!(!record.contains(private) && !state.contains(private), "{private} is in\n{record}\n{state}");
    }
}

#[test]
fn scenario_33_an_unreadable_or_newer_ledger_is_left_alone() {
    for (format, words) in [("garbage\n", "ledger reset"), ("rolewright-ledger 99\n", "a newer Rolewright")] {
        let playground = Playground::new();
        playground.run(&["apply"]).ends(0);
        playground.write("format", format);
        let blob = playground.git(&["hash-object", "-w", "format"]);
        playground.git(&["read-tree", REFERENCE]);
        playground.git(&["update-index", "--cacheinfo", "100644", blob.trim(), "format"]);
        let written = playground.git(&["write-tree"]);
        let commit = playground.git(&["commit-tree", "-m", "x", written.trim()]);
        playground.git(&["update-ref", REFERENCE, commit.trim()]);
        playground.git(&["read-tree", "HEAD"]);
        let failed = playground.run(&["apply"]).ends(1);
        assert!(failed.stderr.contains(words), "{}", failed.stderr);
        assert_eq!(playground.git(&["rev-parse", REFERENCE]), commit);
    }
}

#[test]
fn a_reset_keeps_the_old_ledger_under_another_name() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    let old = playground.git(&["rev-parse", REFERENCE]);
    playground.run(&["ledger", "reset"]).ends(0);
    assert_eq!(playground.git(&["rev-parse", "refs/rolewright-old/default/dstny/1"]), old);
    assert!(matches!(ledger(&playground, false).load(), Ok(loaded) if loaded.runs.is_empty()));
    playground.run(&["apply"]).ends(0);
}

#[test]
fn keys_that_this_binary_does_not_know_are_kept() {
    let text = r#"{"version":1,"instance":"default/dstny","seq":3,"tomorrow":{"a":[1]},"window":[]}"#;
    let state: State = serde_json::from_str(text).expect("a state");
    let again = serde_json::to_value(state.settle(Settled::default())).expect("JSON");
    assert_eq!(again["tomorrow"], serde_json::json!({ "a": [1] }));
}

#[test]
fn a_run_is_charged_before_it_writes_and_corrected_when_it_closes() {
    let opened = State::first("default/dstny").opened(&record("r-1"));
    assert_eq!(opened.window[0].counts, record("r-1").counts);
    let closed = opened.closed("r-1", &BTreeMap::from([("delete".to_owned(), 1)]));
    assert_eq!(closed.window[0].counts, BTreeMap::from([("delete".to_owned(), 1)]));
    assert_eq!(closed.open, None);
}

#[test]
fn scenario_29_a_dead_runs_charge_is_what_it_removed() {
    let opened = State::first("default/dstny").opened(&record("r-1"));
    let still_wanted = BTreeMap::from([("delete".to_owned(), "bbbbbbbb".to_owned())]);
    let taken = opened.taken_over(&record("r-1"), &still_wanted);
    assert_eq!(
        taken.window[0].counts,
        BTreeMap::from([("delete".to_owned(), 1), ("create".to_owned(), 1)]),
        "creates are not listed, so they stay charged whole"
    );
}

#[test]
fn scenario_32_a_holder_that_was_paused_writes_nothing_more() {
    let seconds = Duration::from_secs;
    let mut lease = Lease::new(seconds(10));
    assert!(lease.may_write(seconds(10), seconds(30)));
    assert!(!lease.renewal_due(seconds(69)) && lease.renewal_due(seconds(70)));
    assert!(lease.may_write(seconds(220), seconds(30)));
    assert!(!lease.may_write(seconds(221), seconds(30)));
    assert!(!lease.may_write(seconds(311), seconds(0)));
    lease.renewed(seconds(300));
    assert!(lease.may_write(seconds(500), seconds(30)));
}

#[test]
fn a_waiting_run_takes_over_only_an_unchanged_lease() {
    let seconds = Duration::from_secs;
    let mut watch = Watch::new(0, seconds(0));
    assert_eq!(watch.look(0, seconds(299)), Watched::Wait);
    assert_eq!(watch.look(1, seconds(299)), Watched::Wait);
    assert_eq!(watch.look(1, seconds(598)), Watched::Wait);
    assert_eq!(watch.look(1, seconds(599)), Watched::Dead);
}

#[test]
fn the_remote_must_be_reachable() {
    let playground = Playground::new();
    playground.git(&["remote", "add", "origin", "gone.git"]);
    assert!(matches!(ledger(&playground, true).load(), Err(LedgerError::Remote(_))));
    playground.run(&["apply"]).ends(1);
}

#[test]
fn how_a_run_ended_is_a_word_and_one_of_a_newer_version_is_kept() {
    for word in
        ["open", "done", "partial", "refused", "incomplete", "held", "closed", "lost", "postponed", ""]
    {
        let text = format!(r#"{{"run":"r-1","result":"{word}"}}"#);
        let record: RunRecord = serde_json::from_str(&text).expect("a record");
        assert_eq!(matches!(record.result, RunResult::Other(_)), matches!(word, "postponed" | ""), "{word}");
        assert_eq!(serde_json::to_value(&record).expect("JSON")["result"], word);
    }
}

/// Two runs would write at once.
#[test]
fn unlock_refuses_a_run_that_shows_a_sign_of_life() {
    let playground = Playground::new();
    let ledger = ledger(&playground, false);
    let first = ledger.load().expect("no ledger yet");
    let state = first.state.clone().opened(&record("r-1"));
    let pushed = ledger.add(&first.head, &state, Some(&tree(&playground)), &record("r-1")).expect("pushed");
    let Pushed::Done(head) = pushed else { panic!("the first run is refused") };
    let mut unlock = playground
        .command(&["unlock", "--application", "dstny"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut said = BufReader::new(unlock.stderr.take().expect("what it says")).lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains("watching run r-1")));
    let mut renewed = state.clone();
    renewed.open.as_mut().expect("open").beat += 1;
    let Ok(Pushed::Done(_)) = ledger.replace(&head, &renewed, None) else { panic!("not renewed") };
    assert!(said.any(|line| line.contains("run r-1 is alive")));
    assert_eq!(unlock.wait().expect("it ends").code(), Some(6));
    assert_eq!(ledger.load().expect("the ledger").state.open, renewed.open);
    // Who knows that the process has ended need not wait.
    playground.run(&["unlock", "--dead", "--application", "dstny"]).ends(0);
    assert_eq!(ledger.load().expect("the ledger").state.open, None);
}
