//! Checks an application's calendar: may changes be made now, and does any run begin when they may?

use super::line::{Line, Outcome, Step};
use crate::gate::{Standing, standing};
use crate::model::rfc3339_of;
use crate::policy::ApplicationPolicy;
use std::time::Duration;

/// A year in seconds: every recurring window occurs within it.
const YEAR: i64 = 366 * 24 * 60 * 60;

/// The lines for change windows and schedule at `now`, in seconds since 1970-01-01 UTC. `time_out` is the longest time
/// of one change.
pub fn calendar(subject: &str, application: &ApplicationPolicy, now: i64, time_out: Duration) -> Vec<Line> {
    let windows = &application.change_windows;
    let (outcome, message) = match standing(windows, now, time_out) {
        Standing::Open { until: None } if windows.is_empty() => {
            (Outcome::Passed, "none: changes may be made at any time".to_owned())
        }
        Standing::Open { until: None } => (Outcome::Passed, "open".to_owned()),
        Standing::Open { until: Some(until) } => {
            (Outcome::Passed, format!("open now, until {}", rfc3339_of(until)))
        }
        Standing::Closed(closure) => {
            let outcome = if closure.opens.is_some() { Outcome::Passed } else { Outcome::Failed };
            (outcome, closure.to_string())
        }
    };
    let mut lines = vec![Line::new(subject, Step::Windows, outcome, message)];
    lines.extend(schedule(subject, application, now, time_out));
    lines
}

fn schedule(subject: &str, application: &ApplicationPolicy, now: i64, time_out: Duration) -> Option<Line> {
    let runs = application.schedule.as_ref()?.runs(now + 1, now.saturating_add(YEAR));
    let allowed = application.change_windows.allowed(now, now.saturating_add(YEAR + YEAR));
    let needed = i64::try_from(time_out.as_secs()).unwrap_or(YEAR);
    let fits = |run: &i64| allowed.around(*run).is_some_and(|(_, end)| run + needed < end);
    let inside = runs.iter().filter(|run| application.change_windows.is_empty() || fits(run)).count();
    let all = runs.len();
    // The assumption is shown, since the time of a change cannot be predicted.
    let left = match application.change_windows.is_empty() {
        true => String::new(),
        false => format!(", with {needed} s left for a change"),
    };
    let (outcome, message) = match inside {
        0 => (Outcome::Warned, format!("no run begins while changes may be made{left}")),
        some if some == all => (Outcome::Passed, format!("every run begins while changes may be made{left}")),
        some => {
            let message = format!("{some} of {all} runs of a year begin while changes may be made{left}");
            (Outcome::Passed, message)
        }
    };
    Some(Line::new(subject, Step::Schedule, outcome, message))
}
