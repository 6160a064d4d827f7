//! What a process that stays shows of itself: metrics, status page and log, and the page of the manual about them.
#![expect(clippy::disallowed_methods, reason = "pages are files")]

use crate::support::blessing::{assert_written, cases, difference};
use crate::support::clock::at;
use rolewright::render::process::{
    ChangeCount, EVENTS, EndedRun, Event, InstanceName, METRICS, PlanCounts, PoliciesState, Process,
    RUN_OUTCOMES, line, metrics, page,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn name(application: &str) -> InstanceName {
    InstanceName { environment: "default".to_owned(), application: application.to_owned() }
}

fn run(number: u32, outcome: &'static str, exit: u8, milliseconds: u64) -> EndedRun {
    let count = |operation, outcome| ChangeCount { operation, outcome };
    EndedRun {
        run: Some(format!("r-{number}")),
        commit: COMMIT.to_owned(),
        cause: "schedule",
        outcome,
        exit,
        error: (exit == 7).then_some("run/incomplete"),
        at: at("2026-11-30T12:00:00Z") + i64::from(number),
        milliseconds,
        changes: BTreeMap::from([(count("create", "made"), 2), (count("grant", "failed"), 1)]),
        counts: (exit != 7).then_some(PlanCounts { held: 3, quarantined: 1 }),
    }
}

/// Two applications; one has a name that no policy could have.
fn process() -> Process {
    let mut process = Process::new("0.1.0", at("2026-11-30T11:00:00Z"));
    let hostile = name("<script>\"\\\n\u{202e}&'");
    process.looked(at("2026-11-30T12:01:00Z"), COMMIT, PoliciesState::Sound);
    process.failed_looks = 2;
    [true, false, true].into_iter().for_each(|accepted| process.webhook(accepted));
    process.applications([name("dstny"), hostile.clone()]);
    process.ended(&name("dstny"), run(1, "done", 0, 900));
    process.ended(&name("dstny"), run(2, "partial", 5, 61_000));
    process.ended(&hostile, run(7, "incomplete", 7, 20_000_000));
    process.due(&name("dstny"), Some(at("2026-11-30T12:03:00Z")));
    process
}

fn log() -> String {
    let (instance, run) = (name("dstny"), run(12, "partial", 5, 61_234));
    let events = [
        Event::Begun,
        Event::BranchUnread("run/remote"),
        Event::Hinted,
        Event::Unsound { commit: COMMIT, error: "run/policies" },
        Event::RunBegun { instance: &instance, cause: "push", commit: COMMIT },
        Event::RunEnded { instance: &instance, run: &run, next: Some(at("2026-11-30T12:03:00Z")) },
        Event::Ended(0),
    ];
    events.into_iter().map(|event| line(at("2026-11-30T12:00:00Z"), event)).collect()
}

#[test]
fn metrics_page_and_log_are_as_expected() {
    let shown = page(&process());
    let faces = [("metrics.txt", metrics(&process())), ("page.html", shown.html), ("log.ndjson", log())];
    let wrong: Vec<String> =
        faces.iter().filter_map(|(file, text)| difference(&cases("process").join(file), text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown.policy.starts_with("default-src 'none'; style-src 'sha256-"), "{}", shown.policy);
}

/// Prometheus' text format: each sample belongs to the metric before it, and has its labels and no other.
#[test]
fn each_sample_has_the_labels_that_are_documented() {
    let text = metrics(&process());
    for metric in METRICS {
        let samples: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter(|line| {
                line.split(['{', ' '])
                    .next()
                    .unwrap()
                    .trim_end_matches("_bucket")
                    .trim_end_matches("_sum")
                    .trim_end_matches("_count")
                    == metric.name
            })
            .collect();
        assert!(!samples.is_empty(), "{} has no sample", metric.name);
        for sample in samples {
            let labels: BTreeSet<&str> = match sample.split_once('{') {
                Some((_, rest)) => rest.split("\",").map(|label| label.split('=').next().unwrap()).collect(),
                None => BTreeSet::new(),
            };
            let documented: BTreeSet<&str> = metric.labels.iter().copied().collect();
            assert_eq!(
                labels.into_iter().filter(|label| *label != "le").collect::<BTreeSet<_>>(),
                documented,
                "{sample}"
            );
        }
    }
}

/// Nothing stands in the page as markup that was a name.
#[test]
fn h27_a_name_is_no_markup_and_no_line_of_metrics() {
    let (shown, text) = (page(&process()).html, metrics(&process()));
    assert!(!shown.contains("<script>") && shown.contains("&lt;script&gt;"), "{shown}");
    assert!(!shown.contains('\u{202e}'), "{shown}");
    assert!(text.lines().all(|line| line.starts_with("# ") || line.starts_with("rolewright_")), "{text}");
}

#[test]
fn each_event_has_the_keys_that_are_documented() {
    for line in log().lines() {
        let event: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        let word = event["event"].as_str().unwrap();
        let (_, keys) = EVENTS.iter().find(|(known, _)| *known == word).expect("a documented event");
        let keys: BTreeSet<&str> = keys.iter().copied().chain(["time", "event"]).collect();
        assert!(event.keys().all(|key| keys.contains(key.as_str())), "{line}");
    }
    assert_eq!(log().lines().count(), EVENTS.len());
}

/// The part of a text between two marks, replaced.
fn replaced(text: &str, after: &str, before: &str, with: &str) -> String {
    let start = text.find(after).unwrap_or_else(|| panic!("no {after:?}")) + after.len();
    let end = start + text[start..].find(before).unwrap_or_else(|| panic!("no {before:?}"));
    format!("{}{with}{}", &text[..start], &text[end..])
}

#[test]
fn every_metric_and_event_stands_in_the_manual() {
    let code = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let rows: String = METRICS
        .iter()
        .map(|metric| {
            format!("| `{}` | {} | {} | {} |\n", metric.name, metric.kind, code(metric.labels), metric.help)
        })
        .collect();
    let events: String =
        EVENTS.iter().map(|(event, keys)| format!("| `{event}` | {} |\n", code(keys))).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/reconcile.md");
    let manual = fs::read_to_string(file).unwrap();
    let manual = replaced(
        &manual,
        "| metric | type | labels | says |\n| --- | --- | --- | --- |\n",
        "\nAlerts",
        &rows,
    );
    let manual = replaced(&manual, "| event | may have |\n| --- | --- |\n", "\n| key | says |", &events);
    assert_written("docs/reference/reconcile.md", &manual);
    assert!(RUN_OUTCOMES.iter().all(|outcome| rows.contains(&format!("`{outcome}`"))));
}
