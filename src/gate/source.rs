//! The guard for what was read: directories that return far fewer users than in the last complete read, or none, and an
//! application that returns far fewer accounts (the gate, 4). Users who are not read would look like leavers; accounts
//! that are not read would be made a second time.

use super::guard::Guard;
use super::limits::Refusal;
use super::state::Seen;
use crate::plan::Plan;
use crate::policy::{ApplicationPolicy, Override};

/// The maximum decrease from one run to the next, in percent.
const PERCENT: u64 = 20;
/// A decrease by at most this many is always allowed.
const FLOOR: u64 = 10;

/// What was read of one kind, now and in the last run that was not refused.
struct Read<'r> {
    /// `users`, `accounts`.
    things: &'static str,
    /// Who holds them, in words.
    whose: &'static str,
    had: u32,
    has: u32,
    /// The size down to which an override lets it shrink.
    down_to: fn(&Override) -> Option<u32>,
    /// What to do about none at all; none: an override may allow it.
    empty: Option<&'r str>,
}

/// Whether the directories or the application shrank too much; `before` are the sizes in the last run that was not refused,
/// zero before the first run, without what that run deleted. An override `shrinkTo` allows them down to its size.
pub(super) fn source(plan: &Plan, policy: &ApplicationPolicy, before: Seen) -> Vec<Refusal> {
    let users = Read {
        things: "users",
        whose: "the directories",
        had: before.users,
        has: plan.seen.users,
        down_to: |by| by.shrink_to,
        empty: Some("look at the directory: nothing lets an empty one pass"),
    };
    let accounts = Read {
        things: "accounts",
        whose: "the application",
        had: before.accounts,
        has: plan.seen.accounts,
        down_to: |by| by.accounts_to,
        empty: None,
    };
    [users, accounts].iter().filter_map(|read| shrank(read, plan, policy)).collect()
}

fn shrank(read: &Read<'_>, plan: &Plan, policy: &ApplicationPolicy) -> Option<Refusal> {
    let Read { things, whose, had, has, down_to, empty } = *read;
    let fewer = u64::from(had.saturating_sub(has));
    let may_go = (u64::from(had) * PERCENT / 100).max(FLOOR);
    let is_empty = had > 0 && has == 0;
    let overrides = policy.overrides.iter().filter(|by| by.holds(plan.as_of));
    let lifted = (!is_empty || empty.is_none()) && overrides.filter_map(down_to).any(|size| has >= size);
    if lifted || !(is_empty || fewer > may_go) {
        return None;
    }
    let help = match empty.filter(|_| is_empty) {
        Some(help) => help.to_owned(),
        None => format!(
            "look at {whose}; if it is right, an override with `shrinkTo: {{ {things}: {has} }}` lets it pass"
        ),
    };
    Some(Refusal {
        guard: Guard::Shrink,
        change: "shrinkTo",
        count: u32::try_from(fewer).unwrap_or(u32::MAX),
        allowed: u32::try_from(may_go).unwrap_or(u32::MAX),
        limit: format!("{PERCENT} % of {had} {things}, but always {FLOOR}"),
        message: format!(
            "{whose} had {had} {things} when last read, and now {has}: at most {may_go} may go at once; {help}"
        ),
        origin: Some(policy.origin.clone()),
    })
}
