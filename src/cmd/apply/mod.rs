//! `rolewright apply`: applies the tip of the protected branch, and nothing else.

mod background;
mod run;
mod voice;
mod write;

use super::args::{ApplyArguments, Global};
use super::branch::Branch;
use super::clock::Stopwatch;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::instance::Instance;
use super::one_user::nobody;
use super::privacy::Redaction;
use super::run_mail::{Recipients, RunProgress};
use super::workspace::Side;
use super::{forge, lease, lost_store, out, place, pull_report, run_mail, signals, workspace};
use crate::model::Commit;
use background::Background;
pub(super) use background::Job;
use run::{Attempt, Run};
use std::time::Duration;
pub(super) use voice::Voice;

/// Applies every selected application, one after the other.
pub(super) fn run(global: &Global, arguments: &ApplyArguments) -> Result<Exit, Stop> {
    let voice = Voice::of(arguments, global.color)?;
    let branch = Branch::find(global, arguments.branch.as_deref())?;
    let tip = branch.tip()?;
    branch.tell(&tip);
    let first = workspace::open(global, branch.repository.read(&tip)?)?;
    branch.check(&first.policies.workspace.protected_branch)?;
    let (mut exit, watch) = (Exit::Done, Stopwatch::start());
    // If a run failed, it is unknown whether the user would have been found.
    let mut found = arguments.user.is_none();
    for application in first.applications(global.application.as_deref())? {
        let name = application.name.as_str();
        if signals::were_asked_to_end() {
            out::talk(&format!("{name}: not begun: the run was asked to end"));
            exit = exit.and(Exit::Partial);
            continue;
        }
        let cause = forge::cause();
        let job = Job {
            global,
            arguments,
            branch: &branch,
            application: name,
            cause: &cause,
            watch: &watch,
            voice: &voice,
            silent: None,
        };
        let ended = application_run(&job, first.side(application));
        found = found || !ended.progress.nobody;
        exit = exit.and(ended.exit());
    }
    // The runs are over: a file that cannot be written takes nothing back.
    if let Err(stop) = voice.finish() {
        out::talk(&format!("error: {stop}"));
        exit = exit.and(stop.exit);
    }
    match arguments.user.as_ref().filter(|_| !found) {
        Some(user) => Err(nobody(user)),
        None => Ok(exit),
    }
}

/// How the run of one application ended.
pub(super) struct Ended {
    /// What is known of it.
    pub(super) progress: RunProgress,
    /// Its exit code, or the error that ended it.
    pub(super) result: Result<Exit, Stop>,
}

impl Ended {
    /// Its exit code.
    pub(super) fn exit(&self) -> Exit {
        *self.result.as_ref().unwrap_or_else(|stop| &stop.exit)
    }
}

/// Runs one application, prints how it ended, and tells the recipients. `side` is the application as it was read first.
pub(super) fn application_run(job: &Job<'_>, side: Side<'_>) -> Ended {
    let name = job.application;
    let mut progress = RunProgress::new(Recipients::of(side));
    let result = run_one(job, &mut progress);
    if let Err(stop) = &result {
        let line = Redaction::of(side.workspace.policies.workspace.privacy, name)
            .map(|redaction| stop.line_with(&redaction.words(&stop.message)));
        out::talk(&format!("{name}: {}", line.unwrap_or_else(|stop| stop.line())));
    }
    run_mail::send_to_recipients(name, &progress, &result);
    pull_report::tell(&progress, &result, job.voice.page_address());
    if let Err(stop) = job.voice.ended(name, side.instance(), &progress, &result) {
        out::talk(&format!("{name}: its run is shown on stderr only: {stop}"));
    }
    Ended { progress, result }
}

fn run_one(job: &Job<'_>, progress: &mut RunProgress) -> Result<Exit, Stop> {
    let watch = Stopwatch::start();
    let patience = Duration::from_secs(60 * job.arguments.lease_timeout);
    loop {
        match attempt(job, &watch, patience, progress)? {
            Attempt::Ended(exit) => return Ok(exit),
            Attempt::Again if watch.elapsed() < patience => {
                out::talk("another run wrote first; planning again")
            }
            Attempt::Again => {
                return Err(Stop::new(Code::Leased, "other runs keep writing first; run again later"));
            }
        }
    }
}

/// Reads the ledger before the tip, so that a commit in between is not missed.
fn attempt(
    job: &Job<'_>,
    watch: &Stopwatch,
    patience: Duration,
    progress: &mut RunProgress,
) -> Result<Attempt, Stop> {
    let before = job.branch.tip()?;
    let first = workspace::open(job.global, job.branch.repository.read(&before)?)?;
    let gone = |tip: &Commit| {
        Stop::new(Code::UnknownApplication, format!("the application is not in commit {tip} any more"))
    };
    let question = place::Question {
        global: job.global,
        repository: &job.branch.repository,
        remote: job.branch.remote(),
        side: first.application(job.application).ok_or_else(|| gone(&before))?,
        commit: &before,
        branch: job.branch.name(),
    };
    let place = question.place()?;
    let (loaded, dead) = lease::wait(&place.ledger, watch, patience, job.silent)?;
    let tip = job.branch.tip()?;
    let workspace = workspace::open(job.global, job.branch.repository.read(&tip)?)?;
    job.branch.check(&workspace.policies.workspace.protected_branch)?;
    let Some(side) = workspace.application(job.application) else {
        return Err(gone(&tip));
    };
    *progress = RunProgress::new(Recipients::of(side));
    if !side.policy.enabled {
        *progress = RunProgress::default();
        out::talk(&format!("{}: not enabled; nothing is applied", side.policy.name));
        return Ok(Attempt::Ended(Exit::Done));
    }
    lost_store::check(side, job.branch.repository.root())?;
    let redaction = Redaction::of(workspace.policies.workspace.privacy, &loaded.state.next_run())?;
    let instance = Instance::deciding(side, &loaded.state, &redaction)?;
    let background = Background::of(job, &instance, &tip, &place, &loaded, progress.recipients())?;
    progress.carried = Some(background.carried(&instance, &loaded));
    let ledger = &place.ledger;
    let run =
        Run { job, instance: &instance, tip: tip.clone(), ledger, loaded: &loaded, background, progress };
    let ended = run.plan_and_write(dead)?;
    place.carry(&tip)?;
    Ok(ended)
}
