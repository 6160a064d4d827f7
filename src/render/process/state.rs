//! What a process has seen and done. All times are seconds since 1970-01-01 UTC.

use std::collections::BTreeMap;

/// How a run can end, as metrics and logs say it.
pub const RUN_OUTCOMES: &[&str] = &["done", "waits", "refused", "partial", "leased", "incomplete", "error"];
/// The upper bounds of the durations that are told apart, in seconds.
pub(super) const BOUNDS: [u64; 8] = [1, 5, 15, 60, 300, 900, 3600, 14_400];

/// The policies at the branch's tip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoliciesState {
    /// They were never read.
    #[default]
    Unread,
    /// They can be applied.
    Sound,
    /// Nothing of them is applied.
    Unsound,
}

/// An application in an environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceName {
    /// The environment of the workspace.
    pub environment: String,
    /// The application.
    pub application: String,
}

/// The number of changes with one operation and one outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeCount {
    /// The operation: `create`.
    pub operation: &'static str,
    /// `made`, `failed` or `not_begun`.
    pub outcome: &'static str,
}

/// What a plan left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanCounts {
    /// The changes that wait for a person.
    pub held: u64,
    /// The changes that wait because they failed before.
    pub quarantined: u64,
}

/// A run that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndedRun {
    /// Its name in the ledger; none: it ended before it had one.
    pub run: Option<String>,
    /// The commit that it applied.
    pub commit: String,
    /// Why it was due.
    pub cause: &'static str,
    /// One of [`RUN_OUTCOMES`].
    pub outcome: &'static str,
    /// Its exit code.
    pub exit: u8,
    /// The code of the error that ended it.
    pub error: Option<&'static str>,
    /// When it ended.
    pub at: i64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Its changes.
    pub changes: BTreeMap<ChangeCount, u64>,
    /// What its plan left out; none: it ended before it had a plan.
    pub counts: Option<PlanCounts>,
}

/// What a process did to one application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceState {
    /// When the next run is due; none: after a merge.
    pub next: Option<i64>,
    /// The last run.
    pub last: Option<EndedRun>,
    pub(super) succeeded: Option<i64>,
    pub(super) runs: BTreeMap<&'static str, u64>,
    pub(super) changes: BTreeMap<ChangeCount, u64>,
    pub(super) counts: PlanCounts,
    /// How many runs took at most as long as each of [`BOUNDS`].
    pub(super) within: [u64; BOUNDS.len()],
    pub(super) milliseconds: u64,
}

/// What a process has seen and done since it began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// The version of the binary.
    pub version: &'static str,
    /// When it began.
    pub begun: i64,
    /// The policies at the tip.
    pub policies: PoliciesState,
    /// The branch's tip, as it was seen last.
    pub commit: Option<String>,
    /// When the branch was fetched last.
    pub looked: Option<i64>,
    /// How many times it was fetched.
    pub looks: u64,
    /// How many times it could not be fetched.
    pub failed_looks: u64,
    /// How many webhooks were accepted.
    pub webhooks: u64,
    /// How many were refused.
    pub refused_webhooks: u64,
    /// The applications at the last sound tip.
    pub instances: BTreeMap<InstanceName, InstanceState>,
}

impl InstanceState {
    fn ended(&mut self, run: EndedRun) {
        *self.runs.entry(run.outcome).or_default() += 1;
        for (change, count) in &run.changes {
            *self.changes.entry(change.clone()).or_default() += count;
        }
        for (bound, within) in BOUNDS.iter().zip(&mut self.within) {
            *within += u64::from(run.milliseconds <= bound * 1000);
        }
        self.milliseconds += run.milliseconds;
        self.counts = run.counts.unwrap_or(self.counts);
        if run.exit == 0 {
            self.succeeded = Some(run.at);
        }
        self.last = Some(run);
    }
}

impl Process {
    /// A process that begins.
    pub fn new(version: &'static str, begun: i64) -> Self {
        Self { version, begun, ..Self::default() }
    }

    /// The branch was fetched, and has this tip.
    pub fn looked(&mut self, at: i64, commit: &str, policies: PoliciesState) {
        (self.looks, self.looked, self.policies) = (self.looks + 1, Some(at), policies);
        self.commit = Some(commit.to_owned());
    }

    /// A webhook came.
    pub fn webhook(&mut self, accepted: bool) {
        let count = if accepted { &mut self.webhooks } else { &mut self.refused_webhooks };
        *count += 1;
    }

    /// These are the applications at a sound tip. Others are forgotten.
    pub fn applications(&mut self, names: impl IntoIterator<Item = InstanceName>) {
        let mut before = std::mem::take(&mut self.instances);
        let names = names.into_iter();
        self.instances = names
            .map(|name| (before.remove(&name), name))
            .map(|(state, name)| (name, state.unwrap_or_default()))
            .collect();
    }

    /// A run of an application ended.
    pub fn ended(&mut self, name: &InstanceName, run: EndedRun) {
        self.instances.entry(name.clone()).or_default().ended(run);
    }

    /// The next run of an application is due then.
    pub fn due(&mut self, name: &InstanceName, next: Option<i64>) {
        self.instances.entry(name.clone()).or_default().next = next;
    }
}
