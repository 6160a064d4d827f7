#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! GitLab, from CI's environment: the notes on merge requests.

use super::code::Code;
use super::exit::Stop;
use super::forge::{self, told};
use super::out;
use crate::fetch::own_secret;
use crate::gate::CarriedPull;
use crate::http::Limits;
use crate::model::Commit;
use crate::publish::gitlab::{NoteError, Notes};
use crate::wire::github::Marker;
use crate::wire::gitlab::{Project, TOKEN, project};
use std::env;
use std::future::Future;
use tokio::runtime::Runtime;

/// GitLab, with the token for notes.
pub(super) struct GitLab {
    notes: Notes,
    runtime: Runtime,
}

/// The project of a job on GitLab; none: the job runs elsewhere.
fn project_of_job() -> Option<Project> {
    let elsewhere = forge::job().ok().flatten().is_some();
    project(|name| env::var(name).ok()).filter(|_| !elsewhere)
}

fn problem(code: Code, error: &str) -> Stop {
    Stop::new(code, format!("GitLab: {error}"))
}

impl GitLab {
    /// GitLab in CI's environment, to write notes.
    ///
    /// # Errors
    /// The job is not one of GitLab's, or has no token for notes.
    pub(super) fn of_environment() -> Result<Self, Stop> {
        let project = project_of_job().ok_or_else(|| {
            problem(
                Code::ForgeJob,
                "`CI_API_V4_URL` and `CI_PROJECT_ID` do not name a project: run in a merge request pipeline",
            )
        })?;
        let token = own_secret(TOKEN).map_err(|missing| {
            problem(Code::ForgeJob, &format!("{missing}: make a project access token with the scope `api`"))
        })?;
        let notes = Notes::new(project, &token, Limits::default())
            .map_err(|error| problem(Code::Forge, &error.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Stop::new(Code::Machine, error.to_string()))?;
        Ok(Self { notes, runtime })
    }

    /// Whether this job runs on GitLab and may write notes.
    pub(super) fn may_write_notes() -> bool {
        project_of_job().is_some() && own_secret(TOKEN).is_ok()
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, NoteError>>) -> Result<T, Stop> {
        self.runtime.block_on(answer).map_err(|error| problem(Code::Forge, &error.to_string()))
    }

    /// Creates or updates the note with this name on a merge request.
    ///
    /// # Errors
    /// GitLab cannot be reached or refuses.
    pub(super) fn note(&self, number: u64, name: &str, head: &Commit, text: &str) -> Result<(), Stop> {
        let marker = Marker::new(name).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
        let upserted = self.wait(self.notes.upsert(number, &marker, head, text))?;
        out::talk(&format!("merge request {number}: {}", told(upserted)));
        Ok(())
    }

    /// The merge requests that brought commits to a branch, each once.
    ///
    /// # Errors
    /// GitLab cannot be reached or refuses.
    pub(super) fn merged(&self, commits: &[Commit], branch: &str) -> Result<Vec<CarriedPull>, Stop> {
        let mut merged: Vec<CarriedPull> = Vec::new();
        for commit in commits {
            for request in self.wait(self.notes.merged(commit, branch))? {
                let request = CarriedPull { number: request.number, head: request.head.0 };
                if !merged.contains(&request) {
                    merged.push(request);
                }
            }
        }
        Ok(merged)
    }
}
