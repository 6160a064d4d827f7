//! `rolewright history`, `unlock`, `ledger reset`, `ledger adopt` and `ledger move`.

use super::args::{AdoptArguments, Global, HistoryArguments, MoveArguments, UnlockArguments};
use super::branch::Branch;
use super::choices::HistoryFormat;
use super::clock::{Stopwatch, sleep};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::outputs::{show, targets};
use super::run_line::run_line;
use super::{out, user_history, workspace};
use crate::gate::{RENEW_EVERY, RunRecord, State, Turn};
use crate::ledger::{Ledger, LedgerDatabase, Loaded, Pushed};
use crate::render::history_page::{InstanceRuns, history_page};
use crate::render::run;
use std::time::Duration;

/// A run that lives renews its lease in this time.
const UNLOCK_AFTER: Duration = RENEW_EVERY.saturating_add(Duration::from_secs(30));
/// The time between two looks at the ledger.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Lists the runs of each application, newest first.
pub(super) fn run(global: &Global, arguments: &HistoryArguments) -> Result<Exit, Stop> {
    let format = if arguments.json { HistoryFormat::Json } else { arguments.format };
    if let Some(user) = &arguments.user {
        return user_history::show(global, arguments, user, targets(format, &arguments.output));
    }
    let mut listed = Vec::new();
    for (instance, ledger) in ledgers(global)? {
        listed.push(InstanceRuns { instance, runs: ledger.load()?.runs });
    }
    show(targets(format, &arguments.output), |target| match target.format {
        HistoryFormat::Human => {
            Ok(listed.iter().map(|listed| run::history(&listed.instance, &listed.runs)).collect())
        }
        HistoryFormat::Json => {
            let lines: Result<Vec<String>, Stop> = listed.iter().map(json).collect();
            Ok(lines?.concat())
        }
        HistoryFormat::Html => {
            history_page(&listed).map_err(|error| Stop::new(Code::Defect, error.to_string()))
        }
    })?;
    Ok(Exit::Done)
}

/// The runs of an application, one JSON document a line.
fn json(listed: &InstanceRuns) -> Result<String, Stop> {
    listed.runs.iter().map(|record| run_line(&listed.instance, record)).collect()
}

/// Clears `open`, so that the next run does not wait. A run that shows a sign of life is refused: two runs would write.
pub(super) fn unlock(global: &Global, arguments: &UnlockArguments) -> Result<Exit, Stop> {
    for (instance, ledger) in ledgers(global)? {
        global
            .ledger
            .database()
            .map(|database| free_turn(database, &instance, arguments.dead))
            .transpose()?;
        let loaded = if arguments.dead { ledger.load()? } else { watched(&instance, &ledger)? };
        let Some(open) = &loaded.state.open else {
            out::talk(&format!("{instance}: no run is open"));
            continue;
        };
        out::talk(&format!("{instance}: run {} (beat {}) now counts as ended", open.run, open.beat));
        let record = loaded.runs.iter().find(|record| record.run == open.run).cloned();
        let record = record.map(RunRecord::lost);
        let state = State { open: None, ..loaded.state.clone() };
        if ledger.replace(&loaded.head, &state, record.as_ref())? == Pushed::Refused {
            return Err(alive(&instance, &open.run));
        }
    }
    Ok(Exit::Done)
}

/// Frees the turn of a process that died, where several share the work. One that shows a sign of life is refused.
fn free_turn(database: &LedgerDatabase, instance: &str, is_dead: bool) -> Result<(), Stop> {
    let read = || Ok::<_, Stop>(database.turns()?.turns.remove(instance).unwrap_or_default());
    let first = read()?;
    let Some(holder) = &first.turn.holder else { return Ok(()) };
    let alive = || {
        let message = format!("{instance}: the process that runs it is alive: end it first");
        Stop::new(Code::Leased, message)
    };
    let watch = Stopwatch::start();
    if !is_dead {
        let seconds = UNLOCK_AFTER.as_secs();
        out::talk(&format!(
            "{instance}: watching the process that runs it for {seconds} s (`--dead` if it has ended)"
        ));
    }
    while !is_dead && watch.elapsed() < UNLOCK_AFTER {
        sleep(LOOK_EVERY);
        if read()?.turn.holder.as_ref() != Some(holder) {
            return Err(alive());
        }
    }
    let free = Turn { holder: None, ..first.turn.clone() };
    match database.swap_turn(instance, first.version, &free)? {
        Some(_) => {
            out::talk(&format!("{instance}: the process that ran it is taken for dead"));
            Ok(())
        }
        None => Err(alive()),
    }
}

/// Looks at the open run for longer than its lease lasts without a renewal.
fn watched(instance: &str, ledger: &Ledger) -> Result<Loaded, Stop> {
    let watch = Stopwatch::start();
    let mut told = false;
    let first = ledger.load()?;
    loop {
        let loaded = ledger.load()?;
        let (Some(before), Some(now)) = (&first.state.open, &loaded.state.open) else { return Ok(loaded) };
        if before != now {
            return Err(alive(instance, &now.run));
        }
        if watch.elapsed() >= UNLOCK_AFTER {
            return Ok(loaded);
        }
        if !std::mem::replace(&mut told, true) {
            let seconds = UNLOCK_AFTER.as_secs();
            let run = &now.run;
            out::talk(&format!(
                "{instance}: watching run {run} for {seconds} s: a live run renews its lease in that time (use `--dead` if its process has ended)"
            ));
        }
        sleep(LOOK_EVERY);
    }
}

fn alive(instance: &str, run: &str) -> Stop {
    let message =
        format!("{instance}: run {run} is alive: it renewed its lease just now; end its process first");
    Stop::new(Code::Leased, message)
}

/// Creates empty ledgers; the old ones are kept.
pub(super) fn reset(global: &Global) -> Result<Exit, Stop> {
    for (instance, ledger) in ledgers(global)? {
        match ledger.reset()? {
            Some(kept) => {
                out::talk(&format!("{instance}: starts an empty ledger; the old one is kept as {kept}"))
            }
            None => out::talk(&format!("{instance}: there is no ledger yet")),
        }
    }
    Ok(Exit::Done)
}

/// Begins the ledgers of applications that have none, or carries another one along.
pub(super) fn adopt(global: &Global, arguments: &AdoptArguments) -> Result<Exit, Stop> {
    let Some(from) = &arguments.from else { return begin(global) };
    let ledgers = ledgers(global)?;
    let [(instance, ledger)] = ledgers.as_slice() else {
        return Err(Stop::new(
            Code::OneApplication,
            "name the application that gets the ledger with `--application`",
        ));
    };
    let branch = Branch::find(global, None)?;
    let git = branch.repository.git_folder();
    let other = Ledger::open(git, &global.ledger, from, branch.remote())?;
    match other.carry(ledger)? {
        Pushed::Done(_) => {
            out::talk(&format!("{instance}: the ledger of `{from}` is carried along"));
            Ok(Exit::Done)
        }
        Pushed::Refused => Err(Stop::new(
            Code::Ledger,
            format!(
                "`{from}` has no ledger, or a run is writing in it, or `{instance}` has a ledger already: `rolewright history` shows it, and \
             `rolewright ledger reset` keeps it under another name"
            ),
        )),
    }
}

/// Carries the ledgers of another place along to the one of the operator.
pub(super) fn carry_all(global: &Global, arguments: &MoveArguments) -> Result<Exit, Stop> {
    let branch = Branch::find(global, None)?;
    let git = branch.repository.git_folder();
    for (instance, ledger) in ledgers(global)? {
        let other = Ledger::open(git, &arguments.from, &instance, branch.remote())?;
        if !other.load()?.exists() {
            out::talk(&format!("{instance}: there is no ledger to carry along"));
            continue;
        }
        match other.carry(&ledger)? {
            Pushed::Done(_) => out::talk(&format!("{instance}: the ledger is carried along with its runs")),
            Pushed::Refused => {
                return Err(Stop::new(
                    Code::Ledger,
                    format!(
                        "{instance}: a run is writing in the ledger, or there is one already where it is carried to"
                    ),
                ));
            }
        }
    }
    Ok(Exit::Done)
}

fn begin(global: &Global) -> Result<Exit, Stop> {
    for (instance, ledger) in ledgers(global)? {
        match ledger.begin()? {
            Pushed::Done(_) => {
                out::talk(&format!("{instance}: its ledger begins; no policies count as applied yet"))
            }
            Pushed::Refused => out::talk(&format!("{instance}: there is a ledger already")),
        }
    }
    Ok(Exit::Done)
}

/// The ledgers of the selected applications, by the policies of the protected branch.
fn ledgers(global: &Global) -> Result<Vec<(String, Ledger)>, Stop> {
    let branch = Branch::find(global, None)?;
    let workspace = workspace::open(global, branch.repository.read(&branch.tip()?)?)?;
    let environment = &workspace.policies.workspace.environment;
    let mut ledgers = Vec::new();
    for application in workspace.applications(global.application.as_deref())? {
        let instance = format!("{environment}/{}", application.name);
        let git = branch.repository.git_folder();
        ledgers.push((instance.clone(), Ledger::open(git, &global.ledger, &instance, branch.remote())?));
    }
    Ok(ledgers)
}
