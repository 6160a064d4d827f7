//! How long a call may take, and how large its answer may be.

use std::time::Duration;

/// Time and size limits; all of them apply to every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To open a connection.
    pub connect: Duration,
    /// Between two chunks of an answer.
    pub read: Duration,
    /// For one attempt, to the last byte of its answer.
    pub attempt: Duration,
    /// For a call with all its attempts and pauses.
    pub budget: Duration,
    /// The largest answer in bytes.
    pub body: u64,
    /// Attempts of a call that may be repeated.
    pub attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            attempt: Duration::from_secs(120),
            budget: Duration::from_secs(300),
            body: 64 << 20,
            attempts: 6,
        }
    }
}
