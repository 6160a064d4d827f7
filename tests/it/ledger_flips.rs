//! A ledger of which a byte is another: whoever may push can alter it, and gains nothing but that more is held.
#![expect(clippy::disallowed_methods, reason = "a store that is there from another run goes")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::playground::{Playground, Ran};
use rolewright::gate::{Charge, RunRecord, RunResult, Seen, Settled, State};
use rolewright::ledger::{Ledger, Pushed};
use std::collections::BTreeMap;

const REFERENCE: &str = "refs/rolewright/default/dstny";

/// The phone system, reviewed by pull requests, with settled policies and an adoption that was shown to nobody.
fn reviewed() -> Playground {
    let it = Playground::new().at_any_hour("dstny");
    it.edit("policies/dstny/lifecycle.yaml", "adoption: allow", "adoption: hold");
    let workspace = it.read("policies/workspace.yaml");
    it.write("policies/workspace.yaml", &format!("{workspace}review: {{ forge: github }}\n"));
    it.commit("Reviewed");
    let ledger = Ledger::open(&it.path(".git"), "refs/rolewright", "default/dstny", None).unwrap();
    let at = "2026-11-20T12:00:00Z".to_owned();
    let items = BTreeMap::from([("deactivate".to_owned(), "aaaaaaaabbbbbbbb".to_owned())]);
    let record = RunRecord {
        version: 1,
        run: "r-1".to_owned(),
        at: at.clone(),
        commit: it.git(&["rev-parse", "HEAD"]).trim().to_owned(),
        held: items.clone(),
        items,
        result: RunResult::Held,
        ..RunRecord::default()
    };
    let loaded = ledger.load().unwrap();
    let state = State {
        seq: 1,
        settled: Some(Settled { commit: record.commit.clone(), policy: "0".repeat(64), at: at.clone() }),
        shown: vec!["r-1".to_owned()],
        window: vec![Charge {
            run: "r-1".to_owned(),
            at,
            counts: BTreeMap::from([("delete".to_owned(), 1)]),
        }],
        seen: Seen { users: 30, groups: 13, accounts: 8 },
        as_of: Some("2026-11-20".to_owned()),
        kid: "none".to_owned(),
        ..loaded.state
    };
    let tree = it.git(&["rev-parse", "HEAD:policies"]).trim().to_owned();
    let pushed = ledger.add(&loaded.head, &state, Some(&tree), &record).unwrap();
    assert!(matches!(pushed, Pushed::Done(_)));
    it
}

/// A run on a ledger, on accounts as they were at first.
fn run(it: &Playground, ledger: &str) -> Ran {
    for name in ["policies/dstny.db", "policies/dstny.db-wal", "policies/dstny.db-shm"] {
        drop(std::fs::remove_file(it.path(name)));
    }
    it.git(&["update-ref", REFERENCE, ledger]);
    it.run(&["apply", "--lease-timeout", "1"])
}

/// The same ledger with a byte of a file changed.
fn flipped(it: &Playground, ledger: &str, path: &str, change: impl Fn(&mut Vec<u8>)) -> String {
    let mut bytes = it.git(&["cat-file", "-p", &format!("{ledger}:{path}")]).into_bytes();
    change(&mut bytes);
    std::fs::write(it.path("flipped"), bytes).unwrap();
    let blob = it.git(&["hash-object", "-w", "flipped"]);
    std::fs::remove_file(it.path("flipped")).unwrap();
    it.git(&["read-tree", ledger]);
    it.git(&["update-index", "--add", "--cacheinfo", "100644", blob.trim(), path]);
    let tree = it.git(&["write-tree"]);
    it.git(&["read-tree", "HEAD"]);
    it.git(&["commit-tree", "-m", "by hand", tree.trim()]).trim().to_owned()
}

#[test]
fn scenario_26_what_an_older_tool_settled_is_settled_by_its_text_and_no_forge_is_asked() {
    let it = reviewed();
    let ledger = it.git(&["rev-parse", REFERENCE]).trim().to_owned();
    // The digest in the ledger is another tool's; no forge can be reached.
    let ran = run(&it, &ledger).ends(4);
    assert!(ran.out.contains("done    delete") && !ran.out.contains("done    adopt"), "{}", ran.out);
}

#[test]
fn scenario_24_what_is_held_is_recorded_once() {
    let it = reviewed();
    it.run(&["apply"]).ends(4);
    it.run(&["apply"]).ends(4);
    let last = it.git(&["rev-parse", REFERENCE]);
    for _ in 0..2 {
        let ran = it.run(&["apply"]).ends(4);
        assert!(ran.talk.contains("1 changes wait for a person"), "{}", ran.talk);
        assert_eq!(it.git(&["rev-parse", REFERENCE]), last);
    }
}

#[test]
fn scenario_33_a_byte_of_the_ledger_changed_lets_nothing_flow_that_was_shown_to_nobody() {
    let it = reviewed();
    let ledger = it.git(&["rev-parse", REFERENCE]).trim().to_owned();
    let record = "runs/2026/r-1.json";
    let mut codes: BTreeMap<i32, usize> = BTreeMap::new();
    for (path, step) in
        [("state.json", 11), (record, 37), ("settled/dstny/lifecycle.yaml", 151), ("format", 5)]
    {
        let length = it.git(&["cat-file", "-p", &format!("{ledger}:{path}")]).len();
        assert!(length > 10, "{path}");
        for place in (0..length).step_by(step) {
            let changed = flipped(&it, &ledger, path, |bytes| bytes[place] ^= 1 + (place % 3) as u8);
            let ran = run(&it, &changed);
            assert!(
                matches!(ran.code, 1 | 3 | 4),
                "{path} at {place}: {}\n{}\n{}",
                ran.code,
                ran.out,
                ran.talk
            );
            assert!(!ran.out.contains("done    adopt"), "{path} at {place}: {}", ran.out);
            assert!(ran.code == 4 || !ran.out.contains("  done "), "{path} at {place}: {}", ran.out);
            *codes.entry(ran.code).or_default() += 1;
        }
    }
    assert!(codes.get(&1) > Some(&5) && codes.get(&4) > Some(&5), "{codes:?}");
}

#[test]
fn scenario_33_a_replay_of_an_older_state_or_a_ledger_that_is_gone_holds_more() {
    let it = reviewed();
    let ledger = it.git(&["rev-parse", REFERENCE]).trim().to_owned();
    run(&it, &ledger).ends(4);
    // Settled policies that are not there any more: the forge must say what was shown, and cannot be asked.
    it.git(&["update-ref", "-d", REFERENCE]);
    let ran = it.run(&["apply"]).ends(1);
    assert!(!ran.out.contains("  done "), "{}", ran.out);
    // An older state: what was done since is done, and the adoption waits.
    it.git(&["update-ref", REFERENCE, &ledger]);
    let ran = it.run(&["apply"]).ends(4);
    assert!(!ran.out.contains("done    adopt"), "{}", ran.out);
}
