#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! The note on a GitLab merge request.

use super::publish::MARKER;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::forge::told;
use crate::cmd::out;
use crate::fetch::own_secret;
use crate::http::Limits;
use crate::model::Commit;
use crate::publish::gitlab::Notes;
use crate::wire::github::Marker;
use crate::wire::gitlab::{TOKEN, project};
use std::env;

/// Creates or updates the note.
pub(super) fn note(number: u64, head: &Commit, text: &str) -> Result<(), Stop> {
    let problem = |code: Code, error: String| Stop::new(code, format!("GitLab: {error}"));
    let project = project(|name| env::var(name).ok()).ok_or_else(|| {
        problem(
            Code::ForgeJob,
            "`CI_API_V4_URL` and `CI_PROJECT_ID` do not name a project: run in a merge request pipeline"
                .to_owned(),
        )
    })?;
    let token = own_secret(TOKEN).map_err(|missing| {
        problem(Code::ForgeJob, format!("{missing}: make a project access token with the scope `api`"))
    })?;
    let notes = Notes::new(project, &token, Limits::default())
        .map_err(|error| problem(Code::Forge, error.to_string()))?;
    let marker = Marker::new(MARKER).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::new(Code::Machine, error.to_string()))?;
    let upserted = runtime.block_on(notes.upsert(number, &marker, head, text));
    let upserted = upserted.map_err(|error| problem(Code::Forge, error.to_string()))?;
    out::talk(&format!("merge request {number}: {}", told(upserted)));
    Ok(())
}
