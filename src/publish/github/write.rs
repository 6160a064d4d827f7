//! A write whose outcome is not known is not repeated: what is there is looked at, and decided anew.

use super::Publisher;
use crate::http::{Answer, Call, HttpError, backoff};
use crate::publish::PublishError;
use tokio::time::sleep;

/// Tries of one thing to be shown.
const TRIES: u32 = 5;
/// The jitter's chance: one job shows, so there is nobody to get out of step with.
const HALF: u64 = 499;

/// Why a try ended without the thing being shown.
pub(super) enum Fault {
    /// It may have come about, or come about next time: look again.
    Again(PublishError),
    /// No further try helps.
    Final(PublishError),
}

impl<E: Into<PublishError>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Final(error.into())
    }
}

impl Publisher {
    /// Sends a write.
    pub(super) async fn write(&self, call: &Call) -> Result<Answer, Fault> {
        self.service.send(call).await.map_err(|error| match error.outcome_unknown() || may_come(&error) {
            true => Fault::Again(error.into()),
            false => Fault::Final(error.into()),
        })
    }

    /// Tries until it is done, no further try helps, or there were enough. A try begins with a look at what is there.
    pub(super) async fn until_done<T>(
        &self,
        mut once: impl AsyncFnMut() -> Result<T, Fault>,
    ) -> Result<T, PublishError> {
        let mut tries = 1;
        loop {
            match once().await {
                Ok(done) => return Ok(done),
                Err(Fault::Final(error)) => return Err(error),
                Err(Fault::Again(error)) if tries >= TRIES => return Err(error),
                Err(Fault::Again(_)) => {}
            }
            sleep(backoff(tries, HALF)).await;
            tries += 1;
        }
    }
}

/// Whether a write was refused and may not be next time: the service asks for a pause, which the next call waits out; the
/// request never left; or what was to be changed is gone.
fn may_come(error: &HttpError) -> bool {
    error.wants_pause()
        || matches!(
            error,
            HttpError::Transport { .. } | HttpError::Status { method: "PATCH", status: 404, .. }
        )
}
