#![expect(clippy::disallowed_methods, reason = "door: writes schemas where the user says")]
//! `rolewright schema`

use super::args::{Global, SchemaArguments};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, read, workspace};
use crate::language::schema;
use crate::plan::{ExplanationDocument, ListedGroup, PlanDocument, list_groups};
use serde_json::Value;
use std::fs;

/// Writes the schemas of policies and of the plan; if a directory is named, the schemas of policies suggest its groups.
pub(super) fn run(global: &Global, arguments: &SchemaArguments) -> Result<Exit, Stop> {
    let groups = match &arguments.directory {
        Some(directory) => groups(global, directory)?,
        None => Vec::new(),
    };
    let folder = &arguments.output;
    let problem = |error: std::io::Error| Stop::new(Code::File, format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(problem)?;
    for (name, mut schema) in all() {
        if !groups.is_empty() {
            let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
            let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
            schema::offer(&mut schema, &names, &ids);
        }
        fs::write(folder.join(&name), printed(&schema)).map_err(problem)?;
        out::talk(&format!("wrote {}", folder.join(name).display()));
    }
    Ok(Exit::Done)
}

/// The schemas of policies and of the plan: file names and contents.
pub(super) fn files() -> Vec<(String, String)> {
    all().into_iter().map(|(name, schema)| (name, printed(&schema))).collect()
}

fn all() -> Vec<(String, Value)> {
    let plan = ("plan.schema.json".to_owned(), PlanDocument::schema());
    let explanation = ("explanation.schema.json".to_owned(), ExplanationDocument::schema());
    schema::published().into_iter().chain([plan, explanation]).collect()
}

fn printed(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// The groups of a directory that can be linked.
fn groups(global: &Global, directory: &str) -> Result<Vec<ListedGroup>, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let directories = workspace.directories_meant(global.application.as_deref(), Some(directory))?;
    let mut groups = Vec::new();
    for directory in directories {
        groups.extend(list_groups(directory, &read::every_group(&workspace, directory)?, &[]).groups);
    }
    Ok(groups)
}
