//! How often a change is tried, looked for and waited for.

use crate::model::RateLimit;
use std::time::Duration;
use tokio::time::sleep;

/// The pauses before each look whether a read shows the change (threat F8).
pub(super) const READ_BACK_PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(200), Duration::from_millis(800), Duration::from_millis(2000)];
/// How often one change is tried while the service asks for pauses.
pub(super) const ATTEMPTS: usize = 4;
/// The longest time that a call waits for its turn.
const SOON: Duration = Duration::from_secs(10);

/// Waits for a look, if it is not the first.
pub(super) async fn pause_before_look(pause: Duration) {
    if !pause.is_zero() {
        sleep(pause).await;
    }
}

/// How many calls are under way at once, of those wanted: no more than a few seconds' worth of a limit, so that a call that
/// may begin also does so soon, while the lease that allowed it is still held.
pub(super) fn in_time(wanted: usize, limits: &[RateLimit]) -> usize {
    let most = |limit: &RateLimit| {
        let soon = u64::from(limit.calls) * SOON.as_secs() / limit.per.duration().as_secs();
        usize::try_from(soon).unwrap_or(usize::MAX).max(1)
    };
    limits.iter().map(most).fold(wanted, usize::min)
}
