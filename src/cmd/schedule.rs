//! `rolewright schedule`

use super::args::{Global, ScheduleArguments};
use super::clock::unix_seconds;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, workspace};
use crate::model::unix_of_rfc3339;
use crate::render::schedule;

/// Shows when runs begin, and the cron expressions for a CI system. Starts no run.
pub(super) fn run(global: &Global, arguments: &ScheduleArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let from = match &arguments.from {
        None => unix_seconds(),
        Some(text) => unix_of_rfc3339(text).ok_or_else(|| {
            Stop::new(Code::Argument, format!("`{text}` is not a moment: write it as 2027-01-31T12:00:00Z"))
        })?,
    };
    for application in workspace.applications(global.application.as_deref())? {
        out::data(&schedule::schedule(application, from, arguments.count));
    }
    Ok(Exit::Done)
}
