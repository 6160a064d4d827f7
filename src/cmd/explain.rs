//! `rolewright explain`

use super::args::{ExplainArguments, Global};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::instance::{Instance, sound};
use super::one_user::{UserReading, look, nobody};
use super::privacy::Redaction;
use super::read::World;
use super::{out, saved, workspace};
use crate::plan::{Explanation, explain_of_user};
use crate::render::explanation;

/// Explains one user, in every selected application.
pub(super) fn run(global: &Global, arguments: &ExplainArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let redaction = Redaction::of_plans(&workspace)?;
    if redaction.hides() {
        return Err(Stop::new(
            Code::Privacy,
            "`explain` shows one person, and others read what is said here (`privacy` in the Workspace): run it where only you \
             read it",
        ));
    }
    let user = &arguments.user;
    let mut found = 0;
    for application in workspace.applications(global.application.as_deref())? {
        let instance = Instance::of_clone(&global.ledger, workspace.side(application), &redaction);
        let explanations = match &arguments.snapshot {
            Some(folder) => whole(&instance, &saved::read(folder, instance.side())?, user)?,
            None => match look(&instance, user, |inputs, some| explain_of_user(inputs, some, user))? {
                UserReading::Some(explanations) => explanations,
                UserReading::World(world) => whole(&instance, &world, user)?,
            },
        };
        found += explanations.len();
        explanations.iter().for_each(|it| out::data(&explanation(&application.name, it)));
    }
    if found == 0 {
        return Err(nobody(user));
    }
    Ok(Exit::Done)
}

/// Explains from a read of all users.
fn whole(instance: &Instance<'_>, world: &World, user: &str) -> Result<Vec<Explanation>, Stop> {
    let evaluation = instance.evaluate(world)?;
    Ok(evaluation.explain(user, &sound(evaluation.plan())?))
}
