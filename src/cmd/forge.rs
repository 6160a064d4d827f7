#![expect(clippy::disallowed_methods, reason = "door: reads what CI says of itself")]
//! The forge, as CI's environment names it.

use super::exit::Stop;
use crate::gate::Pull;
use crate::model::Commit;
use std::env;

/// The forge that a run asks.
pub(super) struct Forge {
    app: String,
}

impl Forge {
    /// The forge of CI's environment.
    pub(super) fn of_environment() -> Result<Self, Stop> {
        Err(Stop::error("no forge"))
    }

    /// The app that CI publishes check runs as.
    pub(super) fn app(&self) -> &str {
        &self.app
    }

    /// The pull requests of a commit, each with the check runs of an instance on its last commit.
    pub(super) fn pulls(&self, _commit: &Commit, _instance: &str) -> Result<Vec<Pull>, Stop> {
        Ok(Vec::new())
    }
}

/// What started this run, in the ledger's words.
pub(super) fn cause() -> String {
    match env::var("GITHUB_EVENT_NAME").as_deref() {
        Ok("push") => "push",
        Ok("schedule") => "schedule",
        _ => "manual",
    }
    .to_owned()
}

/// Who started this run, as the forge numbers people.
pub(super) fn actor() -> Option<String> {
    env::var("GITHUB_ACTOR_ID")
        .ok()
        .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
}
