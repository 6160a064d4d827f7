//! `schedule` and `changeWindows` of an `Application` as written (the policy language, 5).

use super::pattern;
use super::shape::{ShapeError, exactly_one, key};
use crate::model::{Period, Span, TimeOfDay, Weekday};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// When runs begin: exactly one of `every`, `daily`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Schedule", extend("minProperties" = 1))]
pub struct ScheduleObject {
    /// How long from one run to the next: `40m`, `12h`, `1d`.
    pub every: Option<Spanned<Period>>,
    /// Times of each day: `['03:30']`.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub daily: Option<Spanned<Vec<Spanned<TimeOfDay>>>>,
    /// The time zone of the times, by its IANA name: `Europe/Copenhagen`; UTC where it is left out.
    pub time_zone: Option<Spanned<String>>,
}

/// When changes are made, and when not.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ChangeWindows", extend("minProperties" = 1))]
pub struct ChangeWindowsObject {
    /// No changes are made in these windows; they take precedence over `open`.
    #[schemars(length(min = 1))]
    pub closed: Option<Vec<WindowObject>>,
    /// Changes are made only in these windows; at any time where none is written.
    #[schemars(length(min = 1))]
    pub open: Option<Vec<WindowObject>>,
}

/// A time of certain days.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ChangeWindow")]
pub struct WindowObject {
    /// Its id, which messages give.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// The time at which it begins; `'00:00'` where it is left out.
    pub from: Option<Spanned<TimeOfDay>>,
    /// The time at which it ends; `'24:00'` where it is left out. If earlier than `from`, it ends on the next day.
    #[schemars(regex(pattern = pattern::TIME_OR_MIDNIGHT))]
    pub to: Option<Spanned<TimeOfDay>>,
    /// The days on which it begins; every day where they are left out.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub days: Option<Vec<Weekday>>,
    /// The time zone of times and days, by its IANA name: `Europe/Copenhagen`; UTC where it is left out.
    pub time_zone: Option<Spanned<String>>,
    /// Why, for people.
    pub reason: Option<Spanned<String>>,
}

/// The form of a schedule.
#[derive(Clone, Copy, Debug)]
pub enum ScheduleForm<'a> {
    /// The time from one run to the next.
    Every(&'a Spanned<Period>),
    /// At these times of each day.
    Daily(&'a [Spanned<TimeOfDay>]),
}

impl ScheduleObject {
    /// The form of the schedule.
    ///
    /// # Errors
    /// None or both of `every`, `daily`; a `timeZone` beside `every`, where no time of day is written.
    pub fn form(&self, whole: Span) -> Result<ScheduleForm<'_>, ShapeError> {
        let every = |every| match &self.time_zone {
            None => Ok(ScheduleForm::Every(every)),
            Some(zone) => Err(ShapeError::new(
                zone.span,
                "`timeZone` is allowed only beside `daily`: `every` has no times of the day",
                "not beside `every`",
            )),
        };
        exactly_one(
            whole,
            "`schedule`",
            [
                key("every", self.every.as_ref(), every),
                key("daily", self.daily.as_ref(), |daily| Ok(ScheduleForm::Daily(&daily.value))),
            ],
        )?
    }
}
