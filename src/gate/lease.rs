//! The lease: who may write, told by durations of the reader's own clock alone (the gate, 6.3).

use std::time::Duration;

/// A run renews this often while it writes.
pub const RENEW_EVERY: Duration = Duration::from_secs(60);
/// A run that has not renewed for so long is dead.
pub const DEAD_AFTER: Duration = Duration::from_secs(300);
/// Who waits looks this often.
pub const POLL_EVERY: Duration = Duration::from_secs(15);

/// The holder's side. Times are durations since the run's own start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    sent: Duration,
}

impl Lease {
    /// A lease from the moment at which the push that opened it was sent.
    pub fn new(sent: Duration) -> Self {
        Self { sent }
    }

    /// Whether it is time to renew.
    pub fn renewal_due(&self, now: Duration) -> bool {
        now.saturating_sub(self.sent) >= RENEW_EVERY
    }

    /// A push that succeeded renews the lease from the moment it was sent.
    pub fn renewed(&mut self, sent: Duration) {
        self.sent = sent;
    }

    /// The stop rule: no write starts so late that it could end after another run took over.
    pub fn may_write(&self, now: Duration, call_timeout: Duration) -> bool {
        now.saturating_sub(self.sent) <= DEAD_AFTER.saturating_sub(RENEW_EVERY).saturating_sub(call_timeout)
    }
}

/// What the waiting side concludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Look again.
    Wait,
    /// The other run is dead: go on with the value watched.
    Dead,
}

/// The waiting side: another run's `open`, and since when it has not changed.
#[derive(Clone, Debug)]
pub struct Watch<T> {
    value: T,
    since: Duration,
}

impl<T: PartialEq> Watch<T> {
    /// Begins to watch.
    pub fn new(value: T, now: Duration) -> Self {
        Self { value, since: now }
    }

    /// Looks again.
    pub fn look(&mut self, value: T, now: Duration) -> Watched {
        if value != self.value {
            *self = Self::new(value, now);
        }
        if now.saturating_sub(self.since) >= DEAD_AFTER { Watched::Dead } else { Watched::Wait }
    }
}
