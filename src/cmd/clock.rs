#![expect(clippy::disallowed_methods, reason = "door: the run's time is read here and handed in")]
//! The day of the run.

use super::exit::Stop;
use crate::model::Date;
use std::time::{SystemTime, UNIX_EPOCH};

/// The day that the user names, else today, UTC.
pub fn as_of(named: Option<&str>) -> Result<Date, Stop> {
    match named {
        Some(text) => Date::parse(text).map_err(|error| Stop::error(error.to_string())),
        None => {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
            Ok(Date::of_unix_days((seconds / 86_400) as i32))
        }
    }
}

/// Seconds since 1970, UTC.
pub fn unix_seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs() as i64)
}
