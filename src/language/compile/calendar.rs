//! Schedule and change windows (the policy language, 5).

use super::report::Report;
use crate::language::document::{
    ApplicationDocument, ChangeWindowsObject, ScheduleForm, ScheduleObject, WindowObject,
};
use crate::language::documents::Placed;
use crate::model::{TimeOfDay, Weekdays, Zone};
use crate::policy::{ChangeWindows, Origin, Rhythm, Schedule, Window};
use crate::yaml::Spanned;

type Application = Placed<ApplicationDocument>;

/// An application's schedule; none if there is none, or the schedule has an error.
pub(super) fn schedule(report: &mut Report<'_>, application: &Application) -> Option<Schedule> {
    let schedule = application.document.schedule.as_ref()?;
    let form = report.shape(application.file(), schedule.value.form(schedule.span))?;
    let origin = report.origin("Application", "schedule", application.place(schedule.span));
    schedule_of(&schedule.value, form, origin)
}

/// An application's change windows without those that have an error; the checks report these.
pub(super) fn change_windows(report: &Report<'_>, application: &Application) -> ChangeWindows {
    let origin = |id: &Spanned<String>| report.origin("Application", &id.value, application.place(id.span));
    application
        .document
        .change_windows
        .as_ref()
        .map_or_else(ChangeWindows::default, |object| windows(object, origin))
}

/// The schedule of a form; none if its time zone does not exist.
pub(in crate::language) fn schedule_of(
    schedule: &ScheduleObject,
    form: ScheduleForm<'_>,
    origin: Origin,
) -> Option<Schedule> {
    let rhythm = match form {
        ScheduleForm::Every(every) => Rhythm::Every(every.value),
        ScheduleForm::Daily(times) => {
            let mut times: Vec<TimeOfDay> = times.iter().map(|time| time.value).collect();
            times.sort_unstable();
            times.dedup();
            Rhythm::Daily(times)
        }
    };
    Some(Schedule { rhythm, time_zone: zone(schedule.time_zone.as_ref())?, origin })
}

/// The change windows of an object, without those whose time zone does not exist.
pub(in crate::language) fn windows(
    windows: &ChangeWindowsObject,
    origin: impl Fn(&Spanned<String>) -> Origin,
) -> ChangeWindows {
    let all = |list: &Option<Vec<WindowObject>>| {
        let mut all: Vec<Window> =
            list.iter().flatten().filter_map(|object| window(object, origin(&object.id))).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    };
    ChangeWindows { closed: all(&windows.closed), open: all(&windows.open) }
}

fn window(window: &WindowObject, origin: Origin) -> Option<Window> {
    let days =
        window.days.as_ref().map_or(Weekdays::ALL, |days| Weekdays::of(days.iter().map(|day| *day as u8)));
    Some(Window {
        id: window.id.value.clone(),
        origin,
        from: Spanned::value_of(&window.from).unwrap_or(TimeOfDay::BEGIN),
        to: Spanned::value_of(&window.to).unwrap_or(TimeOfDay::END),
        days,
        time_zone: zone(window.time_zone.as_ref())?,
        reason: Spanned::value_of(&window.reason),
    })
}

fn zone(name: Option<&Spanned<String>>) -> Option<Zone> {
    name.map_or_else(|| Some(Zone::utc()), |name| Zone::parse(&name.value).ok())
}

/// The time zones that an application names.
pub(in crate::language) fn zones(application: &ApplicationDocument) -> Vec<&Spanned<String>> {
    let windows = application.change_windows.iter();
    let windows = windows.flat_map(|object| object.closed.iter().chain(&object.open).flatten());
    let schedule = application.schedule.iter().filter_map(|schedule| schedule.value.time_zone.as_ref());
    schedule.chain(windows.filter_map(|window| window.time_zone.as_ref())).collect()
}
