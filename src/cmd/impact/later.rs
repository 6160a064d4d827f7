//! What a change does on later days, on which something in its policies ends.

use crate::cmd::exit::Stop;
use crate::cmd::instance::Instance;
use crate::cmd::read::World;
use crate::gate::{LaterDay, PolicyPlan};
use crate::model::Date;

/// How many days ahead are planned.
const HORIZON: i32 = 90;
/// The most days that are planned: each is a plan of everybody.
const MOST: usize = 12;

/// The days within the horizon, each with what it changes, and notes about those that were not planned.
#[derive(Default)]
pub(super) struct LaterDays {
    pub(super) days: Vec<LaterDay>,
    pub(super) notes: Vec<String>,
}

impl LaterDays {
    /// Plans them on the same data, each compared with the day before; `today` is the plan of today.
    pub(super) fn plan(instance: &Instance<'_>, today: PolicyPlan<'_>, world: &World) -> Result<Self, Stop> {
        let mut later = Self::default();
        let policy = instance.policy();
        if !policy.enabled {
            return Ok(later);
        }
        let mut before = today.plan.clone();
        let mut planned = 0;
        for end in policy.ends().into_iter().filter(|end| *end > instance.day()) {
            if instance.day().days_until(end) > HORIZON || planned == MOST {
                later.notes.push(unplanned(end));
                continue;
            }
            planned += 1;
            let plan = instance.plan_on(end, instance.side(), world)?;
            let day = LaterDay::of(PolicyPlan::new(&plan, policy), PolicyPlan::new(&before, policy));
            if !day.plan.changes.is_empty() {
                later.days.push(day);
            }
            before = plan;
        }
        Ok(later)
    }
}

fn unplanned(day: Date) -> String {
    format!(
        "Something in the policies ends before {day}; that day is not planned here: anyone who loses something on it waits"
    )
}
