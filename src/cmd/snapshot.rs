//! `rolewright snapshot`

use super::args::{Global, SnapshotArguments};
use super::exit::{Exit, Stop};
use super::{out, read, saved, workspace};

/// Saves the data of directories and applications. It is personal data, so the user must protect the folder.
pub(super) fn run(global: &Global, arguments: &SnapshotArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    for application in workspace.applications(global.application.as_deref())? {
        let side = workspace.side(application);
        let world =
            if arguments.every_group { read::world_with_every_group(side) } else { read::world(side) };
        saved::write(&arguments.output, &world?)?;
        out::talk(&format!("saved {} in {}", application.name, arguments.output.display()));
    }
    Ok(Exit::Done)
}
