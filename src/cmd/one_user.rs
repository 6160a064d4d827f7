//! The world of one user: those who matter for the lines about them, where policies and directories allow to read no
//! more; else everybody.

use super::exit::Stop;
use super::plan::inputs;
use super::read::{self, Told, World};
use super::workspace::Workspace;
use super::{memory, out};
use crate::desired::DataErrors;
use crate::fetch::{LookupError, UserLookup, read_application, supports_lookup};
use crate::plan::{Inputs, Reach};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Excerpt};
use crate::wire::graph::is_filterable;

/// What was read.
pub(super) enum Look<T> {
    /// Those who matter, and what was made of them.
    Some(T),
    /// Everybody.
    World(Box<World>),
}

/// Of each directory some users.
type Excerpts = Vec<Excerpt<DirectorySnapshot>>;

/// Reads those who matter for a user, and makes something of them; else everybody, and says why.
pub(super) fn look<T>(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    named: &str,
    make: impl FnOnce(&Inputs<'_>, &[&Excerpt<DirectorySnapshot>]) -> Result<T, DataErrors>,
) -> Result<Look<T>, Stop> {
    let directories = workspace.directories(application);
    if !directories.iter().any(|directory| supports_lookup(directory)) {
        return read::world(workspace, application).map(|all| Look::World(Box::new(all)));
    }
    let reach = match Reach::of(application, &directories, workspace.as_of, is_filterable) {
        Ok(reach) => reach,
        Err(reason) => {
            everybody(application, &reason);
            return read::world(workspace, application).map(|all| Look::World(Box::new(all)));
        }
    };
    let told = read::told([&application.name].into_iter().chain(directories.iter().map(|it| &it.name)));
    let (accounts, found) = read::shown(&told, || {
        let accounts = told[0].1.of(|| read_application(application, &workspace.data))?;
        let found = some(workspace, &directories, (&reach, &accounts), named, &told[1..]);
        Ok::<_, Stop>((accounts, found))
    })?;
    let made = match found {
        Ok(found) => made(workspace, application, &accounts, &found, make)?,
        Err(LookupError::NeedsFullRead(reason)) => Err(reason),
        Err(LookupError::Incomplete(incomplete)) => return Err(incomplete.into()),
    };
    match made {
        Ok(made) => {
            let name = &application.name;
            out::talk(&format!(
                "{name}: only the user who is asked for was read, and who shares a value with them"
            ));
            Ok(Look::Some(made))
        }
        Err(reason) => {
            everybody(application, &reason);
            let directories = read::directories(workspace, application)?;
            Ok(Look::World(Box::new(World {
                directories,
                application: accounts,
                memory: None,
                not_before: None,
            })))
        }
    }
}

fn everybody(application: &ApplicationPolicy, reason: &str) {
    out::talk(&format!("{}: everybody is read, since {reason}", application.name));
}

/// Reads, step by step, whoever matters.
fn some(
    workspace: &Workspace,
    directories: &[&DirectoryPolicy],
    (reach, accounts): (&Reach<'_>, &ApplicationSnapshot),
    named: &str,
    told: &[Told],
) -> Result<Excerpts, LookupError> {
    let mut searches = Vec::new();
    for (directory, (_, it)) in directories.iter().copied().zip(told) {
        searches.push(it.part(|| UserLookup::open(directory, &workspace.data))?);
    }
    let mut found: Vec<Option<Excerpt<DirectorySnapshot>>> = searches.iter().map(|_| None).collect();
    let mut asked = reach.first(named);
    loop {
        for ((search, found), (_, it)) in searches.iter_mut().zip(&mut found).zip(told) {
            if let Some(more) = it.part(|| search.find(&asked))? {
                *found = Some(more);
            }
        }
        let excerpts: Vec<_> = found.iter().flatten().collect();
        match reach.next(named, accounts, &excerpts, &asked).map_err(LookupError::NeedsFullRead)? {
            Some(more) => asked = more,
            None => break,
        }
    }
    let ended = searches.into_iter().zip(found.into_iter().flatten()).zip(told);
    ended.map(|((search, last), (_, it))| it.of(|| search.finish(last))).collect()
}

/// What is made of some users; the inner error is why everybody has to be read.
fn made<T>(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    accounts: &Complete<ApplicationSnapshot>,
    found: &Excerpts,
    make: impl FnOnce(&Inputs<'_>, &[&Excerpt<DirectorySnapshot>]) -> Result<T, DataErrors>,
) -> Result<Result<T, String>, Stop> {
    let state = memory::state(workspace, application);
    let memory = memory::shown(&state, application);
    let excerpts: Vec<_> = found.iter().collect();
    let inputs = Inputs { memory: memory.as_ref(), ..inputs(workspace, application, accounts)? };
    Ok(make(&inputs, &excerpts).map_err(|errors| {
        let first = errors.errors.first().map_or("", |error| error.code);
        format!("the data contradicts the policies (`{first}`)")
    }))
}
