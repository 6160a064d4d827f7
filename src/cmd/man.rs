#![expect(clippy::disallowed_methods, reason = "door: writes manual pages where the user says")]
//! `rolewright man`

use super::args::ManArguments;
use super::code::Code;
use super::command_line::command_line;
use super::exit::{Exit, Stop};
use super::out;
use std::fs;

/// Prints the manual page of the program, or writes one for each command to a folder.
pub(super) fn run(arguments: &ManArguments) -> Result<Exit, Stop> {
    let Some(folder) = &arguments.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command_line())
            .render(&mut page)
            .map_err(|error| Stop::new(Code::File, error.to_string()))?;
        out::bytes(&page);
        return Ok(Exit::Done);
    };
    let problem = |error: std::io::Error| Stop::new(Code::File, format!("{}: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(problem)?;
    clap_mangen::generate_to(command_line(), folder).map_err(problem)?;
    out::talk(&format!("wrote the manual pages to {}", folder.display()));
    Ok(Exit::Done)
}
