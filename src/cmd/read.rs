//! Reads everything that a plan needs, directories and application at the same time.

use super::code::Code;
use super::exit::Stop;
use super::workspace::{Side, Workspace};
use super::{out, progress};
use crate::fetch::{Access, Progress, read_application, read_directory};
use crate::model::Digest;
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use std::sync::{Arc, mpsc};
use std::thread;

/// The data of directories and application.
pub(super) struct World {
    /// Each directory once.
    pub directories: Vec<Complete<DirectorySnapshot>>,
    /// Directories that another version of the policies has in a file of its own, by the file's digest.
    pub versions: Vec<(Digest, Complete<DirectorySnapshot>)>,
    /// The application.
    pub application: Complete<ApplicationSnapshot>,
}

impl World {
    /// A directory as a version of the policies has it.
    pub(super) fn directory(
        &self,
        workspace: &Workspace,
        directory: &DirectoryPolicy,
    ) -> Result<&Complete<DirectorySnapshot>, Stop> {
        let (name, data) = (&directory.name, workspace.data_of(directory));
        let own = self.versions.iter().find(|(digest, read)| Some(*digest) == data && read.name == *name);
        let found = own.map(|(_, read)| read);
        let found = found.or_else(|| self.directories.iter().find(|directory| directory.name == *name));
        found.ok_or_else(|| Stop::new(Code::Defect, format!("the directory `{name}` was not read")))
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
    let (directories, application) = needed(side, others);
    whole(side, others, directories, application)
}

/// Reads the data of one application, and every group that its rules might link.
pub(super) fn world_with_every_group(side: Side<'_>) -> Result<World, Stop> {
    let (directories, application) = needed(side, &[]);
    let directories = directories.iter().map(DirectoryPolicy::with_every_group).collect();
    whole(side, &[], directories, application)
}

fn whole(
    side: Side<'_>,
    others: &[Side<'_>],
    directories: Vec<DirectoryPolicy>,
    application: ApplicationPolicy,
) -> Result<World, Stop> {
    let workspace = side.workspace;
    // If one version demands review, none of them may do without it.
    let access = others
        .iter()
        .fold(workspace.access.clone(), |access, side| access.as_strict_as(&side.workspace.access));
    let access = &access;
    let told = told(directories.iter().map(|directory| &directory.name).chain([&application.name]));
    let directories_needed = directories.clone();
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
    let versions = versions(side, others, &directories_needed)?;
    Ok(World { directories: directories?, versions, application: application? })
}

/// What other versions have in files of their own: who stands in a file that is changed together with the policies is
/// what the policies decide, not what a directory says.
fn versions(
    side: Side<'_>,
    others: &[Side<'_>],
    needed: &[DirectoryPolicy],
) -> Result<Vec<(Digest, Complete<DirectorySnapshot>)>, Stop> {
    let mut versions: Vec<(Digest, Complete<DirectorySnapshot>)> = Vec::new();
    for Side { workspace, policy } in others {
        for directory in workspace.directories(policy) {
            let Some(data) = workspace.data_of(directory) else { continue };
            let known = versions.iter().any(|(digest, read)| *digest == data && read.name == directory.name);
            let first = side.workspace.policies.directories.iter().find(|first| first.name == directory.name);
            if known || first.and_then(|first| side.workspace.data_of(first)) == Some(data) {
                continue;
            }
            let all = needed.iter().find(|all| all.name == directory.name).unwrap_or(directory);
            let own = DirectoryPolicy { connection: directory.connection.clone(), ..all.clone() };
            versions.push((data, read_directory(&own, &workspace.access)?));
        }
    }
    Ok(versions)
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
