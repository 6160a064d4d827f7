//! The start times of an application's runs, for people and for schedulers.

use super::escape::visible;
use crate::model::rfc3339_of;
use crate::policy::{ApplicationPolicy, Rhythm, Schedule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 366 * DAY;

/// The next runs of an application after an instant, and its cron expressions.
pub fn schedule(application: &ApplicationPolicy, now: i64, many: usize) -> String {
    let mut text = format!("{}\n", visible(&application.name));
    // Writing to a string cannot fail.
    let _ = match &application.schedule {
        None => writeln!(text, "  no schedule: runs begin when somebody starts them"),
        Some(schedule) => write!(text, "{}", body(schedule, application, now, many)),
    };
    text
}

fn body(schedule: &Schedule, application: &ApplicationPolicy, now: i64, many: usize) -> String {
    let mut text = format!("  {}\n", words(schedule));
    let _ = match crons(schedule, now).as_slice() {
        [] => {
            writeln!(text, "  cron (UTC)  none is exact: a cron expression repeats each hour or day")
        }
        lines => lines.iter().try_for_each(|line| writeln!(text, "  cron (UTC)  {line}")),
    };
    let windows = &application.change_windows;
    let allowed = windows.allowed(now, now + YEAR);
    for run in schedule.runs(now + 1, now + YEAR).into_iter().take(many) {
        let closed = windows.closed_at(run).map_or_else(
            || if allowed.contains(run) { String::new() } else { "  no change window is open".to_owned() },
            |window| format!("  closed: {}", window.id),
        );
        let zone = &schedule.time_zone;
        let local =
            if zone.name() == "UTC" { String::new() } else { format!("  ({})", visible(&zone.clock(run))) };
        let _ = writeln!(text, "  next        {}{local}{closed}", rfc3339_of(run));
    }
    text
}

fn words(schedule: &Schedule) -> String {
    match &schedule.rhythm {
        Rhythm::Every(period) => format!("every {period}"),
        Rhythm::Daily(times) => {
            let times: Vec<String> = times.iter().map(ToString::to_string).collect();
            format!("daily at {} {}", times.join(", "), schedule.time_zone.name())
        }
    }
}

/// Cron expressions in UTC that together start every run of the year after an instant. If clocks change in that year
/// they start runs at both times; an extra run finds nothing to do. Empty if no expressions start these runs and few
/// others.
pub fn crons(schedule: &Schedule, from: i64) -> Vec<String> {
    if let Rhythm::Every(period) = &schedule.rhythm
        && DAY % period.seconds() != 0
    {
        return Vec::new();
    }
    let mut minutes: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for run in schedule.runs(from, from + YEAR) {
        let time = run.rem_euclid(DAY);
        minutes.entry(time / HOUR).or_default().insert(time % HOUR / MINUTE);
    }
    let mut hours: BTreeMap<BTreeSet<i64>, BTreeSet<i64>> = BTreeMap::new();
    for (hour, minutes) in minutes {
        hours.entry(minutes).or_default().insert(hour);
    }
    let mut lines: Vec<(Option<i64>, String)> = hours
        .iter()
        .map(|(minutes, hours)| {
            (hours.first().copied(), format!("{} {} * * *", field(minutes, 60), field(hours, 24)))
        })
        .collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// A field of a cron expression: `*`, `*/2`, `1-23/2` or a list.
fn field(values: &BTreeSet<i64>, all: i64) -> String {
    let mut pairs = values.iter().zip(values.iter().skip(1)).map(|(one, next)| next - one);
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return String::new() };
    let step = pairs.next().unwrap_or(all);
    let regular = values.len() > 2 && pairs.all(|other| other == step) && *first < step && last + step >= all;
    match (regular, first, step) {
        (true, 0, 1) => "*".to_owned(),
        (true, 0, step) => format!("*/{step}"),
        (true, first, step) => format!("{first}-{}/{step}", all - 1),
        (false, ..) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    }
}
