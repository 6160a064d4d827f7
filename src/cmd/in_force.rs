//! Shows, beside a plan, overrides in force and closed change windows.

use super::choices::PlanFormat;
use crate::gate::{Allowed, Standing, standing};
use crate::plan::Plan;
use crate::policy::{ApplicationPolicy, Override};
use crate::render::plan as face;
use std::time::Duration;

/// What affects the plan's application: overrides in force, and whether `apply` would wait. For people only.
pub(super) fn in_force(
    format: PlanFormat,
    plan: &Plan,
    policy: &ApplicationPolicy,
    allowed: &[Allowed],
    now: i64,
) -> String {
    let closed = match standing(&policy.change_windows, now, Duration::ZERO) {
        Standing::Closed(closure) => Some(closure).filter(|_| !plan.changes.is_empty() && policy.enabled),
        Standing::Open { .. } => None,
    };
    let carries = |by: &&Override| allowed.iter().any(|allowed| allowed.by.id == by.id);
    let holding = policy.overrides.iter().filter(|by| by.holds(plan.as_of));
    let idle: Vec<&Override> = holding.filter(|by| !carries(by)).collect();
    let beside = face::Standing { allowed, idle: &idle, closed: closed.as_ref() };
    match format {
        PlanFormat::Human | PlanFormat::Lists => face::standing(&beside),
        PlanFormat::Markdown => face::standing_markdown(&beside),
        PlanFormat::Json | PlanFormat::Tsv | PlanFormat::Html | PlanFormat::Xlsx => String::new(),
    }
}
