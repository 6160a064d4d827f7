//! When an application may be changed, and when runs begin (the policy language, 5).

use super::{Origin, Times};
use crate::model::{Period, Stretch, TimeOfDay, Weekdays, Zone};
use serde::Serialize;

const DAY: i64 = 24 * 60 * 60;

/// When runs begin. Nothing in this program waits for it: what starts runs, such as a CI system, is told by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// How often, or when.
    #[serde(flatten)]
    pub rhythm: Rhythm,
    /// Whose clocks tell the times of the day.
    pub time_zone: Zone,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
}

/// How often runs begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Rhythm {
    /// At every whole multiple of this since the first midnight of 1970, UTC.
    Every(Period),
    /// At these times of each day, sorted.
    Daily(Vec<TimeOfDay>),
}

/// When an application may be changed: in an open window and no closed one; without open windows always but in a
/// closed one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeWindows {
    /// Times at which nothing is changed. They win. Sorted by id.
    pub closed: Vec<Window>,
    /// The only times at which anything is changed, sorted by id; empty: any time.
    pub open: Vec<Window>,
}

/// A time of certain days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(skip)]
    pub origin: Origin,
    /// Its first minute.
    pub from: TimeOfDay,
    /// The minute after its last; where it is earlier than `from`, of the next day.
    pub to: TimeOfDay,
    /// The days on which it begins.
    pub days: Weekdays,
    /// Whose clocks and calendar tell them.
    pub time_zone: Zone,
    /// Why, for people.
    pub reason: Option<String>,
}

impl Window {
    /// When it holds between two instants. A minute that clocks show twice counts both times; one that they skip is as
    /// much later as they are put forward.
    pub fn times(&self, from: i64, to: i64) -> Times {
        let next_day = if self.to < self.from { DAY } else { 0 };
        let (begin, end) = (self.from.seconds(), self.to.seconds() + next_day);
        let shown = |clock: Clock| {
            let days = (clock.from.div_euclid(DAY) - 1)..=clock.to.div_euclid(DAY);
            let days = days.filter(|day| self.days.contains(*day));
            days.map(move |day| clock.instants(day * DAY + begin, day * DAY + end)).collect::<Vec<_>>()
        };
        // Clocks are looked at for longer, so that a skipped time just before is not missed.
        let all = Times::of(clocks(&self.time_zone, from - DAY, to + DAY).into_iter().flat_map(shown));
        Times::of(all.iter().map(|(one, other)| (one.max(from), other.min(to))))
    }
}

impl ChangeWindows {
    /// Whether any is declared.
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.open.is_empty()
    }

    /// When changes may be made between two instants.
    pub fn allowed(&self, from: i64, to: i64) -> Times {
        let all = |windows: &[Window]| {
            let times: Vec<Times> = windows.iter().map(|window| window.times(from, to)).collect();
            Times::of(times.iter().flat_map(Times::iter))
        };
        let open = if self.open.is_empty() { Times::of([(from, to)]) } else { all(&self.open) };
        open.without(&all(&self.closed))
    }

    /// The closed window that an instant lies in, if any: the first by id.
    pub fn closed_at(&self, at: i64) -> Option<&Window> {
        self.closed.iter().find(|window| window.times(at, at + 1).contains(at))
    }
}

impl Schedule {
    /// When runs begin, from an instant up to, not with, another, in order. A daily time that clocks show twice in one
    /// day is taken once, the first time; one that they skip is as much later as they are put forward.
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

    /// When one daily time is, between two instants.
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

/// What clocks show while they are not set, in seconds since 1970-01-01 as if there were no zones; with what they skip
/// at the end of it.
#[derive(Clone, Copy)]
struct Clock {
    from: i64,
    to: i64,
    offset: i64,
}

impl Clock {
    /// The instants at which they show something from one time up to another.
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
