//! `rolewright explain-code CODE`: what a code of a finding or an error means, and what to do.

use super::args::ExplainCodeArguments;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::out;
use crate::render::codes;

/// Lines that are longer are hard to read.
const WIDEST: usize = 100;

/// Shows the section of the code, or the list of all codes.
pub(super) fn run(arguments: &ExplainCodeArguments) -> Result<Exit, Stop> {
    let width = out::width().min(WIDEST);
    let Some(code) = &arguments.code else {
        out::data(&codes::list(width));
        return Ok(Exit::Done);
    };
    let section = codes::find(code)
        .map_err(|help| Stop::new(Code::UnknownName, format!("there is no code `{code}`: {help}")))?;
    out::data(&section.text(width));
    Ok(Exit::Done)
}
