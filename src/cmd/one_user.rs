//! The world of one user: those who matter for the lines about them, where policies and directories allow to read no
//! more; else everybody.

use super::exit::Stop;
use super::instance::Instance;
use super::out;
use super::read::{self, Told, World};
use super::workspace::{Side, Workspace};
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
    instance: &Instance<'_>,
    named: &str,
    make: impl FnOnce(&Inputs<'_>, &[&Excerpt<DirectorySnapshot>]) -> Result<T, DataErrors>,
) -> Result<Look<T>, Stop> {
    let Side { workspace, policy } = instance.side();
    let directories = workspace.directories(policy);
    if !directories.iter().any(|directory| supports_lookup(directory)) {
        return everybody(instance);
    }
    let reach = match Reach::of(policy, &directories, instance.day(), is_filterable) {
        Ok(reach) => reach,
        Err(reason) => {
            tell_everybody(policy, &reason);
            return everybody(instance);
        }
    };
    let told = read::told([&policy.name].into_iter().chain(directories.iter().map(|it| &it.name)));
    let (accounts, found) = read::shown(&told, || {
        let accounts = told[0].1.of(|| read_application(policy, &workspace.data))?;
        let search = Search { workspace, directories: &directories, reach: &reach, accounts: &accounts };
        let found = search.whoever_matters(named, &told[1..]);
        Ok::<_, Stop>((accounts, found))
    })?;
    let made = match found {
        Ok(found) => made(instance, &accounts, &found, make)?,
        Err(LookupError::NeedsFullRead(reason)) => Err(reason),
        Err(LookupError::Incomplete(incomplete)) => return Err(incomplete.into()),
    };
    match made {
        Ok(made) => {
            let name = &policy.name;
            out::talk(&format!(
                "{name}: only the user who is asked for was read, and who shares a value with them"
            ));
            Ok(Look::Some(made))
        }
        Err(reason) => {
            tell_everybody(policy, &reason);
            let directories = read::directories(instance.side())?;
            Ok(Look::World(Box::new(World { directories, application: accounts })))
        }
    }
}

/// Nobody is so called.
pub(super) fn nobody(user: &str) -> Stop {
    Stop::error(format!("no user has the id, user principal name or mail `{user}`"))
}

fn everybody<T>(instance: &Instance<'_>) -> Result<Look<T>, Stop> {
    read::world(instance.side()).map(|world| Look::World(Box::new(world)))
}

fn tell_everybody(application: &ApplicationPolicy, reason: &str) {
    out::talk(&format!("{}: everybody is read, since {reason}", application.name));
}

/// Where whoever matters is looked for.
struct Search<'s> {
    workspace: &'s Workspace,
    directories: &'s [&'s DirectoryPolicy],
    reach: &'s Reach<'s>,
    accounts: &'s ApplicationSnapshot,
}

impl Search<'_> {
    /// Reads, step by step, whoever matters.
    fn whoever_matters(&self, named: &str, told: &[Told]) -> Result<Excerpts, LookupError> {
        let mut searches = Vec::new();
        for (directory, (_, it)) in self.directories.iter().copied().zip(told) {
            searches.push(it.part(|| UserLookup::open(directory, &self.workspace.data))?);
        }
        let mut found: Vec<Option<Excerpt<DirectorySnapshot>>> = searches.iter().map(|_| None).collect();
        let mut asked = self.reach.first(named);
        loop {
            for ((search, found), (_, it)) in searches.iter_mut().zip(&mut found).zip(told) {
                if let Some(more) = it.part(|| search.find(&asked))? {
                    *found = Some(more);
                }
            }
            let excerpts: Vec<_> = found.iter().flatten().collect();
            match self
                .reach
                .next(named, self.accounts, &excerpts, &asked)
                .map_err(LookupError::NeedsFullRead)?
            {
                Some(more) => asked = more,
                None => break,
            }
        }
        let ended = searches.into_iter().zip(found.into_iter().flatten()).zip(told);
        ended.map(|((search, last), (_, it))| it.of(|| search.finish(last))).collect()
    }
}

/// What is made of some users; the inner error is why everybody has to be read.
fn made<T>(
    instance: &Instance<'_>,
    accounts: &Complete<ApplicationSnapshot>,
    found: &Excerpts,
    make: impl FnOnce(&Inputs<'_>, &[&Excerpt<DirectorySnapshot>]) -> Result<T, DataErrors>,
) -> Result<Result<T, String>, Stop> {
    let excerpts: Vec<_> = found.iter().collect();
    Ok(make(&instance.inputs(accounts)?, &excerpts).map_err(|errors| {
        let first = errors.errors.first().map_or("", |error| error.code);
        format!("the data contradicts the policies (`{first}`)")
    }))
}
