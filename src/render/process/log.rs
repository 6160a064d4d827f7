//! One JSON object for each event: ids, codes and numbers, so that a log that is kept elsewhere names nobody.

use super::state::{EndedRun, InstanceName, PlanCounts};
use serde::Serialize;
use std::collections::BTreeMap;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'e> {
    /// The process begins.
    Begun,
    /// The branch could not be fetched, with the error's code.
    BranchUnread(&'static str),
    /// A webhook has the branch looked at.
    Hinted,
    /// Nothing of a commit is applied.
    Unsound {
        /// The branch's tip.
        commit: &'e str,
        /// The error's code.
        error: &'static str,
    },
    /// A run begins.
    RunBegun {
        /// The application.
        instance: &'e InstanceName,
        /// Why.
        cause: &'static str,
        /// The branch's tip.
        commit: &'e str,
    },
    /// A run ended.
    RunEnded {
        /// The application.
        instance: &'e InstanceName,
        /// The run.
        run: &'e EndedRun,
        /// When the next one is due.
        next: Option<i64>,
    },
    /// The process ends, with this exit code.
    Ended(u8),
}

/// Every event: its word, and the keys that it may have beside `time` and `event`.
pub const EVENTS: &[(&str, &[&str])] = &[
    ("begun", &["version"]),
    ("branch-unread", &["error"]),
    ("webhook", &[]),
    ("unsound", &["commit", "error"]),
    ("run-begun", &["environment", "application", "cause", "commit"]),
    (
        "run-ended",
        &[
            "environment",
            "application",
            "cause",
            "commit",
            "run",
            "outcome",
            "exit",
            "error",
            "seconds",
            "changes",
            "held",
            "quarantined",
            "next",
        ],
    ),
    ("ended", &["exit"]),
];

#[derive(Default, Serialize)]
struct Line<'l> {
    time: String,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    #[serde(flatten)]
    counts: Option<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize)]
struct Counts {
    held: u64,
    quarantined: u64,
}

impl From<PlanCounts> for Counts {
    fn from(counts: PlanCounts) -> Self {
        Self { held: counts.held, quarantined: counts.quarantined }
    }
}

/// The line of an event at an instant, with its end.
pub fn line(at: i64, event: Event<'_>) -> String {
    let time = crate::model::rfc3339_of(at);
    let line = match event {
        Event::Begun => Line { event: "begun", version: Some(env!("CARGO_PKG_VERSION")), ..Line::default() },
        Event::BranchUnread(error) => Line { event: "branch-unread", error: Some(error), ..Line::default() },
        Event::Hinted => Line { event: "webhook", ..Line::default() },
        Event::Unsound { commit, error } => {
            Line { event: "unsound", commit: Some(commit), error: Some(error), ..Line::default() }
        }
        Event::RunBegun { instance, cause, commit } => {
            Line { event: "run-begun", cause: Some(cause), commit: Some(commit), ..of(instance) }
        }
        Event::RunEnded { instance, run, next } => ended(instance, run, next),
        Event::Ended(exit) => Line { event: "ended", exit: Some(exit), ..Line::default() },
    };
    // Strings, numbers and maps with text keys can be written as JSON.
    let json = serde_json::to_string(&Line { time, ..line }).unwrap_or_default();
    format!("{}\n", crate::render::escape::json(json))
}

fn of(instance: &InstanceName) -> Line<'_> {
    let (environment, application) =
        (Some(instance.environment.as_str()), Some(instance.application.as_str()));
    Line { environment, application, ..Line::default() }
}

fn ended<'l>(instance: &'l InstanceName, run: &'l EndedRun, next: Option<i64>) -> Line<'l> {
    let mut changes: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for (change, count) in &run.changes {
        *changes.entry(change.operation).or_default().entry(change.outcome).or_default() += count;
    }
    Line {
        event: "run-ended",
        cause: Some(run.cause),
        commit: Some(&run.commit),
        run: run.run.as_deref(),
        outcome: Some(run.outcome),
        exit: Some(run.exit),
        error: run.error,
        seconds: Some(run.milliseconds as f64 / 1000.0),
        changes,
        counts: run.counts.map(Counts::from),
        next: next.map(crate::model::rfc3339_of),
        ..of(instance)
    }
}
