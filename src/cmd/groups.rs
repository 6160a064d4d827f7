//! `rolewright groups`

use super::args::{Global, GroupsArguments};
use super::choices::GroupsFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::outputs::{show, targets};
use super::{read, saved, workspace};
use crate::plan::{GroupListing, list_groups};
use crate::render::groups;

/// Lists the groups of the selected directories, and the rules that link them.
pub(super) fn run(global: &Global, arguments: &GroupsArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let application = global.application.as_deref();
    let applications = workspace.applications(application)?;
    let directories = workspace.directories_meant(application, arguments.directory.as_deref())?;
    let listings: Result<Vec<GroupListing>, Stop> = directories
        .into_iter()
        .map(|directory| {
            let snapshot = match &arguments.snapshot {
                Some(folder) => saved::directory(folder, directory)?,
                None => read::every_group(&workspace, directory)?,
            };
            Ok(list_groups(directory, &snapshot, &applications))
        })
        .collect();
    let listings = listings?;
    let problem = |error: serde_json::Error| Stop::new(Code::Defect, error.to_string());
    show(targets(arguments.format, &arguments.output), |target| match target.format {
        GroupsFormat::Human => Ok(groups::text(&listings)),
        GroupsFormat::Json => groups::json(&listings).map_err(problem),
        GroupsFormat::Yaml => Ok(groups::paste(&listings)),
        GroupsFormat::Html => groups::page(&listings).map_err(problem),
    })?;
    Ok(Exit::Done)
}
