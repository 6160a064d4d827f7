//! The guard for sources: directories that return far fewer users than in the last complete read, or none (the gate,
//! 4). Users who are not read would look like leavers.

use super::limits::Refusal;
use super::state::Seen;
use crate::plan::Plan;
use crate::policy::ApplicationPolicy;

/// The maximum decrease of users from one run to the next, in percent.
const PERCENT: u64 = 20;
/// A decrease by at most this many users is always allowed.
const FLOOR: u64 = 10;

/// Whether the directories shrank too much; `before` are the sizes in the last run that was not refused, zero before
/// the first run. An override `shrinkTo` allows them down to its size, but nothing allows an empty source.
pub(super) fn source(plan: &Plan, policy: &ApplicationPolicy, before: Seen) -> Option<Refusal> {
    let (had, has) = (u64::from(before.users), u64::from(plan.seen.users));
    let fewer = had.saturating_sub(has);
    let may_go = (had * PERCENT / 100).max(FLOOR);
    let overrides = policy.overrides.iter().filter(|by| by.holds(plan.as_of));
    let lifted = has > 0 && overrides.filter_map(|by| by.shrink_to).any(|users| has >= u64::from(users));
    let empty = had > 0 && has == 0;
    if lifted || !(empty || fewer > may_go) {
        return None;
    }
    let help = if empty {
        "look at the directory: nothing lets an empty one pass".to_owned()
    } else {
        format!(
            "look at the directory; if it is right, an override with `shrinkTo: {{ users: {has} }}` lets it pass"
        )
    };
    Some(Refusal {
        change: "shrinkTo",
        count: u32::try_from(fewer).unwrap_or(u32::MAX),
        allowed: u32::try_from(may_go).unwrap_or(u32::MAX),
        limit: format!("{PERCENT} % of {had} users, but always {FLOOR}"),
        message: format!(
            "the directories had {had} users when they were last read, and have {has}: at most {may_go} may go at \
             once; {help}"
        ),
        origin: Some(policy.origin.clone()),
    })
}
