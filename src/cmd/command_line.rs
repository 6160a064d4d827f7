//! The command line as it is parsed, and as help and manual pages show it.

use super::args::Arguments;
use clap::{Arg, Command, CommandFactory};

/// What the help of each command says instead of the flags that all commands have.
const EVERYWHERE: &str = "Options of every command: rolewright --help";

/// The command line. Help tells flags of every command once, in the help of the program.
pub(super) fn command_line() -> Command {
    let whole = Arguments::command();
    let global: Vec<Arg> = whole
        .get_arguments()
        .filter(|flag| flag.is_global_set())
        .map(|flag| flag.clone().hide(true))
        .collect();
    subcommands(whole, &global)
}

fn subcommands(command: Command, global: &[Arg]) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let hidden = |command: Command| subcommands(command.args(global).after_help(EVERYWHERE), global);
    names.iter().fold(command, |command, name| command.mut_subcommand(name, hidden))
}
