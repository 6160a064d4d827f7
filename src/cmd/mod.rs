//! Joins the rooms, one file a command, and gives the exit code.
//!
//! Takes arguments, gives an exit code. Never: decisions about who gets what.

mod access;
mod apply;
pub mod args;
mod branch;
mod carried;
mod changed;
mod choices;
mod clock;
mod code;
mod command_line;
mod completions;
mod conformance;
mod demo;
mod doctor;
mod drift;
mod dumps;
mod exit;
mod explain;
mod explain_args;
mod explain_code;
mod fmt;
mod forge;
mod gitlab;
mod groups;
mod history;
mod impact;
mod in_force;
mod init;
mod instance;
mod key;
mod known;
mod lease;
mod ledger_credentials;
mod lost_store;
mod lsp;
mod man;
mod matrix;
mod matrix_args;
mod offline_args;
mod one_user;
mod out;
mod outputs;
mod place;
mod plan;
mod privacy;
mod private_file;
mod progress;
mod pull_report;
mod read;
mod read_limits;
mod reconcile;
mod run_line;
mod run_mail;
mod saved;
mod schedule;
mod schema;
mod service_profile;
mod settled;
mod side_plan;
mod signals;
mod snapshot;
mod test;
mod undo;
mod user_history;
mod validate;
mod workspace;
mod workspace_folder;
mod write_progress;
mod writer;

use args::{Arguments, Command, Purpose};
use clap::FromArgMatches;
use clap::error::ErrorKind;
pub use code::Code;
pub use exit::{Exit, Stop};
use std::process::ExitCode;

/// A usage error: clap's own code 2 has another meaning here.
const USAGE: u8 = 64;

/// Runs the command line.
pub fn main() -> ExitCode {
    dumps::forbid();
    let matches = command_line::command_line().try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let shown = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // If stderr is closed, the message cannot be printed.
            let _ = error.print();
            return if shown { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(stop) => {
            out::talk(&stop.line());
            stop.exit.into()
        }
    }
}

fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let global = &ledger_credentials::signed_in(workspace_folder::found(&arguments.global));
    match &arguments.command {
        Command::Validate(arguments) => validate::run(global, arguments),
        Command::Plan(arguments) if arguments.base.is_some() => {
            plan::run(&global.of(Purpose::PullRequest), arguments)
        }
        Command::Plan(arguments) => plan::run(global, arguments),
        Command::Check(arguments) => impact::check(&global.of(Purpose::PullRequest), arguments),
        Command::Apply(arguments) => apply::run(&global.of(Purpose::Apply), arguments),
        Command::Reconcile(arguments) => reconcile::run(&global.of(Purpose::Reconcile), arguments),
        Command::History(arguments) => history::run(global, arguments),
        Command::Undo(arguments) => undo::run(global, arguments),
        Command::Unlock(arguments) => history::unlock(global, arguments),
        Command::Ledger(args::LedgerCommand::Reset) => history::reset(global),
        Command::Ledger(args::LedgerCommand::Adopt(arguments)) => history::adopt(global, arguments),
        Command::Ledger(args::LedgerCommand::Move(arguments)) => history::carry_all(global, arguments),
        Command::Explain(arguments) => explain::run(global, arguments),
        Command::ExplainCode(arguments) => explain_code::run(arguments),
        Command::Groups(arguments) => groups::run(global, arguments),
        Command::Test(arguments) => test::run(global, arguments),
        Command::Snapshot(arguments) => snapshot::run(global, arguments),
        Command::Schedule(arguments) => schedule::run(global, arguments),
        Command::Matrix(arguments) => matrix::run(global, arguments),
        Command::Doctor(arguments) => doctor::run(global, arguments),
        Command::Conformance(arguments) => conformance::run(&global.of(Purpose::Apply), arguments),
        Command::Schema(arguments) => schema::run(global, arguments),
        Command::Demo(arguments) => demo::run(arguments, run),
        Command::Lsp(arguments) => lsp::run(global, arguments),
        Command::Init(arguments) => init::run(global, arguments),
        Command::Fmt(arguments) => fmt::run(global, arguments),
        Command::Completions(arguments) => Ok(completions::run(arguments)),
        Command::Man(arguments) => man::run(arguments),
    }
}
