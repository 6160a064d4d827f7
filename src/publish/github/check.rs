//! Check runs: each one is new.

use super::write::Fault;
use super::{Publisher, call};
use crate::http::Method;
use crate::publish::PublishError;
use crate::wire::github::{NewCheckRun, commit_id, decode_check_run, target};
use serde_json::Value;

const NEW: &str = "/repos/{owner}/{repo}/check-runs";
const ONE: &str = "/repos/{owner}/{repo}/check-runs/{check_run_id}";

impl Publisher {
    /// Creates a check run and returns its id. If its annotations need several calls, the last one completes it, so an
    /// interrupted one does not count. A call without an answer is repeated: two equal runs do no harm, since the
    /// newest counts.
    ///
    /// # Errors
    /// When its texts are too long, the head is not a commit id, or GitHub cannot be reached or refuses.
    pub async fn create_check_run(&self, run: &NewCheckRun<'_>) -> Result<u64, PublishError> {
        run.check()?;
        commit_id(&run.head.0)?;
        let bodies = run.bodies();
        self.until_done(async || self.check_run_once(&bodies).await).await
    }

    async fn check_run_once(&self, bodies: &[Value]) -> Result<u64, Fault> {
        let (mut id, repository) = (None, &self.address.repository);
        for body in bodies {
            let (route, call) = match id {
                None => (NEW, call(Method::Post, NEW, target::new_check_run(repository))),
                Some(id) => (ONE, call(Method::Patch, ONE, target::check_run(repository, id))),
            };
            let answer = self.write(&call.body(body)).await?;
            id = Some(decode_check_run(&answer.body).map_err(PublishError::decode(route))?.id);
        }
        Ok(id.unwrap_or_default())
    }
}
