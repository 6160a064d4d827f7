//! When an application may be changed, and when runs begin (the policy language, 5).

use super::{Origin, Times};
use crate::model::{Period, Stretch, TimeOfDay, Weekdays, Zone};
use serde::Serialize;

const DAY: i64 = 24 * 60 * 60;

/// When runs begin. `rolewright reconcile` begins them; otherwise a CI system or another scheduler reads the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// How often, or at which times.
    #[serde(flatten)]
    pub rhythm: Rhythm,
    /// The time zone of the times.
    pub time_zone: Zone,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
}

/// How often runs begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Rhythm {
    /// At every multiple of this period since 1970-01-01 00:00 UTC.
    Every(Period),
    /// At these times of each day, sorted.
    Daily(Vec<TimeOfDay>),
}

/// When an application may be changed: in an open window and in no closed one. Without open windows: at any time
/// outside closed windows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeWindows {
    /// Times at which nothing is changed; they take precedence over `open`. Sorted by id.
    pub closed: Vec<Window>,
    /// The only times at which changes are made, sorted by id; empty: any time.
    pub open: Vec<Window>,
}

/// A time of certain days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// Its id.
    pub id: String,
    /// Where it is written.
    #[serde(skip)]
    pub origin: Origin,
    /// The time at which it begins.
    pub from: TimeOfDay,
    /// The time at which it ends; if earlier than `from`, on the next day.
    pub to: TimeOfDay,
    /// The days on which it begins.
    pub days: Weekdays,
    /// The time zone of the times and days.
    pub time_zone: Zone,
    /// The reason, for people.
    pub reason: Option<String>,
}

impl Window {
    /// The times between two instants at which the window holds. When clocks are set back, a repeated minute counts
    /// both times; when they are set forward, a skipped time moves forward by the same amount.
    pub fn times(&self, from: i64, to: i64) -> Times {
        let next_day = if self.to < self.from { DAY } else { 0 };
        let (begin, end) = (self.from.seconds(), self.to.seconds() + next_day);
        let shown = |clock: Clock| {
            let days = (clock.from.div_euclid(DAY) - 1)..=clock.to.div_euclid(DAY);
            let days = days.filter(|day| self.days.contains(*day));
            days.map(move |day| clock.instants(day * DAY + begin, day * DAY + end)).collect::<Vec<_>>()
        };
        // One more day on both sides, so that a skipped time just before `from` is not missed.
        let all = Times::of(clocks(&self.time_zone, from - DAY, to + DAY).into_iter().flat_map(shown));
        Times::of(all.iter().map(|(one, other)| (one.max(from), other.min(to))))
    }
}

impl ChangeWindows {
    /// Whether there are no windows.
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.open.is_empty()
    }

    /// The times between two instants at which changes may be made.
    pub fn allowed(&self, from: i64, to: i64) -> Times {
        let all = |windows: &[Window]| {
            let times: Vec<Times> = windows.iter().map(|window| window.times(from, to)).collect();
            Times::of(times.iter().flat_map(Times::iter))
        };
        let open = if self.open.is_empty() { Times::of([(from, to)]) } else { all(&self.open) };
        open.without(&all(&self.closed))
    }

    /// The first closed window, by id, that contains an instant.
    pub fn closed_at(&self, at: i64) -> Option<&Window> {
        self.closed.iter().find(|window| window.times(at, at + 1).contains(at))
    }
}

impl Schedule {
    /// The starts of runs from an instant up to but not including another, in order. When clocks are set back, a
    /// repeated daily time counts once, the first time; when they are set forward, a skipped time moves forward by the
    /// same amount.
    pub fn runs(&self, from: i64, to: i64) -> Vec<i64> {
        match &self.rhythm {
            Rhythm::Every(period) => {
                let step = period.seconds().max(60);
                let first = -((-from).div_euclid(step)) * step;
                (0..).map(|count| first + count * step).take_while(|at| *at < to).collect()
            }
            Rhythm::Daily(times) => {
                let mut runs: Vec<i64> = times.iter().flat_map(|time| self.daily(*time, from, to)).collect();
                runs.sort_unstable();
                runs.dedup();
                runs
            }
        }
    }

    /// The first start of a run after an instant.
    pub fn next(&self, after: i64) -> Option<i64> {
        let from = after.saturating_add(1);
        let far = match &self.rhythm {
            Rhythm::Every(period) => period.seconds().max(60),
            // A day in which clocks are put forward may have none of a daily time.
            Rhythm::Daily(_) => 3 * DAY,
        };
        self.runs(from, from.saturating_add(far)).first().copied()
    }

    /// The instants of one daily time between two instants.
    pub fn daily(&self, time: TimeOfDay, from: i64, to: i64) -> Vec<i64> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for clock in clocks(&self.time_zone, from - DAY, to + DAY) {
            let days = clock.from.div_euclid(DAY)..=clock.to.div_euclid(DAY);
            let shown = days.map(|day| (day, day * DAY + time.seconds()));
            let shown = shown.filter(|(_, wall)| clock.from <= *wall && *wall < clock.to);
            runs.extend(shown.map(|(day, wall)| (day, wall - clock.offset)));
        }
        runs.sort_unstable();
        runs.dedup_by_key(|(day, _)| *day);
        runs.into_iter().map(|(_, at)| at).filter(|at| from <= *at && *at < to).collect()
    }
}

/// A period in which local time has a constant offset, in seconds since 1970-01-01 without time zone. The local times
/// that are skipped at its end belong to it.
#[derive(Clone, Copy)]
struct Clock {
    from: i64,
    to: i64,
    offset: i64,
}

impl Clock {
    /// The instants at which the local time is from one time up to another.
    fn instants(self, from: i64, to: i64) -> (i64, i64) {
        (from.max(self.from) - self.offset, to.min(self.to) - self.offset)
    }
}

fn clocks(zone: &Zone, from: i64, to: i64) -> Vec<Clock> {
    let stretches = zone.stretches(from, to);
    let clock = |at: usize, stretch: &Stretch| {
        let next = stretches.get(at + 1).map_or(stretch.offset, |next| next.offset);
        Clock {
            from: stretch.from + stretch.offset,
            to: stretch.to + stretch.offset + (next - stretch.offset).max(0),
            offset: stretch.offset,
        }
    };
    stretches.iter().enumerate().map(|(at, stretch)| clock(at, stretch)).collect()
}
