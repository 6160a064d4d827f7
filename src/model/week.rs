//! Times of day and days of the week.

use super::words;
use serde::{Serialize, Serializer};
use std::fmt;

/// A wall-clock time of day to the minute, `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minute: u16,
}

/// Text that is not a time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time of the day: write hours and minutes as '02:15'")]
pub struct TimeOfDayError(String);

impl TimeOfDay {
    /// `00:00`
    pub const BEGIN: Self = Self { minute: 0 };
    /// `24:00`
    pub const END: Self = Self { minute: 24 * 60 };

    /// Reads `HH:MM` only.
    ///
    /// # Errors
    /// When the text has another form or is not a time of day.
    pub fn parse(text: &str) -> Result<Self, TimeOfDayError> {
        let error = || TimeOfDayError(text.to_owned());
        let shape = |(at, byte): (usize, u8)| if at == 2 { byte == b':' } else { byte.is_ascii_digit() };
        if text.len() != 5 || !text.bytes().enumerate().all(shape) {
            return Err(error());
        }
        let (hour, minute): (u16, u16) =
            (text[..2].parse().map_err(|_| error())?, text[3..].parse().map_err(|_| error())?);
        let time = Self { minute: hour * 60 + minute };
        if minute < 60 && time <= Self::END { Ok(time) } else { Err(error()) }
    }

    /// Seconds since midnight on a day without a clock change.
    pub fn seconds(self) -> i64 {
        i64::from(self.minute) * 60
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

words! {
    /// A day of the week.
    pub enum Weekday {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

/// A set of days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Weekdays {
    /// Monday is the lowest bit.
    bits: u8,
}

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self { bits: 0b111_1111 };

    /// The days with these numbers: Monday is 0, Sunday 6; other numbers are ignored.
    pub fn of(days: impl IntoIterator<Item = u8>) -> Self {
        let days = days.into_iter().filter(|day| *day < 7);
        Self { bits: days.fold(0, |bits, day| bits | 1 << day) }
    }

    /// Whether it contains a day, given by its number since 1970-01-01, which was a Thursday.
    pub fn contains(self, unix_day: i64) -> bool {
        self.bits & 1 << (unix_day + 3).rem_euclid(7) != 0
    }
}
