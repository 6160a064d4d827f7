//! Where others can read the output of CI, only people whom the policies name are named.

use super::{Outputs, ledgers, say, silent};
use crate::support::playground::Playground;
use serde_json::Value;

const KEY: (&str, &str) = ("ROLEWRIGHT_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef");

/// Everything in the data about users and accounts that is in no policy: names, addresses, numbers, ids.
fn canaries(playground: &Playground) -> Vec<String> {
    let mut found = Vec::new();
    for (file, place) in
        [("policies/directories/people.yaml", "users"), ("policies/dstny/start.yaml", "accounts")]
    {
        let document: Value = serde_yaml::from_str(&playground.read(file)).unwrap();
        for one in document[place].as_array().unwrap() {
            gather(one, &mut found);
        }
    }
    let policies: String =
        ["application", "attribute-mapping", "constraints", "exclusions", "lifecycle", "linking-rules"]
            .iter()
            .map(|name| playground.read(&format!("policies/dstny/{name}.yaml")))
            .collect();
    let policies = policies.to_lowercase();
    found.retain(|text| text.len() > 3 && !policies.contains(&text.to_lowercase()));
    found.sort();
    found.dedup();
    assert!(found.len() > 60 && found.iter().any(|found| found == "bo.dahl@contoso.example"), "{found:?}");
    found
}

fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(object) => {
            // Groups and rights also are in the policies.
            let own = |key: &str| !matches!(key, "groups" | "grants" | "appRoles");
            object.iter().filter(|(key, _)| own(key)).for_each(|(_, object)| gather(object, found));
        }
        _ => {}
    }
}

const COMMANDS: [&[&str]; 19] = [
    &["validate"],
    &["plan"],
    &["plan", "--full"],
    &["plan", "--format", "json"],
    &["plan", "--format", "tsv"],
    &["plan", "--format", "lists"],
    &["plan", "--format", "markdown"],
    &["plan", "--base", "HEAD~1", "--head", "HEAD"],
    &["plan", "--base", "HEAD~1", "--head", "HEAD", "--format", "markdown", "--summary", "summary.md"],
    &["plan", "--base", "HEAD~1", "--head", "HEAD", "--format", "json"],
    &["explain", "a1000000-0000-4000-8000-000000000002"],
    &["groups"],
    &["doctor"],
    &["apply"],
    &["apply"],
    &["reconcile", "--once"],
    &["history"],
    &["history", "--json"],
    &["history", "--user", "a1000000-0000-4000-8000-000000000002"],
];

fn at_level(level: &str) -> Playground {
    let playground = Playground::new().at_any_hour("dstny");
    let workspace = playground.read("policies/workspace.yaml");
    playground.write("policies/workspace.yaml", &format!("{workspace}{level}"));
    playground.edit("policies/dstny/lifecycle.yaml", "deleted: delete", "deleted: deactivate");
    playground.commit("What others may see");
    playground
}

fn nobody_is_named(playground: &Playground, environment: &[(&str, &str)]) -> Outputs {
    let canaries = canaries(playground);
    let mut said = Outputs::new();
    say(playground, &mut said, environment, &COMMANDS);
    said.push(("the summary".to_owned(), playground.read("summary.md")));
    ledgers(playground, &mut said);
    // The requested user is named, because the person who asks already knows the name.
    silent(&said, &canaries);
    said
}

#[test]
fn scenario_41_where_counts_are_shown_nobody_is_named_or_has_a_pseudonym() {
    let said = nobody_is_named(&at_level("privacy: counts\n"), &[("CI", "true")]);
    assert!(said.iter().all(|(_, text)| !text.contains("u-")), "{said:#?}");
    assert!(said.iter().any(|(_, text)| text.contains("Applied: ")), "{said:#?}");
}

#[test]
fn scenario_41_where_pseudonyms_are_shown_nobody_is_named() {
    let said = nobody_is_named(&at_level("privacy: pseudonyms\n"), &[("CI", "true"), KEY]);
    let plan = said.iter().find(|(place, _)| place == "stdout of [\"plan\"]").unwrap();
    assert!(plan.1.contains("u-"), "{}", plan.1);
}

/// The log of events names nobody, whatever the policies allow, of runs that write, fail and are refused too.
#[test]
fn the_log_of_events_names_nobody_at_any_level() {
    let playground = at_level("privacy: names\n");
    let canaries = canaries(&playground);
    let mut said = Outputs::new();
    let reconcile: &[&[&str]] = &[&["reconcile", "--once", "--log", "json"]];
    say(&playground, &mut said, &[], reconcile);
    assert!(said[0].1.contains("\"outcome\":\"done\",\"exit\":0"), "{said:#?}");
    let people = playground.read("policies/directories/people.yaml");
    playground.edit(
        "policies/directories/people.yaml",
        "name: Call centre agents",
        "name: Call center agents",
    );
    playground.commit("A group with another name");
    say(&playground, &mut said, &[], reconcile);
    playground
        .write("policies/directories/people.yaml", &people.replace("groups: [Support", "groups: [Nobody"));
    playground.commit("A group that is not there");
    say(&playground, &mut said, &[], reconcile);
    silent(&said, &canaries);
    for (place, text) in &said {
        let lines = text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok());
        assert!(lines && (place.starts_with("stdout") != text.is_empty()), "{place}: {text}");
    }
}

#[test]
fn scenario_41_who_can_read_is_asked_where_the_policies_say_nothing() {
    nobody_is_named(&at_level(""), &[("CI", "true")]);
    nobody_is_named(&at_level(""), &[("CI", "true"), ("CI_PROJECT_VISIBILITY", "public"), KEY]);
}

#[test]
fn scenario_41_without_key_pseudonyms_are_an_error_before_anything_is_read() {
    let playground = at_level("privacy: pseudonyms\n");
    let mut said = Outputs::new();
    say(&playground, &mut said, &[("CI", "true")], &[&["plan"], &["apply"]]);
    silent(&said, &canaries(&playground));
    assert!(said.iter().any(|(_, text)| text.contains("ROLEWRIGHT_KEY")), "{said:#?}");
}

#[test]
fn errors_name_nobody_either() {
    let playground = at_level("privacy: counts\n");
    let canaries = canaries(&playground);
    playground.run(&["apply"]).ends(0);
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: []",
    );
    let store = rusqlite::Connection::open(playground.path("policies/dstny.db")).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'bo.dahl@contoso.example has records'); END";
    store.execute_batch(refuse).unwrap();
    drop(store);
    let mut said = Outputs::new();
    say(&playground, &mut said, &[("CI", "true")], &[&["apply"], &["plan"], &["history"]]);
    assert!(said.iter().any(|(_, text)| text.contains("FAILED")), "{said:#?}");
    silent(&said, &canaries);
}
