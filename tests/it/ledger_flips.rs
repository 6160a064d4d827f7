//! A ledger with one changed byte, as anybody with push access can make: the only effect is that more changes are held.
#![expect(clippy::disallowed_methods, reason = "a store that is there from another run goes")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::playground::{CommandOutput, Playground};
use rolewright::gate::{Charge, ItemKey, RunRecord, RunResult, Seen, Settled, State};
use rolewright::ledger::{Ledger, LedgerPlace, Pushed};
use std::collections::BTreeMap;

const KEY: &str = "a key of the tests";
const REFERENCE: &str = "refs/rolewright/default/dstny";

/// The phone system, reviewed by pull requests, with settled policies and an adoption that no pull request showed.
fn reviewed() -> Playground {
    let mut playground = Playground::new().at_any_hour("dstny");
    playground.secret("ROLEWRIGHT_KEY", KEY);
    playground.edit("policies/dstny/lifecycle.yaml", "adoption: allow", "adoption: hold");
    let workspace = playground.read("policies/workspace.yaml");
    playground.write("policies/workspace.yaml", &format!("{workspace}review: {{ forge: github }}\n"));
    playground.commit("Reviewed");
    let ledger =
        Ledger::open(&playground.path(".git"), &LedgerPlace::default(), "default/dstny", None).unwrap();
    let at = "2026-11-20T12:00:00Z".to_owned();
    let items = BTreeMap::from([("deactivate".to_owned(), "aaaaaaaabbbbbbbb".to_owned())]);
    let record = RunRecord {
        version: 1,
        run: "r-1".to_owned(),
        at: at.clone(),
        commit: playground.git(&["rev-parse", "HEAD"]).trim().to_owned(),
        held: items.clone(),
        items,
        result: RunResult::Held,
        ..RunRecord::default()
    };
    let loaded = ledger.load().unwrap();
    let state = State {
        seq: 1,
        settled: Some(Settled {
            commit: record.commit.clone(),
            policy: "0".repeat(64),
            at: at.clone(),
            as_of: String::new(),
        }),
        shown: vec!["r-1".to_owned()],
        window: vec![Charge {
            run: "r-1".to_owned(),
            at,
            counts: BTreeMap::from([("delete".to_owned(), 1)]),
        }],
        seen: Seen { users: 30, groups: 13, accounts: 8 },
        as_of: Some("2026-11-20".to_owned()),
        kid: ItemKey::new(Some(KEY)).kid().to_owned(),
        ..loaded.state
    };
    let tree = playground.git(&["rev-parse", "HEAD:policies"]).trim().to_owned();
    let pushed = ledger.add(&loaded.head, &state, Some(&tree), &record).unwrap();
    assert!(matches!(pushed, Pushed::Done(_)));
    playground
}

/// A run with this ledger, on the initial accounts.
fn run(playground: &Playground, ledger: &str) -> CommandOutput {
    for name in ["policies/dstny.db", "policies/dstny.db-wal", "policies/dstny.db-shm"] {
        drop(std::fs::remove_file(playground.path(name)));
    }
    playground.git(&["update-ref", REFERENCE, ledger]);
    playground.run(&["apply", "--lease-timeout", "1"])
}

/// The same ledger with one byte of a file changed.
fn flipped(playground: &Playground, ledger: &str, path: &str, change: impl Fn(&mut Vec<u8>)) -> String {
    let mut bytes = playground.git(&["cat-file", "-p", &format!("{ledger}:{path}")]).into_bytes();
    change(&mut bytes);
    std::fs::write(playground.path("flipped"), bytes).unwrap();
    let blob = playground.git(&["hash-object", "-w", "flipped"]);
    std::fs::remove_file(playground.path("flipped")).unwrap();
    playground.git(&["read-tree", ledger]);
    playground.git(&["update-index", "--add", "--cacheinfo", "100644", blob.trim(), path]);
    let tree = playground.git(&["write-tree"]);
    playground.git(&["read-tree", "HEAD"]);
    playground.git(&["commit-tree", "-m", "by hand", tree.trim()]).trim().to_owned()
}

#[test]
fn scenario_26_what_an_older_tool_settled_is_settled_by_its_text_and_no_forge_is_asked() {
    let playground = reviewed();
    let ledger = playground.git(&["rev-parse", REFERENCE]).trim().to_owned();
    // Another tool wrote the digest in the ledger; no forge can be reached.
    let ran = run(&playground, &ledger).ends(4);
    assert!(ran.stdout.contains("done    delete") && !ran.stdout.contains("done    adopt"), "{}", ran.stdout);
}

#[test]
fn scenario_24_what_is_held_is_recorded_once() {
    let playground = reviewed();
    playground.run(&["apply"]).ends(4);
    playground.run(&["apply"]).ends(4);
    let last = playground.git(&["rev-parse", REFERENCE]);
    for _ in 0..2 {
        let ran = playground.run(&["apply"]).ends(4);
        assert!(ran.stderr.contains("1 change waits for a person"), "{}", ran.stderr);
        assert_eq!(playground.git(&["rev-parse", REFERENCE]), last);
    }
}

#[test]
fn scenario_33_a_changed_byte_of_the_ledger_applies_nothing_that_was_not_shown() {
    let playground = reviewed();
    let ledger = playground.git(&["rev-parse", REFERENCE]).trim().to_owned();
    let record = "runs/2026/r-1.json";
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    for (path, step) in
        [("state.json", 11), (record, 37), ("settled/dstny/lifecycle.yaml", 151), ("format", 5)]
    {
        let length = playground.git(&["cat-file", "-p", &format!("{ledger}:{path}")]).len();
        assert!(length > 10, "{path}");
        for place in (0..length).step_by(step) {
            let changed = flipped(&playground, &ledger, path, |bytes| bytes[place] ^= 1 + (place % 3) as u8);
            let ran = run(&playground, &changed);
            assert!(
                matches!(ran.code, 1 | 3 | 4),
                "{path} at {place}: {}\n{}\n{}",
                ran.code,
                ran.stdout,
                ran.stderr
            );
            assert!(!ran.stdout.contains("done    adopt"), "{path} at {place}: {}", ran.stdout);
            assert!(ran.code == 4 || !ran.stdout.contains("  done "), "{path} at {place}: {}", ran.stdout);
            *codes.entry(ran.code).or_default() += 1;
        }
    }
    assert!(codes.get(&1) > Some(&5) && codes.get(&4) > Some(&5), "{codes:?}");
}

#[test]
fn scenario_33_a_replay_of_an_older_state_or_a_ledger_that_is_gone_holds_more() {
    let playground = reviewed();
    let ledger = playground.git(&["rev-parse", REFERENCE]).trim().to_owned();
    run(&playground, &ledger).ends(4);
    // Without the settled policies, the forge's evidence is needed, but the forge cannot be reached.
    playground.git(&["update-ref", "-d", REFERENCE]);
    let ran = playground.run(&["apply"]).ends(1);
    assert!(!ran.stdout.contains("  done "), "{}", ran.stdout);
    // An older state: later changes stay as they are, and the adoption waits.
    playground.git(&["update-ref", REFERENCE, &ledger]);
    let ran = playground.run(&["apply"]).ends(4);
    assert!(!ran.stdout.contains("done    adopt"), "{}", ran.stdout);
}

/// The settled policies have the people of their own commit: what a push changes there is not the directory's own.
#[test]
fn h10_people_that_a_push_changes_need_evidence() {
    let playground = reviewed();
    playground.run(&["apply"]).ends(4);
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: [Support]",
    );
    playground.commit("One supervisor less");
    let ran = playground.run(&["apply"]).ends(1);
    assert!(ran.stderr.contains("policies are reviewed in pull requests"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("done"), "{}", ran.stdout);
}
