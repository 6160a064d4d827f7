#![expect(clippy::disallowed_methods, reason = "door: the run's time is read here and handed in")]
//! The day of the run, and durations.

use super::code::Code;
use super::exit::Stop;
use crate::model::{Date, rfc3339_of};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The day that the user names, otherwise today, UTC.
pub(super) fn as_of(named: Option<&str>) -> Result<Date, Stop> {
    match named {
        Some(text) => Date::parse(text).map_err(|error| Stop::new(Code::Argument, error.to_string())),
        None => Ok(Date::of_unix_days((unix_seconds() / 86_400) as i32)),
    }
}

/// Now, as `2027-01-31T12:00:00Z`.
pub(super) fn rfc3339() -> String {
    rfc3339_of(unix_seconds())
}

/// Now, in seconds since 1970-01-01 UTC.
pub(super) fn unix_seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs() as i64)
}

/// The time since a moment, on a clock that cannot be set.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Waits.
pub(super) fn sleep(duration: Duration) {
    std::thread::sleep(duration);
}
