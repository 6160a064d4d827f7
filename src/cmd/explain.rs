//! `rolewright explain`

use super::args::{ExplainArguments, Global};
use super::exit::{Exit, Stop};
use super::one_user::{Look, look};
use super::read::World;
use super::workspace::Workspace;
use super::{memory, out, plan, saved, workspace};
use crate::plan::{Explanation, explain_of_user};
use crate::policy::ApplicationPolicy;
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
    let user = &arguments.user;
    let mut found = 0;
    for application in workspace.applications(global.application.as_deref())? {
        let explanations = match &arguments.snapshot {
            Some(folder) => {
                whole(&workspace, application, saved::read(folder, &workspace, application)?, user)?
            }
            None => {
                match look(&workspace, application, user, |inputs, some| explain_of_user(inputs, some, user))?
                {
                    Look::Some(explanations) => explanations,
                    Look::World(world) => whole(&workspace, application, *world, user)?,
                }
            }
        };
        found += explanations.len();
        explanations.iter().for_each(|it| out::data(&explanation(&application.name, it)));
    }
    if found == 0 {
        return Err(plan::nobody(user));
    }
    Ok(Exit::Done)
}

/// Explains from everybody.
fn whole(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    mut world: World,
    user: &str,
) -> Result<Vec<Explanation>, Stop> {
    let state = memory::state(workspace, application);
    world.memory = memory::shown(&state, application);
    world.not_before = memory::last_day(&state);
    let evaluation = plan::evaluate(workspace, application, &world)?;
    Ok(evaluation.explain(user, &plan::sound(evaluation.plan())?))
}
