//! Reads the data for one user: only the users who matter for the user's lines, if policies and directories allow it;
//! otherwise all users.

use super::code::Code;
use super::exit::Stop;
use super::instance::Instance;
use super::out;
use super::read::{self, SourceProgress, World};
use super::workspace::{Side, Workspace};
use crate::desired::DataErrors;
use crate::fetch::{LookupError, UserLookup, read_application, supports_lookup};
use crate::plan::{AccountMemory, Inputs, Reach};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Excerpt};
use crate::wire::graph::is_filterable;

/// The data that was read.
pub(super) enum UserReading<T> {
    /// The result from the users who matter.
    Some(T),
    /// All users.
    World(Box<World>),
}

/// For each directory, some of its users.
type Excerpts = Vec<Excerpt<DirectorySnapshot>>;

/// Reads the users who matter for a user, and computes a result from them; otherwise reads all users, and prints the
/// reason.
pub(super) fn look<T>(
    instance: &Instance<'_>,
    named: &str,
    make: impl FnOnce(&Inputs<'_>, &[&Excerpt<DirectorySnapshot>]) -> Result<T, DataErrors>,
) -> Result<UserReading<T>, Stop> {
    let Side { workspace, policy } = instance.side();
    let directories = workspace.directories(policy);
    // What the ledger remembers says nothing without all users.
    let remembers = AccountMemory::is_needed(policy);
    if remembers || !directories.iter().any(|directory| supports_lookup(directory)) {
        return everybody(instance);
    }
    let reach = match Reach::of(policy, &directories, instance.day(), is_filterable) {
        Ok(reach) => reach,
        Err(reason) => {
            tell_everybody(policy, &reason);
            return everybody(instance);
        }
    };
    let told =
        read::told([&policy.name].into_iter().chain(directories.iter().map(|directory| &directory.name)));
    let (accounts, found) = read::shown(&told, || {
        let accounts = told[0].1.of(|| read_application(policy, &workspace.access))?;
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
            out::talk(&format!("{name}: only this user was read, and users who share a value with them"));
            Ok(UserReading::Some(made))
        }
        Err(reason) => {
            tell_everybody(policy, &reason);
            let directories = read::directories(instance.side())?;
            Ok(UserReading::World(Box::new(World {
                directories,
                versions: Vec::new(),
                application: accounts,
            })))
        }
    }
}

/// The error for a name without a user.
pub(super) fn nobody(user: &str) -> Stop {
    Stop::new(
        Code::UnknownUser,
        format!(
            "no user and no account has the id, user principal name, mail, user name or display name `{user}`; names are \
             searched only where policies read them"
        ),
    )
}

fn everybody<T>(instance: &Instance<'_>) -> Result<UserReading<T>, Stop> {
    read::world(instance.side()).map(|world| UserReading::World(Box::new(world)))
}

fn tell_everybody(application: &ApplicationPolicy, reason: &str) {
    out::talk(&format!("{}: everybody is read, since {reason}", application.name));
}

/// Where users who matter are searched.
struct Search<'s> {
    workspace: &'s Workspace,
    directories: &'s [&'s DirectoryPolicy],
    reach: &'s Reach<'s>,
    accounts: &'s ApplicationSnapshot,
}

impl Search<'_> {
    /// Reads, step by step, all users who matter.
    fn whoever_matters(&self, named: &str, told: &[SourceProgress]) -> Result<Excerpts, LookupError> {
        let mut searches = Vec::new();
        for (directory, (_, progress)) in self.directories.iter().copied().zip(told) {
            searches.push(progress.part(|| UserLookup::open(directory, &self.workspace.access))?);
        }
        let mut found: Vec<Option<Excerpt<DirectorySnapshot>>> = searches.iter().map(|_| None).collect();
        let mut asked = self.reach.first(named);
        loop {
            for ((search, found), (_, progress)) in searches.iter_mut().zip(&mut found).zip(told) {
                if let Some(more) = progress.part(|| search.find(&asked))? {
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
        ended.map(|((search, last), (_, source))| source.of(|| search.finish(last))).collect()
    }
}

/// Computes the result from some users; the inner error is the reason why all users must be read.
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
