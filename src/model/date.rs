//! A calendar day, UTC.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A day, UTC. Policies write it as `'2027-01-31'`; it is valid to the end of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// Text that is not a calendar day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: write year, month and day as '2027-01-31'")]
pub struct DateError(String);

impl Date {
    /// Reads `YYYY-MM-DD` only.
    ///
    /// # Errors
    /// When the text has another form or is not a calendar day.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let error = || DateError(text.to_owned());
        let shape = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        if !shape {
            return Err(error());
        }
        text.parse().map(Self).map_err(|_| error())
    }

    /// The day that many days after 1970-01-01. Outside the years -9999 to 9999 it is 1970-01-01.
    pub fn of_unix_days(days: i32) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = days.clamp(-3_000_000, 3_000_000);
        Self(epoch.checked_add(jiff::Span::new().days(days)).unwrap_or(epoch))
    }

    /// The number of days since 1970-01-01.
    pub fn unix_days(self) -> i32 {
        (self.0 - jiff::civil::date(1970, 1, 1)).get_days()
    }

    /// Days from `self` to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Self) -> i32 {
        (other.0 - self.0).get_days()
    }
}

/// A time in seconds since 1970 as RFC 3339, UTC.
pub fn rfc3339_of(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).unwrap_or_default().to_string()
}

/// An RFC 3339 time in seconds since 1970; `None` for any other text.
pub fn unix_of_rfc3339(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
