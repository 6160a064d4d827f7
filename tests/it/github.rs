//! GitHub: evidence of pull requests, and what is shown on them. Against a stateful server that somebody else wrote, and,
//! where that has gaps or faults are wanted, a double that is held to GitHub's contract.

mod actions;
mod evidence;
mod faults;
mod hostile;
mod publishing;
mod read_and_publish;
mod rules;

use crate::support::github::{RECORD, TOKEN, commit, limits, marker, place, publisher, reader};
