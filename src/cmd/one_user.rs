//! The world of one user: those who matter for the lines about them, where policies and directories allow to read no
//! more; else everybody.

use super::exit::Stop;
use super::plan::with_inputs_of;
use super::read::{self, World};
use super::workspace::Workspace;
use super::{memory, out};
use crate::fetch::{read_application, read_directory, read_some_users, reads_some};
use crate::plan::{Memory, Reach, UsersPlan, plan_of_user};
use crate::policy::set::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Excerpt, Incomplete};

/// What was read.
pub(super) enum Look {
    /// Those who matter, and the lines about the user.
    Lines(Box<UsersPlan>),
    /// Everybody.
    World(Box<World>),
}

/// Reads those who matter for a user, else everybody; says why.
pub(super) fn look(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    named: &str,
) -> Result<Look, Stop> {
    let directories = workspace.directories(application);
    if !directories.iter().any(|directory| reads_some(directory)) {
        return read::world(workspace, application).map(|all| Look::World(Box::new(all)));
    }
    let reach = match Reach::of(application, &directories, workspace.as_of) {
        Ok(reach) => reach,
        Err(reason) => {
            everybody(application, &reason);
            return read::world(workspace, application).map(|all| Look::World(Box::new(all)));
        }
    };
    let accounts = read_application(application, &workspace.data)?;
    let state = memory::state(workspace, application);
    let memory = memory::shown(&state, application);
    match lines(workspace, (application, &directories), &reach, &accounts, memory.as_ref(), named)? {
        Ok(lines) => {
            let name = &application.name;
            out::talk(&format!(
                "{name}: only `{named}` was read, and who shares a value with them; limits are judged over whole plans, by \
                 `rolewright plan` without `--user`"
            ));
            Ok(Look::Lines(Box::new(lines)))
        }
        Err(reason) => {
            everybody(application, &reason);
            let all: Result<Vec<_>, Incomplete> =
                directories.iter().map(|directory| read_directory(directory, &workspace.data)).collect();
            Ok(Look::World(Box::new(World { directories: all?, application: accounts, memory: None })))
        }
    }
}

fn everybody(application: &ApplicationPolicy, reason: &str) {
    out::talk(&format!("{}: everybody is read, since {reason}", application.name));
}

/// The lines from those who matter; the inner error is why everybody has to be read.
fn lines(
    workspace: &Workspace,
    (application, directories): (&ApplicationPolicy, &[&DirectoryPolicy]),
    reach: &Reach<'_>,
    accounts: &Complete<ApplicationSnapshot>,
    memory: Option<&Memory>,
    named: &str,
) -> Result<Result<UsersPlan, String>, Stop> {
    let mut asked = reach.first(named);
    let mut found: Vec<Option<Excerpt<DirectorySnapshot>>> = directories.iter().map(|_| None).collect();
    loop {
        for (directory, found) in directories.iter().zip(&mut found) {
            // What can only be read whole is read once.
            if found.is_none() || reads_some(directory) {
                *found = Some(read_some_users(directory, &workspace.data, &asked)?);
            }
        }
        let excerpts: Vec<_> = found.iter().flatten().collect();
        match reach.next(named, accounts, &excerpts, &asked) {
            Ok(Some(more)) => asked = more,
            Err(reason) => return Ok(Err(reason)),
            Ok(None) => {
                let made = with_inputs_of(workspace, application, (&[], accounts, memory), |inputs| {
                    Ok(plan_of_user(inputs, &excerpts, named))
                })?;
                return Ok(made.map_err(|errors| {
                    let first = errors.errors.first().map_or("", |error| error.code);
                    format!("the data contradicts the policies (`{first}`)")
                }));
            }
        }
    }
}
