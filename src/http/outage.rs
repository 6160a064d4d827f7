//! Whether the service can be reached: all its callers wait together, and give up together.

use std::time::Duration;
use tokio::time::Instant;

/// How long nobody tries a service that could not be reached.
const GIVEN_UP: Duration = Duration::from_secs(30);

/// Failures to connect, one after the other.
#[derive(Debug, Default)]
pub(super) struct Outage {
    failures: u32,
    /// Until when everybody waits; calls that fail before this moment began before the wait.
    until: Option<Instant>,
    given_up: Option<Instant>,
}

impl Outage {
    /// The service answered.
    pub(super) fn ended(&mut self) {
        *self = Self::default();
    }

    /// A call could not connect. Gives when the next attempt may be made, or nothing if this was the last of `attempts`.
    /// Calls that fail at the same time count as one.
    pub(super) fn failed(
        &mut self,
        now: Instant,
        attempts: u32,
        wait: impl FnOnce(u32) -> Duration,
    ) -> Option<Instant> {
        if let Some(until) = self.until.filter(|until| *until > now) {
            return Some(until);
        }
        self.failures += 1;
        if self.failures >= attempts {
            self.given_up = Some(now + GIVEN_UP);
            return None;
        }
        let until = now + wait(self.failures);
        self.until = Some(until);
        Some(until)
    }

    /// Whether everybody has given up.
    pub(super) fn is_given_up(&self, now: Instant) -> bool {
        self.given_up.is_some_and(|until| now < until)
    }
}
