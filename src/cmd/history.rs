//! `rolewright history`, `unlock`, `ledger reset` and `ledger adopt`.

use super::args::{AdoptArguments, Global, HistoryArguments, UnlockArguments};
use super::branch::Branch;
use super::clock::{Stopwatch, sleep};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, user_history, workspace};
use crate::gate::{RENEW_EVERY, RunRecord, State};
use crate::ledger::{Ledger, Loaded, Pushed};
use crate::render::{escape, run};
use serde::Serialize;
use std::time::Duration;

/// A run that lives renews its lease in this time.
const UNLOCK_AFTER: Duration = RENEW_EVERY.saturating_add(Duration::from_secs(30));
/// The time between two looks at the ledger.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// One run as JSON: its application, and the ledger's record.
#[derive(Serialize)]
struct Line<'l> {
    instance: &'l str,
    #[serde(flatten)]
    record: &'l RunRecord,
}

/// Lists the runs of each application, newest first.
pub(super) fn run(global: &Global, arguments: &HistoryArguments) -> Result<Exit, Stop> {
    if let Some(user) = &arguments.user {
        return user_history::show(global, arguments, user);
    }
    for (instance, ledger) in ledgers(global)? {
        let loaded = ledger.load()?;
        if arguments.json {
            for record in &loaded.runs {
                let line = Line { instance: &instance, record };
                let line = serde_json::to_string(&line)
                    .map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
                out::data(&escape::json(format!("{line}\n")));
            }
        } else {
            out::data(&run::history(&instance, &loaded.runs));
        }
    }
    Ok(Exit::Done)
}

/// Clears `open`, so that the next run does not wait. A run that shows a sign of life is refused: two runs would write.
pub(super) fn unlock(global: &Global, arguments: &UnlockArguments) -> Result<Exit, Stop> {
    for (instance, ledger) in ledgers(global)? {
        let loaded = if arguments.dead { ledger.load()? } else { watched(&instance, &ledger)? };
        let Some(open) = &loaded.state.open else {
            out::talk(&format!("{instance}: no run is open"));
            continue;
        };
        out::talk(&format!("{instance}: run {} (beat {}) is taken for dead", open.run, open.beat));
        let record = loaded.runs.iter().find(|record| record.run == open.run).cloned();
        let record = record.map(RunRecord::lost);
        let state = State { open: None, ..loaded.state.clone() };
        if ledger.replace(&loaded.head, &state, record.as_ref())? == Pushed::Refused {
            return Err(alive(&instance, &open.run));
        }
    }
    Ok(Exit::Done)
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
                "{instance}: watching run {run} for {seconds} s: one that lives renews its lease in that time (`--dead` if its process \
                 has ended)"
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
            Some(kept) => out::talk(&format!("{instance}: starts anew; the old ledger is kept as {kept}")),
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

fn begin(global: &Global) -> Result<Exit, Stop> {
    for (instance, ledger) in ledgers(global)? {
        match ledger.begin()? {
            Pushed::Done(_) => out::talk(&format!("{instance}: its ledger begins, with nothing settled")),
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
