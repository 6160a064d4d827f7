//! The `rolewright` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolewright::cmd::main()
}
