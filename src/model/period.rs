//! A period of time in policies.

use serde::{Serialize, Serializer};
use std::fmt;

/// A whole number of minutes, hours or days: `40m`, `12h`, `7d` (the policy language, 1). A day has 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    minutes: u32,
}

/// Text that is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time: write minutes, hours or days as 40m, 12h or 7d")]
pub struct PeriodError(String);

const MINUTES_OF_HOUR: u32 = 60;
const MINUTES_OF_DAY: u32 = 24 * MINUTES_OF_HOUR;

impl Period {
    /// A number of days.
    pub const fn of_days(days: u16) -> Self {
        Self { minutes: days as u32 * MINUTES_OF_DAY }
    }

    /// Reads one to four digits without a leading `0`, then `m`, `h` or `d`.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError(text.to_owned());
        let unit = match text.as_bytes().last() {
            Some(b'm') => 1,
            Some(b'h') => MINUTES_OF_HOUR,
            Some(b'd') => MINUTES_OF_DAY,
            _ => return Err(error()),
        };
        let digits = &text[..text.len() - 1];
        let plain = (1..=4).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain {
            return Err(error());
        }
        let number: u32 = digits.parse().map_err(|_| error())?;
        Ok(Self { minutes: number * unit })
    }

    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.minutes) * 60
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.minutes;
        match () {
            () if minutes.is_multiple_of(MINUTES_OF_DAY) => write!(f, "{}d", minutes / MINUTES_OF_DAY),
            () if minutes.is_multiple_of(MINUTES_OF_HOUR) => write!(f, "{}h", minutes / MINUTES_OF_HOUR),
            () => write!(f, "{minutes}m"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
