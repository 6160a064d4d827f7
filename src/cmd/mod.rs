//! The door: joins the rooms, one file a command, and says how it ended.
//!
//! Takes arguments, gives an exit code. Never: decisions about who gets what.

mod apply;
pub mod args;
mod branch;
mod changed;
mod clock;
mod demo;
mod doctor;
mod drift;
mod exit;
mod explain;
mod forge;
mod groups;
mod history;
mod impact;
mod in_force;
mod init;
mod instance;
mod key;
mod known;
mod lease;
mod one_user;
mod out;
mod plan;
mod privacy;
mod progress;
mod read;
mod saved;
mod schedule;
mod schema;
mod settled;
mod side_plan;
mod snapshot;
mod tell;
mod test;
mod undo;
mod validate;
mod workspace;
mod writer;

use args::{Arguments, Command};
use clap::Parser;
use clap::error::ErrorKind;
pub use exit::{Exit, Stop};
use std::process::ExitCode;

/// A usage error: clap's 2 means something else here.
const USAGE: u8 = 64;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Where nobody reads, nothing is left to say.
            let _ = error.print();
            return if shown { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(stop) => {
            out::talk(&format!("error: {stop}"));
            stop.exit.into()
        }
    }
}

fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Validate(it) => validate::run(global, it),
        Command::Plan(it) => plan::run(global, it),
        Command::Check(it) => impact::check(global, it),
        Command::Apply(it) => apply::run(global, it),
        Command::History(it) => history::run(global, it),
        Command::Undo(it) => undo::run(global, it),
        Command::Unlock => history::unlock(global),
        Command::Ledger(args::LedgerCommand::Reset) => history::reset(global),
        Command::Explain(it) => explain::run(global, it),
        Command::Groups(it) => groups::run(global, it),
        Command::Test(it) => test::run(global, it),
        Command::Snapshot(it) => snapshot::run(global, it),
        Command::Schedule(it) => schedule::run(global, it),
        Command::Doctor(it) => doctor::run(global, it),
        Command::Schema(it) => schema::run(global, it),
        Command::Demo(it) => demo::run(it, run),
        Command::Init(it) => init::run(it),
    }
}
