//! Check runs: always a new one.

use super::write::Fault;
use super::{Publisher, call};
use crate::http::Method;
use crate::publish::PublishError;
use crate::wire::github::{NewCheckRun, commit_id, decode_check_run, target};
use serde_json::Value;

const NEW: &str = "/repos/{owner}/{repo}/check-runs";
const ONE: &str = "/repos/{owner}/{repo}/check-runs/{check_run_id}";

impl Publisher {
    /// Makes a check run, and gives its id. Where its annotations need several calls it is completed by the last, so that
    /// one that was broken off counts for nobody. A call without answer is made again: two runs that say the same are as
    /// good as one, for the newest counts.
    ///
    /// # Errors
    /// When its texts are too long, the head is no commit, or GitHub cannot be asked or refuses.
    pub async fn create_check_run(&self, run: &NewCheckRun<'_>) -> Result<u64, PublishError> {
        run.check()?;
        commit_id(&run.head.0)?;
        let bodies = run.bodies();
        self.until_done(async || self.check_run_once(&bodies).await).await
    }

    async fn check_run_once(&self, bodies: &[Value]) -> Result<u64, Fault> {
        let (mut id, repository) = (None, &self.place.repository);
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
