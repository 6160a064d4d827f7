//! Reads everything that a plan needs, directories and application at the same time.

use super::exit::Stop;
use super::workspace::Workspace;
use super::{out, progress};
use crate::fetch::{Progress, read_application, read_directory};
use crate::plan::Memory;
use crate::policy::set::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use std::sync::{Arc, mpsc};
use std::thread;

/// What directories and application held.
pub(super) struct World {
    /// In the application's order.
    pub directories: Vec<Complete<DirectorySnapshot>>,
    /// The application.
    pub application: Complete<ApplicationSnapshot>,
    /// What the ledger remembers of users' records, where policies ask for it.
    pub memory: Option<Memory>,
}

/// Reads a directory with all its groups, also those that no policy asks for.
pub(super) fn every_group(
    workspace: &Workspace,
    directory: &DirectoryPolicy,
) -> Result<Complete<DirectorySnapshot>, Stop> {
    Ok(read_directory(&directory.with_every_group(), &workspace.data)?)
}

/// Reads the world of one application.
pub(super) fn world(workspace: &Workspace, application: &ApplicationPolicy) -> Result<World, Stop> {
    let directories: Vec<&DirectoryPolicy> = workspace.directories(application);
    let told: Vec<(String, Arc<Progress>)> = directories
        .iter()
        .map(|it| &it.name)
        .chain([&application.name])
        .map(|name| (name.clone(), Arc::default()))
        .collect();
    let (end, ended) = mpsc::channel();
    let (directories, application) = thread::scope(|scope| {
        if out::is_talk_terminal() {
            let told = &told;
            scope.spawn(move || progress::show(told, &ended));
        }
        let of_application = told.last().map(|(_, it)| Arc::clone(it)).unwrap_or_default();
        let reading =
            scope.spawn(move || of_application.of(|| read_application(application, &workspace.data)));
        let directories: Result<Vec<_>, Incomplete> = directories
            .iter()
            .zip(&told)
            .map(|(directory, (_, it))| it.of(|| read_directory(directory, &workspace.data)))
            .collect();
        let application = reading.join();
        drop(end);
        (directories, application)
    });
    let application =
        application.unwrap_or_else(|_| Err(Incomplete::new("the application", "its reader broke off")));
    Ok(World { directories: directories?, application: application?, memory: None })
}
