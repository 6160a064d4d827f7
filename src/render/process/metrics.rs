//! Metrics in Prometheus' text format, version 0.0.4. Labels are applications, environments, operations and outcomes, so that there are few
//! series and no person among them.

use super::state::{BOUNDS, InstanceName, InstanceState, PoliciesState, Process, RUN_OUTCOMES};
use std::fmt::Write;

/// A metric, as its page lists it.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its type: `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
    values: fn(&Process) -> Vec<Sample>,
}

/// A value with its labels' values.
struct Sample {
    suffix: &'static str,
    labels: Vec<(&'static str, String)>,
    value: String,
}

const OF_INSTANCE: &[&str] = &["environment", "application"];

/// Every metric.
pub const METRICS: &[Metric] = &[
    Metric {
        name: "rolewright_build_info",
        kind: "gauge",
        labels: &["version"],
        help: "1, with the version of the binary",
        values: |process| vec![sample(vec![("version", process.version.to_owned())], 1)],
    },
    Metric {
        name: "rolewright_start_timestamp_seconds",
        kind: "gauge",
        labels: &[],
        help: "when the process began",
        values: |process| vec![sample(Vec::new(), process.begun)],
    },
    Metric {
        name: "rolewright_policies_sound",
        kind: "gauge",
        labels: &[],
        help: "1 if the policies at the branch's tip can be applied, else 0",
        values: |process| vec![sample(Vec::new(), u8::from(process.policies == PoliciesState::Sound))],
    },
    Metric {
        name: "rolewright_branch_looks_total",
        kind: "counter",
        labels: &["outcome"],
        help: "how many times the branch was fetched (`done`) or could not be (`failed`)",
        values: |process| {
            let outcome = |word: &str, count| sample(vec![("outcome", word.to_owned())], count);
            vec![outcome("done", process.looks), outcome("failed", process.failed_looks)]
        },
    },
    Metric {
        name: "rolewright_branch_last_look_timestamp_seconds",
        kind: "gauge",
        labels: &[],
        help: "when the branch was fetched last; absent before",
        values: |process| process.looked.map(|at| sample(Vec::new(), at)).into_iter().collect(),
    },
    Metric {
        name: "rolewright_webhooks_total",
        kind: "counter",
        labels: &["outcome"],
        help: "webhooks by outcome: `accepted`, or `refused`, which were not signed with the secret",
        values: |process| {
            let outcome = |word: &str, count| sample(vec![("outcome", word.to_owned())], count);
            vec![outcome("accepted", process.webhooks), outcome("refused", process.refused_webhooks)]
        },
    },
    Metric {
        name: "rolewright_runs_total",
        kind: "counter",
        labels: &["environment", "application", "outcome"],
        help: "runs that ended, by outcome: `done`, `waits`, `refused`, `partial`, `leased`, `incomplete`, `error`",
        values: |process| {
            each(process, |state, labels| {
                let runs = |outcome: &&str| state.runs.get(*outcome).copied().unwrap_or(0);
                let all = RUN_OUTCOMES.iter();
                all.map(|outcome| sample(and(labels, "outcome", outcome), runs(outcome))).collect()
            })
        },
    },
    Metric {
        name: "rolewright_run_last_success_timestamp_seconds",
        kind: "gauge",
        labels: OF_INSTANCE,
        help: "when the last run with exit code 0 ended; absent before",
        values: |process| {
            each(process, |state, labels| {
                state.succeeded.map(|at| sample(labels.to_vec(), at)).into_iter().collect()
            })
        },
    },
    Metric {
        name: "rolewright_run_next_timestamp_seconds",
        kind: "gauge",
        labels: OF_INSTANCE,
        help: "when the next run is due; absent if only a merge begins it",
        values: |process| {
            each(process, |state, labels| {
                state.next.map(|at| sample(labels.to_vec(), at)).into_iter().collect()
            })
        },
    },
    Metric {
        name: "rolewright_run_duration_seconds",
        kind: "histogram",
        labels: OF_INSTANCE,
        help: "how long runs took",
        values: |process| each(process, durations),
    },
    Metric {
        name: "rolewright_changes_total",
        kind: "counter",
        labels: &["environment", "application", "operation", "outcome"],
        help: "changes of runs, by operation and outcome: `made`, `failed`, `not_begun`",
        values: |process| {
            each(process, |state, labels| {
                let changes = state.changes.iter();
                let labels =
                    |operation, outcome| and(&and(labels, "operation", operation), "outcome", outcome);
                changes
                    .map(|(change, count)| sample(labels(change.operation, change.outcome), *count))
                    .collect()
            })
        },
    },
    Metric {
        name: "rolewright_changes_held",
        kind: "gauge",
        labels: OF_INSTANCE,
        help: "changes of the last plan that wait for a person",
        values: |process| each(process, |state, labels| vec![sample(labels.to_vec(), state.counts.held)]),
    },
    Metric {
        name: "rolewright_changes_quarantined",
        kind: "gauge",
        labels: OF_INSTANCE,
        help: "changes of the last plan that wait because they failed before",
        values: |process| {
            each(process, |state, labels| vec![sample(labels.to_vec(), state.counts.quarantined)])
        },
    },
];

type Labels = Vec<(&'static str, String)>;

fn sample(labels: Labels, value: impl ToString) -> Sample {
    Sample { suffix: "", labels, value: value.to_string() }
}

fn and(labels: &Labels, name: &'static str, value: &str) -> Labels {
    labels.iter().cloned().chain([(name, value.to_owned())]).collect()
}

fn each(process: &Process, of: fn(&InstanceState, &Labels) -> Vec<Sample>) -> Vec<Sample> {
    let labels = |name: &InstanceName| {
        vec![("environment", name.environment.clone()), ("application", name.application.clone())]
    };
    process.instances.iter().flat_map(|(name, state)| of(state, &labels(name))).collect()
}

fn durations(state: &InstanceState, labels: &Labels) -> Vec<Sample> {
    let count: u64 = state.runs.values().sum();
    let bucket =
        |bound: &str, count: u64| Sample { suffix: "_bucket", ..sample(and(labels, "le", bound), count) };
    let mut samples: Vec<Sample> =
        BOUNDS.iter().zip(state.within).map(|(bound, within)| bucket(&bound.to_string(), within)).collect();
    samples.push(bucket("+Inf", count));
    let seconds = format!("{}.{:03}", state.milliseconds / 1000, state.milliseconds % 1000);
    samples.push(Sample { suffix: "_sum", ..sample(labels.clone(), seconds) });
    samples.push(Sample { suffix: "_count", ..sample(labels.clone(), count) });
    samples
}

/// All metrics.
pub fn metrics(process: &Process) -> String {
    let mut text = String::new();
    for metric in METRICS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {} {}\n# TYPE {0} {}", metric.name, metric.help, metric.kind);
        for Sample { suffix, labels, value } in (metric.values)(process) {
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(text, "{}{suffix}{labels} {value}", metric.name);
        }
    }
    text
}

/// A label's value, as the format wants it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
