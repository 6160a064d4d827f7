//! The brake that counts: no more changes of a kind than its limit (the policy language, 10, `limits`).

use crate::model::Operation;
use crate::plan::{Change, Plan};
use crate::policy::set::{Limit, LimitedChange, Origin};
use std::collections::BTreeSet;

/// A limit that tripped: nothing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was counted: `removal`, `create`.
    pub change: &'static str,
    /// How many there would be.
    pub count: u32,
    /// How many there may be.
    pub allowed: u32,
    /// The limit in words: "5 % of 240 accounts, at least 3".
    pub limit: String,
    /// Where it stands; none: it is always there.
    pub origin: Option<Origin>,
}

/// The limits that a set of changes trips. `flowing` are the changes about to be executed.
pub fn limits<'p>(
    plan: &Plan,
    limits: &[Limit],
    flowing: impl Iterator<Item = &'p Change> + Clone,
) -> Vec<Refusal> {
    let removed: BTreeSet<&str> = flowing
        .clone()
        .filter(|change| change.operation.is_removal())
        .map(|change| change.subject.key())
        .collect();
    // An account's removal counts once: revokes that come with it are no revokes.
    let counted = flowing
        .filter(|change| change.operation != Operation::Revoke || !removed.contains(change.subject.key()));
    limits.iter().filter_map(|limit| trips(plan, limit, counted.clone())).collect()
}

fn trips<'p>(plan: &Plan, limit: &Limit, counted: impl Iterator<Item = &'p Change>) -> Option<Refusal> {
    let count = counted.filter(|change| counts(limit.change, change.operation)).count() as u32;
    let rights = matches!(limit.change, LimitedChange::One(Operation::Grant | Operation::Revoke));
    let (base, things) = if rights { (plan.base.grants, "grants") } else { (plan.base.accounts, "accounts") };
    let share = limit.percent.map(|percent| (u64::from(base) * u64::from(percent) / 100) as u32);
    let smaller = [limit.count, share].into_iter().flatten().min()?;
    let allowed = smaller.max(limit.floor);
    if count <= allowed {
        return None;
    }
    Some(Refusal {
        change: word(limit.change),
        count,
        allowed,
        limit: words(limit, base, things),
        origin: limit.origin.clone(),
    })
}

fn counts(limited: LimitedChange, operation: Operation) -> bool {
    match limited {
        LimitedChange::Removal => operation.is_removal(),
        LimitedChange::One(one) => operation == one,
    }
}

fn word(change: LimitedChange) -> &'static str {
    match change {
        LimitedChange::Removal => "removal",
        LimitedChange::One(operation) => operation.word(),
    }
}

fn words(limit: &Limit, base: u32, things: &str) -> String {
    let share = limit.percent.map(|percent| format!("{percent} % of {base} {things}"));
    let count = limit.count.map(|count| count.to_string());
    let most: Vec<String> = share.into_iter().chain(count).collect();
    let floor = if limit.floor > 0 { format!(", but always {}", limit.floor) } else { String::new() };
    format!("at most {}{floor}", most.join(" and "))
}
