#![expect(clippy::disallowed_methods, reason = "door: writes schemas where the user says")]
//! `rolewright schema`

use super::args::SchemaArguments;
use super::exit::{Exit, Stop};
use super::out;
use crate::plan::PlanDocument;
use crate::policy::schema;
use std::fs;

/// Writes the schemas of policies and of the plan.
pub(super) fn run(arguments: &SchemaArguments) -> Result<Exit, Stop> {
    let folder = &arguments.output;
    let problem = |error: std::io::Error| Stop::error(format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(problem)?;
    let plan = ("plan.schema.json".to_owned(), PlanDocument::schema());
    for (name, schema) in schema::all().into_iter().chain([plan]) {
        fs::write(folder.join(&name), format!("{schema:#}\n")).map_err(problem)?;
        out::talk(&format!("wrote {}", folder.join(name).display()));
    }
    Ok(Exit::Done)
}
