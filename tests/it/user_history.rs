//! `history --user`: which runs touched a person, from a real ledger.

use crate::support::playground::Playground;
use serde_json::Value;

const BO: &str = "bo.dahl@contoso.example";
const IDA: &str = "ida.moos@contoso.example";

/// Saved before, applied, then Bo leaves the supervisors, and it is applied again.
fn twice_applied() -> Playground {
    let playground = Playground::new();
    playground.run(&["snapshot", "--output", "before"]).ends(0);
    playground.run(&["apply"]).ends(0);
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: [Support]",
    );
    playground.commit("Bo leaves the supervisors");
    playground.run(&["apply"]).ends(0);
    playground
}

#[test]
fn the_history_of_a_person_names_the_runs_that_took_something() {
    let playground = twice_applied();
    let told = playground.run(&["history", "--user", BO]).ends(0).stdout;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "default/dstny");
    assert!(lines.iter().any(|line| line.contains("user `a1000000-0000-4000-8000-000000000002`")), "{told}");
    let after = |run: &str| {
        let at = lines.iter().position(|line| line.starts_with(&format!("  {run} "))).unwrap();
        lines[at + 1..].iter().take_while(|line| line.starts_with("    ")).copied().collect::<Vec<_>>()
    };
    assert_eq!(after("r-2"), ["    listed: revoke callCentre=supervisor"], "{told}");
    let first = after("r-1");
    assert_eq!(first[0], "    listed: revoke callCentre=agent", "{told}");
    // Records only count rights that nobody marked privileged.
    assert!(first[1].starts_with("    perhaps among: ") && first[1].contains("2 grant"), "{told}");
    assert!(told.contains("note: records list what takes something away"), "{told}");
    // By the account's id it is the same person.
    assert!(playground.run(&["history", "--user", "d-2"]).ends(0).stdout.contains("revoke callCentre=agent"));
}

#[test]
fn a_deleted_account_is_found_by_its_id_or_in_what_was_saved() {
    let playground = twice_applied();
    let told = playground.run(&["history", "--user", IDA]).ends(0).stdout;
    assert!(!told.contains("listed: delete"), "nobody knows her account's id any more: {told}");
    assert!(told.contains("say it with `--account ID`") && told.contains("2 delete"), "{told}");
    let ways: [&[&str]; 2] = [
        &["history", "--user", IDA, "--account", "d-9"],
        &["history", "--user", IDA, "--snapshot", "before"],
    ];
    for way in ways {
        let told = playground.run(way).ends(0).stdout;
        assert!(told.contains("listed: delete"), "{way:?}: {told}");
        assert!(told.contains("  1 run did nothing to this person"), "{way:?}: {told}");
    }
    // The account's id alone is half of what records name: nothing is found, and nothing is ruled out.
    let told = playground.run(&["history", "--user", "d-9"]).ends(0).stdout;
    assert!(told.contains("nobody is called `d-9`") && told.contains("2 delete"), "{told}");
    assert!(!told.contains("did nothing to this person") && !told.contains("listed: "), "{told}");
}

#[test]
fn the_history_of_a_person_goes_to_files_and_to_a_page() {
    let playground = twice_applied();
    let asked = ["history", "--user", BO, "--output", "html=bo.html", "--output", "json=bo.json"];
    let ran = playground.run(&asked).ends(0);
    assert!(
        ran.stdout.contains("listed: revoke callCentre=supervisor"),
        "stdout has its own format: {}",
        ran.stdout
    );
    assert_eq!(playground.read("bo.json").lines().count(), 2);
    let page = playground.read("bo.html");
    for part in [
        "The runs that touched bo.dahl@contoso.example",
        "listed: revoke callCentre=supervisor",
        "Did to this person",
    ] {
        assert!(page.contains(part), "`{part}` in {page}");
    }
}

#[test]
fn the_history_of_a_person_as_json_has_a_line_for_each_run_that_may_have_touched_them() {
    let playground = twice_applied();
    let ran = playground.run(&["history", "--user", BO, "--json"]).ends(0);
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert_eq!(lines[0]["run"], "r-2");
    assert_eq!(lines[0]["result"], "done");
    assert_eq!(lines[0]["listed"][0]["operation"], "revoke");
    assert_eq!(lines[0]["listed"][0]["what"], "callCentre=supervisor");
    assert_eq!(lines[1]["perhaps"]["grant"], 2);
    assert_eq!(lines[1]["perhaps"].get("revoke"), None, "{}", ran.stdout);
}

#[test]
fn another_key_than_the_runs_had_is_an_error_not_an_empty_history() {
    let mut playground = twice_applied();
    playground.secret("ROLEWRIGHT_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef");
    let ran = playground.run(&["history", "--user", BO]).ends(1);
    assert!(ran.stderr.contains("another key than this `ROLEWRIGHT_KEY`"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
}
