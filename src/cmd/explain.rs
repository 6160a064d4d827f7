//! `rolewright explain`

use super::args::{ExplainArguments, Global};
use super::exit::{Exit, Stop};
use super::{memory, out, plan, read, saved, workspace};
use crate::plan::explain;
use crate::render::explanation;

/// Explains one user, in every application that is meant.
pub(super) fn run(global: &Global, arguments: &ExplainArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    if plan::faces(&workspace)?.hides() {
        return Err(Stop::error(
            "`explain` shows one person, and others read what is said here (`privacy` in the Workspace): run it where only you \
             read it",
        ));
    }
    let mut found = 0;
    for application in workspace.applications(global.application.as_deref())? {
        let mut world = match &arguments.snapshot {
            Some(folder) => saved::read(folder, &workspace, application)?,
            None => read::world(&workspace, application)?,
        };
        world.memory = memory::shown(&memory::state(&workspace, application), application);
        let made = plan::make(&workspace, application, &world)?;
        let explanations = plan::with_inputs(&workspace, application, &world, |inputs| {
            Ok(explain(inputs, &arguments.user, &made)?)
        })?;
        found += explanations.len();
        explanations.iter().for_each(|it| out::data(&explanation(&application.name, it)));
    }
    if found == 0 {
        return Err(plan::nobody(&arguments.user));
    }
    Ok(Exit::Done)
}
