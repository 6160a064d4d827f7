//! The lease, which decides who may write. It uses only durations on the reader's own clock (the gate, 6.3).

use std::time::Duration;

/// The time between renewals while a run writes.
pub const RENEW_EVERY: Duration = Duration::from_secs(60);
/// After this time without a renewal, a run counts as dead.
pub const DEAD_AFTER: Duration = Duration::from_secs(300);
/// The time between two looks of a waiting run.
pub const POLL_EVERY: Duration = Duration::from_secs(15);

/// The lease of the run that holds it. Times are durations since the run's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    sent: Duration,
}

impl Lease {
    /// A lease that began when the push that opened it was sent.
    pub fn new(sent: Duration) -> Self {
        Self { sent }
    }

    /// Whether it is time to renew.
    pub fn renewal_due(&self, now: Duration) -> bool {
        now.saturating_sub(self.sent) >= RENEW_EVERY
    }

    /// A successful push renews the lease from the moment when it was sent.
    pub fn renewed(&mut self, sent: Duration) {
        self.sent = sent;
    }

    /// The stop rule: no write starts so late that it could end after another run took over.
    pub fn may_write(&self, now: Duration, call_timeout: Duration) -> bool {
        now.saturating_sub(self.sent) <= DEAD_AFTER.saturating_sub(RENEW_EVERY).saturating_sub(call_timeout)
    }
}

/// The result of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Look again.
    Wait,
    /// The other run is dead: continue with the watched value.
    Dead,
}

/// For the waiting run: the other run's `open`, and since when it is unchanged.
#[derive(Clone, Debug)]
pub struct Watch<T> {
    value: T,
    since: Duration,
    /// How long it was unchanged before.
    before: Duration,
}

impl<T: PartialEq> Watch<T> {
    /// Begins to watch.
    pub fn new(value: T, now: Duration) -> Self {
        Self::continued(value, now, Duration::ZERO)
    }

    /// Goes on with a watch on the same clock that saw this value unchanged for a time.
    pub fn continued(value: T, now: Duration, before: Duration) -> Self {
        Self { value, since: now, before }
    }

    /// Looks again.
    pub fn look(&mut self, value: T, now: Duration) -> Watched {
        if value != self.value {
            *self = Self::new(value, now);
        }
        if now.saturating_sub(self.since) + self.before >= DEAD_AFTER { Watched::Dead } else { Watched::Wait }
    }
}
