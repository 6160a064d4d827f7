//! Runs the applications that are due, one after the other, by what `apply` does for one.

use super::arguments::{LogFormat, ReconcileArguments};
use super::branch_watch::SoundTip;
use super::ended_run::RunFacts;
use super::status::Status;
use super::turns::{RunEnd, ScheduledInstance, Taken, Turns};
use crate::cmd::apply::{Ended, Job, Voice, application_run};
use crate::cmd::args::{ApplyArguments, Global};
use crate::cmd::choices::ApplyFormat;
use crate::cmd::clock::{Stopwatch, unix_seconds};
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::{out, signals};
use crate::gate::{Due, DueCause, Ending};
use crate::ledger::LedgerPlace;
use crate::model::{Commit, rfc3339_of};
use crate::policy::ApplicationPolicy;
use crate::render::process::{Event, InstanceName};
use std::sync::Arc;
use std::time::Duration;

/// The runs of this process.
pub(super) struct Rounds<'r> {
    global: &'r Global,
    status: &'r Status,
    arguments: ApplyArguments,
    voice: Voice,
    turns: Turns,
    last: Exit,
}

impl<'r> Rounds<'r> {
    /// Nothing has run yet.
    ///
    /// # Errors
    /// What runs say cannot be written.
    pub(super) fn new(
        global: &'r Global,
        arguments: &ReconcileArguments,
        status: &'r Status,
    ) -> Result<Self, Stop> {
        let says = arguments.log;
        let arguments = ApplyArguments {
            report_url: None,
            format: ApplyFormat::Human,
            output: Vec::new(),
            branch: arguments.branch.clone(),
            release: None,
            user: None,
            lease_timeout: arguments.lease_timeout,
            forge_timeout: arguments.forge_timeout,
            stop_after: arguments.stop_after,
        };
        let voice = match says {
            LogFormat::Text => Voice::of(&arguments, global.color)?,
            LogFormat::Json => Voice::silent(),
        };
        Ok(Self { global, status, arguments, voice, turns: Turns::own(), last: Exit::Done })
    }

    /// The same, sharing the work with others where the ledger is in a database.
    #[must_use]
    pub(super) fn sharing(self, place: &LedgerPlace) -> Self {
        match place.database() {
            Some(database) => Self { turns: Turns::shared(Arc::clone(database)), ..self },
            None => self,
        }
    }

    /// Reads who runs what, before the branch is looked at.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) fn read_turns(&mut self) -> Result<(), Stop> {
        self.turns.read()
    }

    /// Runs each application that is due once, in order, until somebody asks the process to end. How one ends keeps no other
    /// back.
    pub(super) fn run_due(&mut self, tip: &SoundTip<'_>) {
        let applications = self.applications(tip);
        self.status.process().applications(applications.iter().map(|policy| name(tip, policy)));
        for application in applications {
            // Before the turn is taken: a process that is asked to end leaves none behind.
            if !signals::begin_run() {
                return;
            }
            let instance = tip.workspace.side(application).instance();
            if let Some(taken) = self.turns.take(scheduled(tip, application, &instance)) {
                self.run(tip, application, taken);
            }
            signals::between_runs();
            if signals::were_asked_to_end() {
                return;
            }
        }
    }

    /// Runs each application once, and gives the exit code of all.
    pub(super) fn run_all(&mut self, tip: &SoundTip<'_>) -> Exit {
        let mut exit = Exit::Done;
        for application in self.applications(tip) {
            if signals::were_asked_to_end() {
                out::talk(&format!("{}: not begun: the run was asked to end", application.name));
                exit = exit.and(Exit::Partial);
            } else {
                self.run(tip, application, Taken::own(DueCause::Start));
                exit = exit.and(self.last);
            }
        }
        exit
    }

    /// The time until the next run; none: the next merge begins it. Applications that are gone are forgotten.
    pub(super) fn next(&mut self, tip: &SoundTip<'_>) -> Option<Duration> {
        let applications = self.applications(tip);
        let instances: Vec<String> =
            applications.iter().map(|application| tip.workspace.side(application).instance()).collect();
        self.turns.keep(|instance| instances.iter().any(|there| there == instance));
        let now = self.turns.now();
        let mut next: Option<i64> = None;
        for (application, instance) in applications.into_iter().zip(&instances) {
            let Some(due) = self.turns.next(scheduled(tip, application, instance)) else { continue };
            let at = match due {
                Due::Now(_) => Some(now),
                Due::At(at) => at,
            };
            self.status.process().due(&name(tip, application), at);
            next = [next, at].into_iter().flatten().min();
        }
        next.map(|at| Duration::from_secs(u64::try_from(at - now).unwrap_or(0)))
    }

    /// The exit code of a process that was asked to end: whether that cut a run short.
    pub(super) fn cut_short(&self) -> Exit {
        if self.last == Exit::Partial { Exit::Partial } else { Exit::Done }
    }

    /// The applications that are meant and enabled.
    fn applications<'w>(&self, tip: &SoundTip<'w>) -> Vec<&'w ApplicationPolicy> {
        let meant = tip.workspace.applications(self.global.application.as_deref()).unwrap_or_default();
        meant.into_iter().filter(|application| application.enabled).collect()
    }

    /// Runs one application, and tells how it ended and when it is due again.
    fn run(&mut self, tip: &SoundTip<'_>, application: &ApplicationPolicy, taken: Taken) {
        let (instance, cause) = (name(tip, application), taken.cause);
        out::talk(&format!("{}: a run is due: {}", application.name, why(cause)));
        let commit = &tip.commit.0;
        self.status.log(Event::RunBegun { instance: &instance, cause: cause.word(), commit });
        self.status.runs();
        let (began, watch) = (self.turns.now(), Stopwatch::start());
        let ended = self.apply(tip, application, &taken, &watch);
        let at = unix_seconds();
        let record = ended.progress.record.as_ref();
        let commit = record.map_or_else(|| tip.commit.clone(), |record| Commit(record.commit.clone()));
        self.last = ended.exit();
        let end = RunEnd { began, now: self.turns.now(), commit: commit.clone(), ending: ending(self.last) };
        let of = tip.workspace.side(application).instance();
        let (next, words) = match self.turns.ended(scheduled(tip, application, &of), taken, end) {
            Due::Now(_) => (Some(at), "at once".to_owned()),
            Due::At(Some(next)) => (Some(next), format!("at {}", rfc3339_of(next))),
            Due::At(None) => (None, "after a merge".to_owned()),
        };
        let facts = RunFacts { ended: &ended, cause, commit: commit.0, at, took: watch.elapsed() };
        let run = facts.shown();
        self.status.log(Event::RunEnded { instance: &instance, run: &run, next });
        let mut process = self.status.process();
        process.ended(&instance, run);
        process.due(&instance, next);
        out::talk(&format!(
            "{}: the run ended: {}; the next one begins {words}",
            application.name,
            self.last.word()
        ));
    }

    fn apply(
        &self,
        tip: &SoundTip<'_>,
        application: &ApplicationPolicy,
        taken: &Taken,
        watch: &Stopwatch,
    ) -> Ended {
        let job = Job {
            global: self.global,
            arguments: &self.arguments,
            branch: tip.branch,
            application: &application.name,
            cause: taken.cause.word(),
            watch,
            voice: &self.voice,
            silent: taken.silent.as_ref(),
        };
        application_run(&job, tip.workspace.side(application))
    }
}

fn scheduled<'a>(
    tip: &SoundTip<'a>,
    application: &'a ApplicationPolicy,
    instance: &'a str,
) -> ScheduledInstance<'a> {
    ScheduledInstance { instance, schedule: application.schedule.as_ref(), tip: tip.commit }
}

fn name(tip: &SoundTip<'_>, application: &ApplicationPolicy) -> InstanceName {
    InstanceName {
        environment: tip.workspace.policies.workspace.environment.to_string(),
        application: application.name.clone(),
    }
}

/// What an exit code says about the next run.
fn ending(exit: Exit) -> Ending {
    match exit {
        Exit::Done | Exit::Changes | Exit::Waits => Ending::Fine,
        Exit::Refused => Ending::Refused,
        Exit::Error | Exit::Partial | Exit::Leased | Exit::Incomplete => Ending::Failed,
    }
}

fn why(cause: DueCause) -> &'static str {
    match cause {
        DueCause::Start => "the process has begun",
        DueCause::Merge => "the branch has a new commit",
        DueCause::Schedule => "its schedule says so",
        DueCause::Retry => "the last one failed",
    }
}
