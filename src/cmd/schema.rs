#![expect(clippy::disallowed_methods, reason = "door: writes schemas where the user says")]
//! `rolewright schema`

use super::args::{Global, SchemaArguments};
use super::exit::{Exit, Stop};
use super::{out, read, workspace};
use crate::plan::{ListedGroup, PlanDocument, list_groups};
use crate::policy::schema;
use std::fs;

/// Writes the schemas of policies and of the plan; those of policies with the groups of a directory where one is named.
pub(super) fn run(global: &Global, arguments: &SchemaArguments) -> Result<Exit, Stop> {
    let groups = match &arguments.directory {
        Some(directory) => groups(global, directory)?,
        None => Vec::new(),
    };
    let folder = &arguments.output;
    let problem = |error: std::io::Error| Stop::error(format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(problem)?;
    let plan = ("plan.schema.json".to_owned(), PlanDocument::schema());
    for (name, mut schema) in schema::all().into_iter().chain([plan]) {
        if !groups.is_empty() {
            let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
            let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
            schema::offer(&mut schema, &names, &ids);
        }
        fs::write(folder.join(&name), format!("{schema:#}\n")).map_err(problem)?;
        out::talk(&format!("wrote {}", folder.join(name).display()));
    }
    Ok(Exit::Done)
}

/// The groups of a directory that may be linked.
fn groups(global: &Global, directory: &str) -> Result<Vec<ListedGroup>, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let directories = workspace.directories_meant(global.application.as_deref(), Some(directory))?;
    let mut groups = Vec::new();
    for directory in directories {
        groups.extend(list_groups(directory, &read::every_group(&workspace, directory)?, &[]).groups);
    }
    Ok(groups)
}
