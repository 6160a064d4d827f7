//! Reads everything that a plan needs, directories and application at the same time.

use super::exit::Stop;
use super::workspace::Workspace;
use super::{out, progress};
use crate::fetch::{Progress, read_application, read_directory};
use crate::model::Date;
use crate::plan::Memory;
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use std::sync::{Arc, mpsc};
use std::thread;

/// What directories and application held.
pub(super) struct World {
    /// Each once.
    pub directories: Vec<Complete<DirectorySnapshot>>,
    /// The application.
    pub application: Complete<ApplicationSnapshot>,
    /// What the ledger remembers of users' records, where policies ask for it.
    pub memory: Option<Memory>,
    /// The day of the last run: no plan goes behind it.
    pub not_before: Option<Date>,
}

impl World {
    /// The day that is planned for.
    pub(super) fn day(&self, today: Date) -> Date {
        self.not_before.map_or(today, |day| day.max(today))
    }

    /// The directory of a name.
    pub(super) fn directory(&self, name: &str) -> Result<&Complete<DirectorySnapshot>, Stop> {
        let found = self.directories.iter().find(|directory| directory.name == name);
        found.ok_or_else(|| Stop::error(format!("the directory `{name}` was not read")))
    }
}

/// Reads a directory with all its groups, also those that no policy asks for.
pub(super) fn every_group(
    workspace: &Workspace,
    directory: &DirectoryPolicy,
) -> Result<Complete<DirectorySnapshot>, Stop> {
    Ok(read_directory(&directory.with_every_group(), &workspace.data)?)
}

/// One version of an application's policies, with the workspace it stands in.
pub(super) type Side<'s> = (&'s Workspace, &'s ApplicationPolicy);

/// Reads the world of one application.
pub(super) fn world(workspace: &Workspace, application: &ApplicationPolicy) -> Result<World, Stop> {
    shared((workspace, application), &[])
}

/// Reads one world on which several versions of an application's policies can be evaluated. The first says how
/// everything is reached; the others add what they need, and directories that the first does not name.
pub(super) fn shared((workspace, application): Side<'_>, others: &[Side<'_>]) -> Result<World, Stop> {
    let (directories, application) = needed((workspace, application), others);
    let told = told(directories.iter().map(|it| &it.name).chain([&application.name]));
    let (directories, application) = shown(&told, || {
        thread::scope(|scope| {
            let of_application = told.last().map(|(_, it)| Arc::clone(it)).unwrap_or_default();
            let application = &application;
            let reading =
                scope.spawn(move || of_application.of(|| read_application(application, &workspace.data)));
            (each(workspace, directories.iter(), &told), reading.join())
        })
    });
    let application =
        application.unwrap_or_else(|_| Err(Incomplete::new("the application", "its reader broke off")));
    Ok(World { directories: directories?, application: application?, memory: None, not_before: None })
}

/// Reads the directories of an application.
pub(super) fn directories(
    workspace: &Workspace,
    application: &ApplicationPolicy,
) -> Result<Vec<Complete<DirectorySnapshot>>, Stop> {
    let directories = workspace.directories(application);
    let told = told(directories.iter().map(|it| &it.name));
    Ok(shown(&told, || each(workspace, directories.iter().copied(), &told))?)
}

fn each<'d>(
    workspace: &Workspace,
    directories: impl Iterator<Item = &'d DirectoryPolicy>,
    told: &[Told],
) -> Result<Vec<Complete<DirectorySnapshot>>, Incomplete> {
    let read = |(directory, (_, it)): (&DirectoryPolicy, &Told)| {
        it.of(|| read_directory(directory, &workspace.data))
    };
    directories.zip(told).map(read).collect()
}

/// A source's name, and how far its read is.
pub(super) type Told = (String, Arc<Progress>);

/// Nothing was read yet of these.
pub(super) fn told<'n>(names: impl Iterator<Item = &'n String>) -> Vec<Told> {
    names.map(|name| (name.clone(), Arc::default())).collect()
}

/// Reads, and shows a terminal meanwhile how far it is.
pub(super) fn shown<T>(told: &[Told], read: impl FnOnce() -> T) -> T {
    let (end, ended) = mpsc::channel();
    thread::scope(|scope| {
        if out::is_talk_terminal() {
            scope.spawn(move || progress::show(told, &ended));
        }
        let came = read();
        drop(end);
        came
    })
}

/// What all sides together need to be read.
pub(super) fn needed(
    (workspace, application): Side<'_>,
    others: &[Side<'_>],
) -> (Vec<DirectoryPolicy>, ApplicationPolicy) {
    let mut directories: Vec<DirectoryPolicy> =
        workspace.directories(application).into_iter().cloned().collect();
    let mut application = application.clone();
    for (workspace, other) in others {
        application = application.reading_for(other);
        for directory in workspace.directories(other) {
            match directories.iter_mut().find(|it| it.name == directory.name) {
                Some(known) => *known = known.reading_for(directory),
                None => directories.push(directory.clone()),
            }
        }
    }
    (directories, application)
}
