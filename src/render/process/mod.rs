//! What a process that stays shows of itself: metrics, a page, and lines of its log. Applications, runs, commits and numbers; no person.

mod log;
mod metrics;
mod page;
mod state;

pub use log::{EVENTS, Event, line};
pub use metrics::{METRICS, Metric, metrics};
pub use page::{Page, page};
pub use state::{
    ChangeCount, EndedRun, InstanceName, InstanceState, PlanCounts, PoliciesState, Process, RUN_OUTCOMES,
};
