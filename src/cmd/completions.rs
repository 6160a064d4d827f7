//! `rolewright completions`

use super::args::{Arguments, CompletionsArguments};
use super::exit::Exit;
use super::out;
use clap::CommandFactory;

/// The name of the program.
const NAME: &str = "rolewright";

/// Prints a script with which a shell completes commands, flags and their words.
pub(super) fn run(arguments: &CompletionsArguments) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), NAME, &mut script);
    out::bytes(&script);
    Exit::Done
}
