//! `rolewright reconcile`: a process that stays. It looks at the protected branch, and applies each application by its schedule and
//! after each merge, as `apply` does.

pub(super) mod arguments;
mod beating;
mod bell;
mod branch_watch;
mod ended_run;
mod round;
mod status;
mod turns;
mod webhook;

use super::args::Global;
use super::clock::unix_seconds;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, signals};
use crate::fetch::git::PolicyRepository;
use crate::gate::look_after;
use crate::render::process::{Event, PoliciesState};
use crate::serve::{Answers, listen};
use arguments::{LogFormat, ReconcileArguments};
use branch_watch::{BranchWatch, Seen};
use round::Rounds;
use status::Status;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use webhook::Webhooks;

/// Applies what is due, until somebody asks the process to end.
pub(super) fn run(global: &Global, arguments: &ReconcileArguments) -> Result<Exit, Stop> {
    // Without a repository there is nothing to wait for.
    PolicyRepository::open(&global.workspace)?;
    if global.as_of.is_some() && !arguments.once {
        return Err(Stop::new(
            Code::Argument,
            "`--as-of` fixes the day, but `reconcile` runs for many days: remove `--as-of` and `ROLEWRIGHT_AS_OF`, or run once with `reconcile --once`",
        ));
    }
    let webhooks = if arguments.listen.is_some() { Webhooks::of(arguments)? } else { None };
    let paths = if webhooks.is_some() {
        "/healthz, /readyz, /metrics, /webhook"
    } else {
        "/healthz, /readyz, /metrics"
    };
    let run_time = Duration::from_secs(60 * arguments.stuck_after);
    let status = Arc::new(Status::new(arguments.log, run_time, webhooks));
    let last = Arc::clone(&status);
    signals::before_the_end(move |exit| last.ends(exit));
    if let Some(address) = arguments.listen {
        let answers: Arc<dyn Answers> = Arc::<Status>::clone(&status);
        let address =
            listen(address, answers).map_err(|error| Stop::new(Code::Argument, error.to_string()))?;
        out::talk(&format!("answers {paths} and / on http://{address}"));
    }
    if arguments.log == LogFormat::Json {
        out::only_events();
    }
    status.log(Event::Begun);
    let ended =
        if arguments.once { once(global, arguments, &status) } else { stay(global, arguments, &status) };
    status.ends(*ended.as_ref().unwrap_or_else(|stop| &stop.exit));
    ended
}

fn stay(global: &Global, arguments: &ReconcileArguments, status: &Status) -> Result<Exit, Stop> {
    signals::between_runs();
    let mut watch = BranchWatch::new(global, arguments.branch.as_deref());
    let mut rounds = Rounds::new(global, arguments, status)?.sharing(&global.ledger);
    let mut failures = 0;
    loop {
        let due = match rounds.read_turns().and_then(|()| watch.look()) {
            Ok(Seen::Sound(tip)) => {
                failures = 0;
                status.process().looked(unix_seconds(), &tip.commit.0, PoliciesState::Sound);
                rounds.run_due(&tip);
                rounds.next(&tip)
            }
            Ok(Seen::Unsound { commit, why }) => {
                failures = 0;
                status.process().looked(unix_seconds(), &commit.0, PoliciesState::Unsound);
                if let Some(stop) = why {
                    status.log(Event::Unsound { commit: &commit.0, error: stop.code.word() });
                    out::talk(&format!(
                        "{}; nothing is applied, not even the earlier policies, until the branch has policies without errors",
                        stop.line()
                    ));
                }
                None
            }
            Err(stop) => {
                failures += 1;
                status.process().failed_looks += 1;
                status.log(Event::BranchUnread(stop.code.word()));
                let what = if stop.code == Code::LedgerDatabase { "ledger" } else { "branch" };
                out::talk(&format!("{}; nothing is applied until the {what} can be read", stop.line()));
                None
            }
        };
        if signals::were_asked_to_end() {
            return Ok(rounds.cut_short());
        }
        let look = look_after(arguments.poll, failures, RandomState::new().hash_one(()));
        let look = Duration::from_millis(look);
        let pause = due.map_or(look, |due| due.min(look));
        status.turned(pause);
        if status.bell.wait(pause) {
            status.log(Event::Hinted);
            out::talk("a webhook says that the branch may have changed");
        }
    }
}

/// Applies every application once, and ends.
fn once(global: &Global, arguments: &ReconcileArguments, status: &Status) -> Result<Exit, Stop> {
    let mut watch = BranchWatch::new(global, arguments.branch.as_deref());
    match watch.look()? {
        Seen::Sound(tip) => Ok(Rounds::new(global, arguments, status)?.run_all(&tip)),
        Seen::Unsound { why: Some(stop), .. } => Err(stop),
        Seen::Unsound { why: None, .. } => Ok(Exit::Error),
    }
}
