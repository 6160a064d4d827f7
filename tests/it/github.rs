//! GitHub: evidence of pull requests, and what is published on them. Tested with an independent stateful server and,
//! for its gaps and for faults, a double that is checked against GitHub's contract.

mod actions;
mod evidence;
mod faults;
mod hostile;
mod publishing;
mod read_and_publish;
mod rules;

use crate::support::github::{RECORD, TOKEN, commit, limits, marker, place, publisher, reader};
