//! Reads everything that a plan needs, directories and application at the same time.

use super::exit::Stop;
use super::workspace::{Side, Workspace};
use super::{out, progress};
use crate::fetch::{Access, Progress, read_application, read_directory};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use std::sync::{Arc, mpsc};
use std::thread;

/// The data of directories and application.
pub(super) struct World {
    /// Each directory once.
    pub directories: Vec<Complete<DirectorySnapshot>>,
    /// The application.
    pub application: Complete<ApplicationSnapshot>,
}

impl World {
    /// The directory with a name.
    pub(super) fn directory(&self, name: &str) -> Result<&Complete<DirectorySnapshot>, Stop> {
        let found = self.directories.iter().find(|directory| directory.name == name);
        found.ok_or_else(|| Stop::error(format!("the directory `{name}` was not read")))
    }
}

/// Reads a directory with all its groups, including those that no policy refers to.
pub(super) fn every_group(
    workspace: &Workspace,
    directory: &DirectoryPolicy,
) -> Result<Complete<DirectorySnapshot>, Stop> {
    Ok(read_directory(&directory.with_every_group(), &workspace.access)?)
}

/// Reads the data of one application.
pub(super) fn world(side: Side<'_>) -> Result<World, Stop> {
    shared(side, &[])
}

/// Reads data on which several versions of an application's policies can be evaluated. The first version determines all
/// connections; the others add what they need, and directories that the first does not name.
pub(super) fn shared(side: Side<'_>, others: &[Side<'_>]) -> Result<World, Stop> {
    let workspace = side.workspace;
    let (directories, application) = needed(side, others);
    // If one version demands review, none of them may do without it.
    let access = others
        .iter()
        .fold(workspace.access.clone(), |access, side| access.as_strict_as(&side.workspace.access));
    let access = &access;
    let told = told(directories.iter().map(|directory| &directory.name).chain([&application.name]));
    let (directories, application) = shown(&told, || {
        thread::scope(|scope| {
            let of_application = told.last().map(|(_, source)| Arc::clone(source)).unwrap_or_default();
            let application = &application;
            let reading = scope.spawn(move || of_application.of(|| read_application(application, access)));
            (each(access, directories.iter(), &told), reading.join())
        })
    });
    let application =
        application.unwrap_or_else(|_| Err(Incomplete::new("the application", "its reader broke off")));
    Ok(World { directories: directories?, application: application? })
}

/// Reads the directories of an application.
pub(super) fn directories(side: Side<'_>) -> Result<Vec<Complete<DirectorySnapshot>>, Stop> {
    let workspace = side.workspace;
    let directories = workspace.directories(side.policy);
    let told = told(directories.iter().map(|directory| &directory.name));
    Ok(shown(&told, || each(&workspace.access, directories.iter().copied(), &told))?)
}

fn each<'d>(
    access: &Access,
    directories: impl Iterator<Item = &'d DirectoryPolicy>,
    told: &[SourceProgress],
) -> Result<Vec<Complete<DirectorySnapshot>>, Incomplete> {
    let read = |(directory, (_, progress)): (&DirectoryPolicy, &SourceProgress)| {
        progress.of(|| read_directory(directory, access))
    };
    directories.zip(told).map(read).collect()
}

/// A source's name, and the progress of its read.
pub(super) type SourceProgress = (String, Arc<Progress>);

/// New progress for these sources.
pub(super) fn told<'n>(names: impl Iterator<Item = &'n String>) -> Vec<SourceProgress> {
    names.map(|name| (name.clone(), Arc::default())).collect()
}

/// Reads, and meanwhile shows the progress on a terminal.
pub(super) fn shown<T>(told: &[SourceProgress], read: impl FnOnce() -> T) -> T {
    let (end, ended) = mpsc::channel();
    thread::scope(|scope| {
        if out::is_talk_terminal() {
            scope.spawn(move || progress::show(told, &ended));
        }
        let result = read();
        drop(end);
        result
    })
}

/// What all versions together need.
pub(super) fn needed(side: Side<'_>, others: &[Side<'_>]) -> (Vec<DirectoryPolicy>, ApplicationPolicy) {
    let Side { workspace, policy } = side;
    let mut directories: Vec<DirectoryPolicy> = workspace.directories(policy).into_iter().cloned().collect();
    let mut application = policy.clone();
    for Side { workspace, policy: other } in others.iter().copied() {
        application = application.reading_for(other);
        for directory in workspace.directories(other) {
            match directories.iter_mut().find(|read| read.name == directory.name) {
                Some(known) => *known = known.reading_for(directory),
                None => directories.push(directory.clone()),
            }
        }
    }
    (directories, application)
}
