//! A write with unknown outcome is not simply repeated: the current content is read and the decision made again.

use super::Publisher;
use crate::http::{Answer, Call, HttpError, backoff};
use crate::publish::PublishError;
use tokio::time::sleep;

/// The most attempts of one publication.
const MAX_ATTEMPTS: u32 = 5;
/// The jitter; constant, since only one job publishes.
const JITTER: u64 = 499;

/// Why an attempt failed.
pub(super) enum Fault {
    /// It may have happened, or may succeed next time: read and try again.
    Again(PublishError),
    /// A retry does not help.
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
        self.service.send(call).await.map_err(|error| {
            match error.outcome_unknown() || retry_may_help(&error) {
                true => Fault::Again(error.into()),
                false => Fault::Final(error.into()),
            }
        })
    }

    /// Runs attempts until one succeeds, a retry does not help, or the limit is reached. Each attempt reads the current
    /// content first.
    pub(super) async fn until_done<T>(
        &self,
        mut once: impl AsyncFnMut() -> Result<T, Fault>,
    ) -> Result<T, PublishError> {
        let mut attempts = 1;
        loop {
            match once().await {
                Ok(done) => return Ok(done),
                Err(Fault::Final(error)) => return Err(error),
                Err(Fault::Again(error)) if attempts >= MAX_ATTEMPTS => return Err(error),
                Err(Fault::Again(_)) => {}
            }
            sleep(backoff(attempts, JITTER)).await;
            attempts += 1;
        }
    }
}

/// Whether a retry of a refused write may succeed: the service asks for a pause, which the next call waits for; the
/// request was never sent; or the object to change was deleted.
fn retry_may_help(error: &HttpError) -> bool {
    error.wants_pause()
        || matches!(
            error,
            HttpError::Transport { .. } | HttpError::Status { method: "PATCH", status: 404, .. }
        )
}
