//! `rolewright matrix`: which applications are due by the ledger, and the jobs that CI systems make of them.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::clock::at;
use crate::support::playground::Playground;
use rolewright::gate::{DueCause, LedgerLook, Open, RunRecord, RunResult, Settled, State};
use rolewright::model::{Period, Zone};
use rolewright::policy::{Origin, Rhythm, Schedule};
use rolewright::render::matrix::{DueApplication, github, gitlab};
use serde_json::{Value, json};

const NOW: &str = "2026-11-30T12:10:00Z";

fn every(period: &str) -> Schedule {
    let time_zone = Zone::parse("UTC").unwrap();
    Schedule { rhythm: Rhythm::Every(Period::parse(period).unwrap()), time_zone, origin: Origin::NOWHERE }
}

/// Settled policies `p-1`, and a run that applied them.
fn quiet(began: &str, result: RunResult) -> (State, RunRecord) {
    let settled = Settled { policy: "p-1".to_owned(), ..Settled::default() };
    let record = RunRecord { at: began.to_owned(), policy: "p-1".to_owned(), result, ..RunRecord::default() };
    (State::default().settle(settled), record)
}

#[test]
fn what_the_ledger_knows_decides_what_is_due() {
    let schedule = every("1h");
    let due = |(state, record): &(State, RunRecord), policy: &str, since: Option<&str>| {
        let since = since.map(at);
        let last = Some(record);
        LedgerLook { state, last, policy, schedule: Some(&schedule), since }.due(at(NOW))
    };
    let recent = quiet("2026-11-30T12:05:00Z", RunResult::Done);
    assert_eq!(due(&recent, "p-1", None), None);
    assert_eq!(due(&recent, "p-2", None), Some(DueCause::Merge));
    let old = quiet("2026-11-29T12:05:00Z", RunResult::Done);
    assert_eq!(due(&old, "p-1", None), Some(DueCause::Schedule), "a quiet run is not recorded");
    assert_eq!(due(&old, "p-1", Some("2026-11-30T12:05:00Z")), None);
    assert_eq!(due(&old, "p-1", Some("2026-11-30T11:59:59Z")), Some(DueCause::Schedule));
    assert_eq!(
        due(&recent, "p-1", Some("2026-11-30T11:00:00Z")),
        None,
        "the last run served the moment before it"
    );
    for (result, cause) in [
        (RunResult::Partial, Some(DueCause::Retry)),
        (RunResult::Incomplete, Some(DueCause::Retry)),
        (RunResult::Refused, None),
        (RunResult::Held, None),
        (RunResult::Closed, None),
    ] {
        assert_eq!(due(&quiet("2026-11-30T12:05:00Z", result), "p-1", None), cause);
    }
    // A run applied these policies and settled nothing: a person is asked, and no merge is new.
    let (mut waits, record) = quiet("2026-11-30T12:05:00Z", RunResult::Held);
    waits.settled = None;
    assert_eq!(due(&(waits.clone(), record.clone()), "p-1", None), None);
    waits.open = Some(Open { run: "r-2".to_owned(), beat: 1 });
    assert_eq!(due(&(waits, record), "p-1", None), Some(DueCause::Retry));
    let state = State::default();
    let never = LedgerLook { state: &state, last: None, policy: "p-1", schedule: None, since: None };
    assert_eq!(never.due(at(NOW)), Some(DueCause::Start));
}

/// Whoever names an application adds no job, no key and no line.
#[test]
fn names_are_values_of_the_jobs_and_nothing_else() {
    let named = |application: &str| DueApplication {
        application: application.to_owned(),
        environment: "default".to_owned(),
        cause: "push",
    };
    let hostile = "x\"\n'script': $CI_JOB_TOKEN ##[group]\u{202e}";
    let due = [named("dstny"), named(hostile)];
    let line = github(&due);
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(!line.contains("##[") && !line.contains('\u{202e}'), "{line}");
    let matrix: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        matrix["include"][0],
        json!({ "application": "dstny", "environment": "default", "cause": "push" })
    );
    assert_eq!(matrix["include"][1]["application"], hostile);
    let pipeline: Value = serde_json::from_str(&gitlab(&due, ".gitlab/apply.yml")).unwrap();
    assert_eq!(pipeline["include"], json!([{ "local": ".gitlab/apply.yml" }]));
    let job = &pipeline[format!("apply {hostile}")];
    assert_eq!(job["variables"]["ROLEWRIGHT_APPLICATION"], json!({ "value": hostile, "expand": false }));
    assert_eq!(job["extends"], ".rolewright-apply");
    assert_eq!(pipeline.as_object().unwrap().len(), 3);
    let nothing: Value = serde_json::from_str(&gitlab(&[], ".gitlab/apply.yml")).unwrap();
    assert_eq!(nothing["nothing is due"]["script"], json!(["true"]));
    assert_eq!(github(&[]), "{\"include\":[]}\n");
}

#[test]
fn a_company_asks_what_is_due_applies_it_and_merges_again() {
    let playground = Playground::of(&["dstny", "promapp"]).at_any_hour("dstny").at_any_hour("promapp");
    let causes = |more: &[&str]| {
        let said = playground.run(&[&["matrix"], more].concat()).ends(0).stdout;
        let matrix: Value = serde_json::from_str(&said).unwrap();
        let jobs = matrix["include"].as_array().unwrap().clone();
        let word = |job: &Value, key: &str| job[key].as_str().unwrap().to_owned();
        jobs.iter().map(|job| (word(job, "application"), word(job, "cause"))).collect::<Vec<_>>()
    };
    let pairs = |expected: &[(&str, &str)]| -> Vec<(String, String)> {
        expected.iter().map(|(name, cause)| ((*name).to_owned(), (*cause).to_owned())).collect()
    };
    assert_eq!(causes(&[]), pairs(&[("dstny", "start"), ("promapp", "start")]));
    playground.run(&["apply", "--application", "dstny"]).ends(0);
    assert_eq!(causes(&["--since", "1m"]), pairs(&[("promapp", "start")]));
    playground.edit("policies/dstny/attribute-mapping.yaml", "  title: jobTitle\n", "  title: department\n");
    assert_eq!(causes(&["--since", "1m"]), pairs(&[("promapp", "start")]), "it is not merged");
    playground.commit("Titles are departments");
    assert_eq!(causes(&["--since", "1m", "--application", "dstny"]), pairs(&[("dstny", "push")]));
    assert_eq!(causes(&["--all"]).len(), 2);
    let wrong = playground.run(&["matrix", "--since", "soon"]).ends(1);
    assert!(wrong.stderr.contains("`soon` is not a length of time"), "{}", wrong.stderr);
}
