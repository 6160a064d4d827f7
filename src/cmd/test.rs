//! `rolewright test`

use super::args::{Global, TestArguments};
use super::exit::{Exit, Stop};
use super::{out, workspace};
use crate::render::trial::{ShownTrials, text};
use crate::trial::{Trial, run as run_tests};

/// Runs the policies' own tests. Reads no directory and no application.
pub(super) fn run(global: &Global, arguments: &TestArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let mut trials: Vec<Trial> = Vec::new();
    for application in workspace.applications(global.application.as_deref())? {
        trials.extend(run_tests(&workspace.policies, application, filter));
    }
    if trials.is_empty() && !filter.is_empty() {
        return Err(Stop::error(format!("no test's id or file contains `{filter}`")));
    }
    out::data(&text(ShownTrials { trials: &trials }, out::colour(global.color)));
    Ok(if trials.iter().all(Trial::holds) { Exit::Done } else { Exit::Error })
}
