//! The guard for limits: no more changes of a kind than allowed (the policy language, 10, `limits`).

use super::allowances::{Allowed, Used, carries};
use super::guard::Guard;
use super::state::{Charge, Seen, State};
use crate::model::{Operation, Period, unix_of_rfc3339};
use crate::plan::{Change, Plan};
use crate::policy::{ApplicationPolicy, Limit, LimitedChange, Origin};
use std::collections::{BTreeMap, BTreeSet};

const MONTH: Period = Period::of_days(31);

/// The refusal of a guard: nothing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The guard.
    pub guard: Guard,
    /// The kind of change that was counted: `removal`, `create`.
    pub change: &'static str,
    /// The number of changes in this run.
    pub count: u32,
    /// The allowed number.
    pub allowed: u32,
    /// The limit in words: "5 % of 240 accounts, but always 3".
    pub limit: String,
    /// The refusal as a sentence with all numbers.
    pub message: String,
    /// Where the limit is written; none: it is built in.
    pub origin: Option<Origin>,
}

/// The time before a run, from the ledger, and the current time.
#[derive(Clone, Copy, Debug)]
pub struct Past<'p> {
    /// The changes of earlier runs.
    pub window: &'p [Charge],
    /// The used parts of overrides.
    pub used: &'p Used,
    /// The sizes in the last complete read.
    pub seen: Seen,
    /// Seconds since 1970-01-01 UTC.
    pub now: i64,
}

impl<'p> Past<'p> {
    /// From a ledger's state.
    pub fn of(state: &'p State, now: i64) -> Self {
        Self { window: &state.window, used: &state.allowances, seen: state.seen, now }
    }

    /// How many changes of a kind runs made within a period. A run dated in the future counts, because clocks can be
    /// wrong.
    fn within(&self, period: Period, change: LimitedChange) -> u64 {
        let since = self.now.saturating_sub(period.seconds());
        let runs = self.window.iter().filter(|run| unix_of_rfc3339(&run.at).is_none_or(|at| at > since));
        let counts = runs.flat_map(|run| &run.counts);
        counts.filter(|(word, _)| counts_word(change, word)).map(|(_, count)| *count).sum()
    }
}

/// How long the window stores runs: as long as the longest limit looks back, and at least a month, so that a new limit
/// has data.
pub fn remembered(policy: &ApplicationPolicy) -> Period {
    let longest = policy.lifecycle.limits.iter().filter_map(|limit| limit.within).max();
    longest.unwrap_or(MONTH).max(MONTH)
}

/// What the limits say of a set of changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitCheck {
    /// The limits that are exceeded without an override.
    pub refusals: Vec<Refusal>,
    /// The overrides that lift a limit.
    pub allowed: Vec<Allowed>,
}

/// Checks every limit. `flowing` are the changes that would be made.
pub fn limits<'c>(
    plan: &Plan,
    policy: &ApplicationPolicy,
    flowing: impl Iterator<Item = &'c Change>,
    past: &Past<'_>,
) -> LimitCheck {
    let counts = counted(flowing);
    let mut verdict = LimitCheck::default();
    let mut lifted: BTreeMap<LimitedChange, bool> = BTreeMap::new();
    for limit in &policy.lifecycle.limits {
        let Some(refusal) = trips(plan, limit, &counts, past) else { continue };
        // One override lifts every limit of its word: the limit for this run, and the limit over a period.
        let lifted = lifted.entry(limit.change).or_insert_with(|| {
            let by = carries(&policy.overrides, past.used, plan.as_of, limit.change, refusal.count);
            let found = by.is_some();
            verdict.allowed.extend(by);
            found
        });
        if !*lifted {
            verdict.refusals.push(refusal);
        }
    }
    verdict
}

/// The number of changes of each operation, as limits count them: the removal of an account counts once, and its
/// revocations are not counted.
pub fn counted<'c>(changes: impl Iterator<Item = &'c Change>) -> BTreeMap<String, u64> {
    let changes: Vec<&Change> = changes.collect();
    let removed: BTreeSet<&str> = changes
        .iter()
        .filter(|change| change.operation().is_removal())
        .map(|change| change.subject.key())
        .collect();
    let own = |change: &&&Change| {
        change.operation() != Operation::Revoke || !removed.contains(change.subject.key())
    };
    let mut counts: BTreeMap<Operation, u64> = BTreeMap::new();
    for change in changes.iter().filter(own) {
        *counts.entry(change.operation()).or_default() += 1;
    }
    counts.into_iter().map(|(operation, count)| (operation.word().to_owned(), count)).collect()
}

/// The counted changes that the window stores, without those that overrides allow; and the latter.
pub fn charged(counts: &BTreeMap<String, u64>, allowed: &[Allowed]) -> (BTreeMap<String, u64>, Used) {
    let mut used = Used::new();
    let mut left = counts.clone();
    for allowed_change in allowed {
        let count: u64 = sum(counts, allowed_change.change);
        used.entry(allowed_change.by.id.clone())
            .or_default()
            .insert(allowed_change.change.word().to_owned(), count);
        left.retain(|word, _| !counts_word(allowed_change.change, word));
    }
    (left, used)
}

fn trips(plan: &Plan, limit: &Limit, counts: &BTreeMap<String, u64>, past: &Past<'_>) -> Option<Refusal> {
    let count = u32::try_from(sum(counts, limit.change)).unwrap_or(u32::MAX);
    let before = limit.within.map_or(0, |period| past.within(period, limit.change));
    let rights = matches!(limit.change, LimitedChange::One(Operation::Grant | Operation::Revoke));
    let (base, things) = if rights { (plan.base.grants, "grants") } else { (plan.base.accounts, "accounts") };
    let share = limit.percent.map(|percent| (u64::from(base) * u64::from(percent) / 100) as u32);
    let smaller = [limit.count, share].into_iter().flatten().min()?;
    let allowed = smaller.max(limit.floor);
    let all = u64::from(count) + before;
    // Earlier changes can't be undone: a run that adds none is not refused because of them.
    if count == 0 || all <= u64::from(allowed) {
        return None;
    }
    let words = words(limit, base, things);
    Some(Refusal {
        guard: Guard::Limit,
        change: limit.change.word(),
        count,
        allowed,
        message: message(limit, count, before, allowed, &words),
        limit: words,
        origin: limit.origin.clone(),
    })
}

/// What lets a plan pass that a limit stops.
const ALLOW: &str = "if that is meant, allow it once with an `Overrides` document";

fn message(limit: &Limit, count: u32, before: u64, allowed: u32, words: &str) -> String {
    let word = limit.change.word();
    let changes = if count == 1 { "change" } else { "changes" };
    match limit.within {
        None => format!("{count} `{word}` {changes}, limit {allowed} ({words}); {ALLOW}"),
        Some(period) => format!(
            "{count} `{word}` {changes} after {before} in the last {period}, limit {allowed} in that time ({words}); {ALLOW}"
        ),
    }
}

fn sum(counts: &BTreeMap<String, u64>, change: LimitedChange) -> u64 {
    counts.iter().filter(|(word, _)| counts_word(change, word)).map(|(_, count)| *count).sum()
}

fn counts_word(change: LimitedChange, word: &str) -> bool {
    Operation::ALL.into_iter().any(|operation| operation.word() == word && change.counts(operation))
}

fn words(limit: &Limit, base: u32, things: &str) -> String {
    let share = limit.percent.map(|percent| format!("{percent} % of {base} {things}"));
    let count = limit.count.map(|count| count.to_string());
    let most: Vec<String> = share.into_iter().chain(count).collect();
    let floor = if limit.floor > 0 { format!(", but always {}", limit.floor) } else { String::new() };
    format!("at most {}{floor}", most.join(" and "))
}
