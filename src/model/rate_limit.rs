//! How fast a service may be called.

use super::words;
use serde::Serialize;
use std::time::Duration;

/// A limit of a service: so many calls in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// Calls in each unit of time.
    pub calls: u32,
    /// The unit of time.
    pub per: RateUnit,
    /// Calls that may be made at once after a rest; 1: none besides the first.
    pub burst: u32,
    /// Which calls count.
    pub counts: Counted,
}

words! {
    /// The unit of time of a rate limit.
    pub enum RateUnit {
        /// A second.
        Second = "second",
        /// A minute.
        Minute = "minute",
        /// An hour.
        Hour = "hour",
    }
}

words! {
    /// Which calls a rate limit counts.
    pub enum Counted {
        /// All of them.
        Calls = "calls",
        /// Those that read.
        Reads = "reads",
        /// Those that write.
        Writes = "writes",
        /// Those that write users.
        UserWrites = "userWrites",
        /// Those that write groups.
        GroupWrites = "groupWrites",
        /// All of them, each path of the API for itself.
        Endpoint = "endpoint",
    }
}

impl RateUnit {
    /// How long it is.
    pub fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
        })
    }
}
