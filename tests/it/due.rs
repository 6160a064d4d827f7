//! When a process that stays begins runs: stories as data, and what holds for every clock.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::{cases, difference, folders};
use crate::support::clock::at;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rolewright::gate::{Due, DueCause, Ending, RunTimes, look_after, retry_after};
use rolewright::model::{Commit, Period, TimeOfDay, Zone, rfc3339_of};
use rolewright::policy::{Origin, Rhythm, Schedule};
use serde::Deserialize;
use std::fmt::Write;
use std::fs;

/// A story of one application: what a process sees when it looks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    every: Option<String>,
    #[serde(default)]
    daily: Vec<String>,
    zone: Option<String>,
    looks: Vec<Look>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    at: String,
    tip: String,
    /// How the run ends, if one is due.
    #[serde(default)]
    ends: Word,
    /// How long it takes, in seconds.
    #[serde(default)]
    takes: i64,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    #[default]
    Fine,
    Failed,
    Refused,
}

impl From<Word> for Ending {
    fn from(word: Word) -> Self {
        match word {
            Word::Fine => Self::Fine,
            Word::Failed => Self::Failed,
            Word::Refused => Self::Refused,
        }
    }
}

fn schedule(rhythm: Rhythm, zone: &str) -> Schedule {
    Schedule { rhythm, time_zone: Zone::parse(zone).unwrap(), origin: Origin::NOWHERE }
}

fn daily(times: &[String]) -> Rhythm {
    Rhythm::Daily(times.iter().map(|time| TimeOfDay::parse(time).unwrap()).collect())
}

impl Story {
    fn schedule(&self) -> Option<Schedule> {
        let rhythm = match (&self.every, self.daily.as_slice()) {
            (Some(period), _) => Rhythm::Every(Period::parse(period).unwrap()),
            (None, []) => return None,
            (None, times) => daily(times),
        };
        Some(schedule(rhythm, self.zone.as_deref().unwrap_or("UTC")))
    }

    fn told(&self) -> String {
        let (schedule, mut times, mut text) = (self.schedule(), RunTimes::default(), String::new());
        for look in &self.looks {
            let now = at(&look.at);
            let tip = Commit(look.tip.clone());
            times.look_at_clock(now);
            let said = match times.due(schedule.as_ref(), &tip, now) {
                Due::Now(cause) => {
                    times.ended(now, now + look.takes, tip, look.ends.into());
                    format!("runs: {}", cause.word())
                }
                Due::At(None) => "waits for a merge".to_owned(),
                Due::At(Some(at)) => format!("waits until {}", rfc3339_of(at)),
            };
            writeln!(text, "{}  {said}", look.at).unwrap();
        }
        text
    }
}

#[test]
fn pm_14_every_story_begins_the_runs_that_it_expects() {
    let wrong: Vec<String> = folders(&cases("due"))
        .into_iter()
        .filter_map(|case| {
            let story = fs::read_to_string(case.join("story.yaml")).unwrap();
            let story: Story = serde_yaml::from_str(&story).unwrap();
            difference(&case.join("expected.txt"), &story.told())
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each failure in a row is waited for twice as long, at most an hour.
#[test]
fn a_failing_application_waits_longer_each_time_within_bounds() {
    let waits: Vec<i64> = (1..=8).map(retry_after).collect();
    assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
    assert_eq!(retry_after(u32::MAX), 3600);
}

#[test]
fn a_lost_remote_is_looked_for_less_and_less_within_bounds() {
    let waits: Vec<u64> = (0..6).map(|failures| look_after(60, failures, 10)).collect();
    assert_eq!(waits, [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    for random in 0..100 {
        assert!((54_000..=66_000).contains(&look_after(60, 0, random)));
    }
    assert_eq!(look_after(u64::MAX, u32::MAX, u64::MAX), u64::MAX);
}

const ZONES: [&str; 4] = ["UTC", "Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe"];
/// Nights in which clocks change in one of them, and one in which none does.
const BEGINNINGS: [&str; 5] = [
    "2027-03-27T22:00:00Z",
    "2027-10-30T22:00:00Z",
    "2027-03-14T04:00:00Z",
    "2027-04-03T12:00:00Z",
    "2027-07-01T00:00:00Z",
];

fn schedules() -> impl Strategy<Value = Schedule> {
    let every = select(vec!["1m", "3m", "40m", "7h", "1d", "9d"])
        .prop_map(|period| Rhythm::Every(Period::parse(period).unwrap()));
    let times = vec![vec!["02:30"], vec!["00:00", "02:00"], vec!["03:15", "06:00", "23:59"]];
    let daily = select(times)
        .prop_map(|times| daily(&times.iter().map(|time| (*time).to_owned()).collect::<Vec<_>>()));
    (prop_oneof![every, daily], select(&ZONES[..])).prop_map(|(rhythm, zone)| schedule(rhythm, zone))
}

/// Seconds until the next look: usual polls, long runs, a machine that slept.
fn pauses() -> impl Strategy<Value = Vec<i64>> {
    vec(prop_oneof![1..120_i64, 120..20_000_i64, 20_000..400_000_i64], 1..60)
}

proptest! {
    /// Every moment of the schedule leads to exactly one run, at the first look after it, and a look without a new moment leads to
    /// none: over changes of clocks, long runs and sleep. What is told as the next moment is the next one.
    #[test]
    fn each_moment_has_exactly_one_run(
        schedule in schedules(),
        beginning in select(&BEGINNINGS[..]),
        pauses in pauses(),
    ) {
        let (tip, mut now) = (Commit("a".to_owned()), at(beginning));
        let mut times = RunTimes::default();
        times.ended(now, now, tip.clone(), Ending::Fine);
        for pause in pauses {
            let before = now;
            now += pause;
            let passed = schedule.runs(before + 1, now + 1);
            times.look_at_clock(now);
            match times.due(Some(&schedule), &tip, now) {
                Due::Now(cause) => {
                    prop_assert_eq!(cause, DueCause::Schedule);
                    prop_assert!(!passed.is_empty(), "no moment between {} and {}", before, now);
                    times.ended(now, now + 5, tip.clone(), Ending::Fine);
                }
                Due::At(at) => {
                    prop_assert!(passed.is_empty(), "{:?} had no run", passed);
                    let at = at.unwrap();
                    prop_assert_eq!(schedule.runs(now + 1, at + 1), [at]);
                }
            }
        }
    }

    /// A clock that is put back far was wrong: the moments that it shows from then on have their runs. Put back a little, no
    /// moment has a second one, and the next is at most that little late.
    #[test]
    fn a_clock_that_is_put_back_keeps_no_run_away(schedule in schedules(), back in 1..400_000_i64) {
        let (tip, now) = (Commit("a".to_owned()), at("2027-07-01T00:00:00Z"));
        let mut times = RunTimes::default();
        times.ended(now, now, tip.clone(), Ending::Fine);
        let later = now - back;
        times.look_at_clock(later);
        let served = if back > 300 { later } else { now };
        let next = schedule.runs(served + 1, served + 20 * 24 * 3600)[0];
        prop_assert_eq!(times.due(Some(&schedule), &tip, later), Due::At(Some(next)));
        prop_assert_eq!(times.due(Some(&schedule), &tip, next), Due::Now(DueCause::Schedule));
    }

    /// A new tip is applied at once, however often the application failed.
    #[test]
    fn a_merge_waits_for_nothing(failures in 0..50_u32, schedule in schedules()) {
        let now = at("2027-07-01T00:00:00Z");
        let mut times = RunTimes::default();
        for _ in 0..failures {
            times.ended(now, now, Commit("a".to_owned()), Ending::Failed);
        }
        let cause = if failures == 0 { DueCause::Start } else { DueCause::Merge };
        prop_assert_eq!(times.due(Some(&schedule), &Commit("b".to_owned()), now), Due::Now(cause));
    }
}
