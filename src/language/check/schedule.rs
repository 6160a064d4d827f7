//! `check/schedule`: a daily run that starts in a closed window within the next year is a finding with the date. A
//! daily run that never starts in an open window is an error (the policy language, 5).

use super::context::Context;
use crate::language::compile::calendar;
use crate::language::document::{ApplicationDocument, ScheduleForm};
use crate::language::documents::Placed;
use crate::model::{Finding, TimeOfDay, Zone};
use crate::policy::{ChangeWindows, Origin, Schedule, Times};
use crate::yaml::Spanned;

const CODE: &str = "check/schedule";
const DAY: i64 = 24 * 60 * 60;
/// One leap year, in seconds.
const AHEAD: i64 = 366 * DAY;

/// The runs of one year, and when changes may be made.
struct Year {
    schedule: Schedule,
    windows: ChangeWindows,
    from: i64,
    to: i64,
    allowed: Times,
}

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let Some(schedule) = &application.document.schedule else { continue };
        let Ok(form @ ScheduleForm::Daily(times)) = schedule.value.form(schedule.span) else { continue };
        let Some(schedule) = calendar::schedule_of(&schedule.value, form, Origin::NOWHERE) else { continue };
        let Some(year) = year(context, &application.document, schedule) else { continue };
        findings.extend(times.iter().filter_map(|time| year.finding(application, time)));
    }
    findings
}

fn year(context: &Context<'_>, application: &ApplicationDocument, schedule: Schedule) -> Option<Year> {
    let windows = calendar::windows(application.change_windows.as_ref()?, |_| Origin::NOWHERE);
    let from = i64::from(context.as_of.unix_days()) * DAY;
    let to = from + AHEAD;
    let allowed = windows.allowed(from, to);
    Some(Year { schedule, windows, from, to, allowed })
}

impl Year {
    fn finding(
        &self,
        application: &Placed<ApplicationDocument>,
        written: &Spanned<TimeOfDay>,
    ) -> Option<Finding> {
        let time = written.value;
        let runs = self.schedule.daily(time, self.from, self.to);
        let at = application.place(written.span);
        if !runs.iter().any(|run| self.allowed.contains(*run)) {
            let message =
                format!("the daily run at {time} could never change anything: it is never open then");
            let finding = Finding::error(CODE, message, at, "never open");
            return Some(finding.help("choose a time that `changeWindows` leave open"));
        }
        let closed = |run: &&i64| self.windows.closed_at(**run).is_some();
        let met: Vec<i64> = runs.iter().filter(closed).copied().collect();
        let first = *met.first()?;
        let window = self.windows.closed_at(first)?;
        let days = if met.len() == 1 {
            "the only day".to_owned()
        } else {
            format!("the first of {} days", met.len())
        };
        let message = format!(
            "the daily run at {time} meets the closed window `{}` on {}, {days} within a year",
            window.id,
            shown(first, &self.schedule.time_zone, &window.time_zone),
        );
        let reason = window.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        let help =
            format!("choose another time: a run that begins in a closed window changes nothing{reason}");
        Some(Finding::warning(CODE, message, at, "closed then").help(help))
    }
}

/// The time by the schedule's clock, and also by the window's clock if the time zones differ.
fn shown(at: i64, schedule: &Zone, window: &Zone) -> String {
    if schedule == window {
        return schedule.clock(at);
    }
    format!("{} ({})", schedule.clock(at), window.clock(at))
}
