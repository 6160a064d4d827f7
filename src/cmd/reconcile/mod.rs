//! `rolewright reconcile`: a process that stays. It looks at the protected branch, and applies each application by its schedule and
//! after each merge, as `apply` does.

pub(super) mod arguments;
mod branch_watch;
mod round;

use super::args::Global;
use super::clock::sleep;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, signals};
use crate::fetch::git::PolicyRepository;
use crate::gate::look_after;
use arguments::ReconcileArguments;
use branch_watch::{BranchWatch, Seen};
use round::Rounds;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Applies what is due, until somebody asks the process to end.
pub(super) fn run(global: &Global, arguments: &ReconcileArguments) -> Result<Exit, Stop> {
    // Without a repository there is nothing to wait for.
    PolicyRepository::open(&global.workspace)?;
    if arguments.once {
        return once(global, arguments);
    }
    if global.as_of.is_some() {
        return Err(Stop::new(
            Code::Argument,
            "`--as-of` fixes the day, and `reconcile` runs for many days: leave it out, and ROLEWRIGHT_AS_OF too; for one \
             day there is `reconcile --once`",
        ));
    }
    signals::between_runs();
    let mut watch = BranchWatch::new(global, arguments.branch.as_deref());
    let mut rounds = Rounds::new(global, arguments)?;
    let mut failures = 0;
    loop {
        let due = match watch.look() {
            Ok(Seen::Sound(tip)) => {
                failures = 0;
                rounds.run_due(&tip);
                rounds.next(&tip)
            }
            Ok(Seen::Unsound(why)) => {
                failures = 0;
                if let Some(stop) = why {
                    out::talk(&format!(
                        "{}; nothing is applied until the branch has sound policies, not even what was sound before",
                        stop.line()
                    ));
                }
                None
            }
            Err(stop) => {
                failures += 1;
                out::talk(&format!("{}; nothing is applied until the branch can be read", stop.line()));
                None
            }
        };
        if signals::were_asked_to_end() {
            return Ok(rounds.cut_short());
        }
        let look =
            Duration::from_millis(look_after(arguments.poll, failures, RandomState::new().hash_one(())));
        sleep(due.map_or(look, |due| due.min(look)));
    }
}

/// Applies every application once, and ends.
fn once(global: &Global, arguments: &ReconcileArguments) -> Result<Exit, Stop> {
    let mut watch = BranchWatch::new(global, arguments.branch.as_deref());
    match watch.look()? {
        Seen::Sound(tip) => Ok(Rounds::new(global, arguments)?.run_all(&tip)),
        Seen::Unsound(Some(stop)) => Err(stop),
        Seen::Unsound(None) => Ok(Exit::Error),
    }
}
