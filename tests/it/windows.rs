//! Change windows and schedules, compared minute by minute with a wall clock.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::clock::at;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rolewright::gate::{Standing, standing};
use rolewright::model::{Period, TimeOfDay, Weekdays, Zone};
use rolewright::policy::{ChangeWindows, Origin, Rhythm, Schedule, Times, Window};
use std::time::Duration;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// Zones whose clocks are set forward by one hour, by half an hour, or never, in several parts of the world.
const ZONES: [&str; 5] =
    ["UTC", "Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
/// Days on which clocks change somewhere, and one day without a change.
const MOMENTS: [&str; 7] = [
    "2027-03-28T00:00:00Z",
    "2027-10-31T00:00:00Z",
    "2027-03-14T06:00:00Z",
    "2027-11-07T06:00:00Z",
    "2027-04-03T16:00:00Z",
    "2027-10-02T16:00:00Z",
    "2027-07-01T00:00:00Z",
];

pub(crate) fn window(id: &str, from: &str, to: &str, zone: &str) -> Window {
    Window {
        id: id.to_owned(),
        origin: Origin::NOWHERE,
        from: TimeOfDay::parse(from).unwrap(),
        to: TimeOfDay::parse(to).unwrap(),
        days: Weekdays::ALL,
        time_zone: Zone::parse(zone).unwrap(),
        reason: None,
    }
}

fn closed(windows: &[Window]) -> ChangeWindows {
    ChangeWindows { closed: windows.to_vec(), open: Vec::new() }
}

/// Every minute with the local time, in seconds as if there were no time zones; and, just after clocks were set
/// forward, the local times that were skipped.
fn shown(zone: &str, begin: i64, end: i64) -> Vec<(i64, Vec<i64>)> {
    let zone = TimeZone::get(zone).unwrap();
    let offset = |at: i64| i64::from(zone.to_offset(Timestamp::from_second(at).unwrap()).seconds());
    // Clocks that were set forward earlier than this show no skipped time any more.
    let earlier = begin - 3 * 60 * MINUTE;
    let (mut now, mut before, mut set) = (offset(earlier), 0, i64::MIN);
    let mut minutes = Vec::new();
    for at in (earlier..end).step_by(MINUTE as usize) {
        if offset(at) != now {
            (before, now, set) = (now, offset(at), at);
        }
        let skipped = set > i64::MIN && at - set < now - before;
        minutes.push((at, [Some(at + now), skipped.then_some(at + before)].into_iter().flatten().collect()));
    }
    minutes.retain(|(at, _)| *at >= begin);
    minutes
}

/// Monday is 0.
fn weekday(wall: i64) -> u8 {
    (wall.div_euclid(DAY) + 3).rem_euclid(7) as u8
}

/// The oracle: whether a window contains a minute with these local times.
fn holds((from, to): (i64, i64), days: &[u8], shown: &[i64]) -> bool {
    shown.iter().copied().any(|wall| {
        let minute = wall.rem_euclid(DAY) / MINUTE;
        let begins = |wall: i64| days.contains(&weekday(wall));
        if from <= to {
            from <= minute && minute < to && begins(wall)
        } else {
            (from <= minute && begins(wall)) || (minute < to && begins(wall - DAY))
        }
    })
}

fn time(minute: i64) -> TimeOfDay {
    TimeOfDay::parse(&format!("{:02}:{:02}", minute / 60, minute % 60)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_window_is_closed_in_the_minutes_that_the_clock_shows(
        (from, to) in (0_i64..1440, 0_i64..=1440).prop_filter("some time", |(from, to)| from != to),
        early: bool,
        days in subsequence((0_u8..7).collect::<Vec<_>>(), 1..=7),
        zone in select(&ZONES[..]),
        moment in select(&MOMENTS[..]),
    ) {
        // Half of the windows contain a clock change.
        let (from, to) = if early { (from % 300, if to % 300 == from % 300 { 301 } else { to % 300 }) } else { (from, to) };
        let window = Window {
            from: time(from),
            to: time(to),
            days: Weekdays::of(days.iter().copied()),
            ..window("w", "00:00", "24:00", zone)
        };
        let (begin, end) = (at(moment) - DAY, at(moment) + 2 * DAY);
        let times = window.times(begin, end);
        for (minute, shown) in shown(zone, begin, end) {
            let expected = holds((from, to), &days, &shown);
            prop_assert_eq!(times.contains(minute), expected, "{} {}", minute, window.time_zone.clock(minute));
        }
    }

    #[test]
    fn what_is_allowed_is_open_and_not_closed(
        bounds in prop::collection::vec((0_i64..1440, 0_i64..1440), 0..6).prop_map(|mut bounds| {
            bounds.retain(|(from, to)| from != to);
            bounds
        }),
        zone in select(&ZONES[..]),
        moment in select(&MOMENTS[..]),
    ) {
        let windows: Vec<Window> = bounds.iter()
            .map(|(from, to)| Window { from: time(*from), to: time(*to), ..window("w", "00:00", "24:00", zone) })
            .collect();
        let (one, other) = windows.split_at(windows.len() / 2);
        let windows = ChangeWindows { closed: one.to_vec(), open: other.to_vec() };
        let (begin, end) = (at(moment), at(moment) + DAY);
        let allowed = windows.allowed(begin, end);
        for minute in (begin..end).step_by(MINUTE as usize) {
            let inside = |window: &Window| window.times(minute, minute + 1).contains(minute);
            let open = windows.open.is_empty() || windows.open.iter().any(inside);
            prop_assert_eq!(allowed.contains(minute), open && !windows.closed.iter().any(inside));
        }
    }

    #[test]
    fn a_daily_run_is_due_once_a_day_at_the_first_time_the_clock_shows_it(
        minute in 0_i64..1440,
        zone in select(&ZONES[..]),
        moment in select(&MOMENTS[..]),
    ) {
        let schedule = Schedule {
            rhythm: Rhythm::Daily(vec![time(minute)]),
            time_zone: Zone::parse(zone).unwrap(),
            origin: Origin::NOWHERE,
        };
        let (begin, end) = (at(moment) - DAY, at(moment) + 2 * DAY);
        // Begins two days earlier, so that the first occurrence of a repeated hour is seen.
        let mut seen = std::collections::BTreeSet::new();
        let mut expected = Vec::new();
        for (instant, shown) in shown(zone, begin - 2 * DAY, end) {
            for wall in shown.into_iter().filter(|wall| wall.rem_euclid(DAY) == minute * MINUTE) {
                if seen.insert(wall.div_euclid(DAY)) && instant >= begin {
                    expected.push(instant);
                }
            }
        }
        prop_assert_eq!(schedule.runs(begin, end), expected);
    }

    #[test]
    fn times_are_compared_as_sets(
        one in prop::collection::vec((0_i64..40, 0_i64..40), 0..6),
        other in prop::collection::vec((0_i64..40, 0_i64..40), 0..6),
    ) {
        let inside = |all: &[(i64, i64)], at| all.iter().any(|(from, to)| *from <= at && at < *to);
        let (first, second) = (Times::of(one.clone()), Times::of(other.clone()));
        let rest = first.without(&second);
        for at in -1..41 {
            prop_assert_eq!(first.contains(at), inside(&one, at));
            prop_assert_eq!(rest.contains(at), inside(&one, at) && !inside(&other, at));
        }
    }
}

#[test]
fn an_hour_that_clocks_show_twice_is_closed_both_times() {
    let night = window("night", "02:15", "02:30", "Europe/Copenhagen");
    let times: Vec<_> = night.times(at("2027-10-31T00:00:00Z"), at("2027-10-31T12:00:00Z")).iter().collect();
    let first = (at("2027-10-31T00:15:00Z"), at("2027-10-31T00:30:00Z"));
    assert_eq!(times, [first, (first.0 + 3600, first.1 + 3600)]);
}

#[test]
fn a_time_that_the_clock_skips_moves_forward() {
    let night = window("night", "02:15", "02:30", "Europe/Copenhagen");
    let times: Vec<_> = night.times(at("2027-03-28T00:00:00Z"), at("2027-03-28T12:00:00Z")).iter().collect();
    assert_eq!(times, [(at("2027-03-28T01:15:00Z"), at("2027-03-28T01:30:00Z"))], "03:15 to 03:30 in summer");
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let friday = Window { days: Weekdays::of([4]), ..window("friday", "22:00", "06:00", "UTC") };
    let times: Vec<_> = friday.times(at("2026-11-16T00:00:00Z"), at("2026-11-23T00:00:00Z")).iter().collect();
    assert_eq!(times, [(at("2026-11-20T22:00:00Z"), at("2026-11-21T06:00:00Z"))]);
}

#[test]
fn a_change_starts_only_if_its_time_out_ends_before_closing() {
    let windows = closed(&[window("restart", "01:45", "02:30", "UTC")]);
    let thirty = Duration::from_secs(30);
    let door = standing(&windows, at("2026-11-21T01:00:00Z"), thirty);
    assert_eq!(door, Standing::Open { until: Some(at("2026-11-21T01:45:00Z")) });
    assert!(door.may_start(at("2026-11-21T01:44:29Z"), thirty));
    assert!(!door.may_start(at("2026-11-21T01:44:30Z"), thirty), "it would end as the window closes");
    assert!(!door.may_start(at("2026-11-21T03:00:00Z"), thirty), "this run is over, whatever opens later");
    let late = standing(&windows, at("2026-11-21T01:44:30Z"), thirty);
    let Standing::Closed(closure) = late else { panic!("{late:?}") };
    assert_eq!(closure.window.unwrap().0, "restart");
    assert_eq!(closure.opens, Some(at("2026-11-21T02:30:00Z")));
}

#[test]
fn a_closed_window_says_its_reason_and_when_changes_are_made_again() {
    let reason = Some("The site restarts".to_owned());
    let restart = Window { reason, ..window("restart", "04:00", "04:30", "Europe/Copenhagen") };
    let Standing::Closed(closure) = standing(&closed(&[restart]), at("2027-07-01T02:10:00Z"), Duration::ZERO)
    else {
        panic!("it is closed");
    };
    assert_eq!(
        closure.to_string(),
        "the change window `restart` is closed (The site restarts); changes are made again from 2027-07-01 04:30 \
         Europe/Copenhagen"
    );
}

#[test]
fn closed_wins_over_open_and_without_open_all_else_is_open() {
    let office = window("office", "08:00", "17:00", "UTC");
    let lunch = window("lunch", "12:00", "13:00", "UTC");
    let windows = ChangeWindows { closed: vec![lunch], open: vec![office] };
    let closed = |time: &str| {
        matches!(
            standing(&windows, at(&format!("2026-11-23T{time}:00Z")), Duration::ZERO),
            Standing::Closed(_)
        )
    };
    assert_eq!(["07:59", "08:00", "12:30", "13:00", "17:00"].map(closed), [true, false, true, false, true]);
    let never = ChangeWindows {
        closed: vec![window("all", "00:00", "24:00", "UTC")],
        open: vec![window("office", "08:00", "17:00", "UTC")],
    };
    let Standing::Closed(closure) = standing(&never, at("2026-11-23T09:00:00Z"), Duration::ZERO) else {
        panic!("it is closed");
    };
    assert_eq!(closure.opens, None);
    assert!(closure.to_string().ends_with("within a year none opens"), "{closure}");
    let none = ChangeWindows::default();
    assert_eq!(standing(&none, 0, Duration::ZERO), Standing::Open { until: None });
}

#[test]
fn durations_and_times_of_day_have_one_notation() {
    for (text, seconds) in [("40m", 2400), ("12h", 43_200), ("7d", 604_800), ("9999d", 9999 * 86_400)] {
        assert_eq!(Period::parse(text).map(Period::seconds), Ok(seconds), "{text}");
    }
    for text in ["", "m", "0m", "07d", "7 d", "7D", "-7d", "10000m", "1w", "7dd", "٧d", "1.5h"] {
        assert!(Period::parse(text).is_err(), "{text}");
    }
    for text in ["", "3:30", "03:60", "24:01", "25:00", "03-30", "03:3a", "٠٣:٣٠", "03:30:00"] {
        assert!(TimeOfDay::parse(text).is_err(), "{text}");
    }
    assert_eq!(TimeOfDay::parse("24:00"), Ok(TimeOfDay::END));
    assert_eq!(Period::parse("120m").unwrap().to_string(), "2h");
}

/// The time zone database is compiled in: the machine's own does not matter.
#[test]
fn every_time_zone_is_known_by_its_own_name_only() {
    assert!(Zone::names().len() > 400);
    for name in Zone::names() {
        assert_eq!(Zone::parse(&name).unwrap().name(), name);
    }
    for name in
        ["", "Local", "europe/copenhagen", "CEST", "+01:00", "Factory", "Etc/Unknown", "../etc/passwd"]
    {
        assert!(Zone::parse(name).is_err(), "{name}");
    }
}
