//! The main use of the binary: validate, plan, refusal before the merge, merge, apply, empty plan.
#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::playground::Playground;
use std::fs;

#[test]
fn policies_are_applied_once_merged_and_the_second_plan_is_empty() {
    let playground = Playground::new();
    assert!(playground.run(&["validate"]).ends(0).stdout.contains("No problems found."));
    playground.run(&["plan", "--detailed-exitcode"]).ends(2);
    let applied = playground.run(&["apply"]).ends(0);
    assert!(
        applied.stdout.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."),
        "{}",
        applied.stdout
    );
    let plan = playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
}

#[test]
fn scenario_39_no_remote_another_branch_is_refused_and_writes_nothing() {
    let playground = Playground::new();
    playground.git(&["switch", "-q", "-c", "feature"]);
    let refused = playground.run(&["apply"]).ends(4);
    assert!(
        refused.stderr.contains("merge it into `main`") || refused.stderr.contains("Merge it into `main`"),
        "{}",
        refused.stderr
    );
    assert!(!playground.path("policies/dstny.db").exists());
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
    playground.git(&["switch", "-q", "main"]);
    playground.run(&["apply"]).ends(0);
    assert!(playground.git(&["for-each-ref", "refs/rolewright"]).contains("refs/rolewright/default/dstny"));
}

#[test]
fn what_is_not_committed_is_not_applied() {
    let playground = Playground::new();
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stderr.contains("not committed"), "{}", applied.stderr);
    assert!(applied.stdout.contains("searchable: true -> false"), "{}", applied.stdout);
}

#[test]
fn a_second_apply_writes_nothing_and_adds_nothing_to_the_ledger() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    let before = playground.git(&["rev-parse", "refs/rolewright/default/dstny"]);
    playground.run(&["apply"]).ends(0);
    assert_eq!(playground.git(&["rev-parse", "refs/rolewright/default/dstny"]), before);
    assert!(playground.run(&["history"]).ends(0).stdout.contains("r-1"));
}

#[test]
fn above_a_limit_nothing_is_written() {
    let playground = Playground::new();
    playground.edit("policies/dstny/lifecycle.yaml", "percent: 5, floor: 3", "percent: 5, floor: 1");
    playground.commit("A tighter limit");
    let refused = playground.run(&["apply"]).ends(3);
    assert!(refused.stdout.contains("refused: 2 `removal` changes, limit 1"), "{}", refused.stdout);
    assert!(!playground.path("policies/dstny.db").exists());
}

#[test]
fn e1_an_incomplete_directory_is_never_a_removal() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    let people = playground.read("policies/directories/people.yaml");
    let within_a_number = people.find("'+4533112205'").expect("a number") + 5;
    playground.write("policies/directories/people.yaml", &people[..within_a_number]);
    let before = fs::read(playground.path("policies/dstny.db")).expect("the store");
    playground.run(&["plan"]).ends(7);
    playground.run(&["apply"]).ends(7);
    assert_eq!(fs::read(playground.path("policies/dstny.db")).expect("the store"), before);
}

#[test]
fn a_group_that_is_gone_is_an_error_not_nobody() {
    let playground = Playground::new();
    playground.edit(
        "policies/directories/people.yaml",
        "name: Call centre agents",
        "name: Call center agents",
    );
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Telephony users, Call centre agents]",
        "groups: [Telephony users]",
    );
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre agents]",
        "groups: [Support]",
    );
    let failed = playground.run(&["plan"]).ends(1);
    assert!(failed.stderr.contains("did you mean `Call center agents`?"), "{}", failed.stderr);
    assert!(failed.stderr.contains("policies/dstny/linking-rules.yaml:6"), "{}", failed.stderr);
}

#[test]
fn a_saved_snapshot_gives_the_same_plan() {
    let playground = Playground::new();
    let live = playground.run(&["plan", "--format", "json"]).ends(0).stdout;
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    assert_eq!(playground.run(&["plan", "--format", "json", "--snapshot", "saved"]).ends(0).stdout, live);
    let accounts = playground.read("saved/applications/dstny/accounts.ndjson");
    let cut: Vec<&str> = accounts.lines().skip(1).collect();
    playground.write("saved/applications/dstny/accounts.ndjson", &cut.join("\n"));
    playground.run(&["plan", "--snapshot", "saved"]).ends(7);
}

#[test]
fn the_json_plan_is_what_its_schema_says() {
    let playground = Playground::new();
    let plan = playground.run(&["plan", "--format", "json"]).ends(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("one JSON document on stdout");
    let schema = fs::read_to_string("schemas/plan.schema.json").expect("the schema");
    let schema = serde_json::from_str(&schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert_eq!(
        validator.iter_errors(&plan).map(|error| error.to_string()).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn with_a_remote_its_branch_and_its_ledger_count() {
    let playground = Playground::new();
    playground.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
    playground.git(&["remote", "add", "origin", "remote.git"]);
    playground.write(".gitignore", "*.db*\nremote.git\n");
    playground.commit("Ignore the remote");
    let absent = playground.run(&["apply"]);
    assert_ne!(absent.code, 0, "nothing was pushed yet: {}", absent.stdout);
    playground.git(&["push", "-q", "origin", "main"]);
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    playground.commit("Not pushed");
    let applied = playground.run(&["apply"]).ends(0);
    assert!(
        applied.stdout.contains("searchable: true -> false"),
        "the remote's branch counts: {}",
        applied.stdout
    );
    assert!(playground.git(&["ls-remote", "origin"]).contains("refs/rolewright/default/dstny"));
}

#[test]
fn the_demo_needs_no_input_and_succeeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let playground = Playground::new();
    let walked =
        playground.command(&["demo"]).current_dir(folder.path()).output().expect("the binary starts");
    let text = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{text}");
    for step in [
        "(exit code 4)",
        "Applied: ",
        "No changes. (2 blocked",
        "+disabled: deactivate",
        "Plan: 1 to deactivate",
    ] {
        assert!(text.contains(step), "{step} is missing in:\n{text}");
    }
    assert!(folder.path().join("playground/policies/workspace.yaml").exists());
}

#[test]
fn usage_errors_have_their_own_code() {
    let playground = Playground::new();
    playground.run(&["plan", "--no-such-flag"]).ends(64);
    playground.run(&["--help"]).ends(0);
    playground.edit("policies/dstny/lifecycle.yaml", "deleted: delete", "deletd: delete");
    let failed = playground.run(&["validate"]).ends(1);
    assert!(failed.stdout.contains("did you mean `deleted`?"), "{}", failed.stdout);
}

/// A store that refuses one change, as an application could.
#[test]
fn a_failed_change_stops_no_other_and_a_later_run_repeats_it() {
    let playground = Playground::new();
    // The first write creates the store, also in a run that only updates.
    playground.run(&["apply"]).ends(0);
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: []",
    );
    playground.edit("policies/directories/people.yaml", "'+4533112201'", "'+4533119901'");
    let store = rusqlite::Connection::open(playground.path("policies/dstny.db")).expect("the store");
    let refuse =
        "CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'has records'); END";
    store.execute_batch(refuse).expect("a trigger");
    let partial = playground.run(&["apply"]).ends(5);
    assert!(partial.stdout.contains("FAILED  delete     bo.dahl"), "{}", partial.stdout);
    assert!(partial.stdout.contains("Applied: 1 update, 1 failed."), "{}", partial.stdout);
    store.execute_batch("DROP TRIGGER refuse").expect("no trigger");
    drop(store);
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("Applied: 1 delete."));
    assert!(playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_21_two_runs_at_once_write_each_change_once() {
    let playground = Playground::new();
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let mut command = playground.command(&["apply", "--lease-timeout", "1"]);
            command
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .expect("a run")
        })
        .collect();
    let mut done = 0;
    for run in runs {
        let output = run.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        done += text.lines().filter(|line| line.starts_with("  done")).count();
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 6)), "{code:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(done, 9);
    assert!(playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

#[test]
fn what_is_read_only_is_planned_and_not_applied_and_leaves_no_open_run() {
    let playground = Playground::new();
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    playground.write("policies/accounts.ndjson", "{\"id\":\"x-1\",\"userName\":\"x\"}\n");
    playground.edit(
        "policies/dstny/application.yaml",
        "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }",
        "file: { accounts: accounts.ndjson }",
    );
    playground.edit(
        "policies/dstny/application.yaml",
        "callCentre: { values: [agent, supervisor] }",
        "callCentre: { values: [agent, supervisor], wire: { group: 'Call centre {callCentre}' } }",
    );
    let gone = ["exclusions", "start", "tests"].map(|name| format!("policies/dstny/{name}.yaml"));
    gone.iter().for_each(|path| drop(playground.git(&["rm", "-q", "--cached", path])));
    playground.write(".gitignore", &format!("*.db*\nsaved\n{}\n", gone.join("\n")));
    playground.commit("Files");
    let refused = playground.run(&["apply"]).ends(1);
    assert!(refused.stderr.contains("read only"), "{}", refused.stderr);
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
}

#[test]
fn validate_says_what_is_surely_not_meant_and_ends_well() {
    let playground = Playground::new();
    let everybody = "  - { id: all, when: { any: [{ user: city, present: true }, { user: city, present: false }] }, reason: x }\n";
    let exclusions = playground.read("policies/dstny/exclusions.yaml");
    playground.write("policies/dstny/exclusions.yaml", &format!("{exclusions}{everybody}"));
    let said = playground.run(&["validate"]).ends(0);
    assert!(said.stdout.contains("lint/excludes-everyone"), "{}", said.stdout);
    assert!(said.stdout.contains("Found 1 warning."), "{}", said.stdout);
    let json = playground.run(&["validate", "--format", "json"]).ends(0).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).expect("one document");
    let finding = &document["findings"][0];
    assert_eq!(finding["code"], "lint/excludes-everyone");
    assert_eq!(finding["severity"], "warning");
    assert_eq!((&finding["line"], &finding["column"]), (&10.into(), &11.into()));
    assert!(
        finding["message"].as_str().is_some_and(|text| text.contains("an ordinary user is left untouched")),
        "{finding}"
    );
}
