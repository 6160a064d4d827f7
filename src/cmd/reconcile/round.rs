//! Runs the applications that are due, one after the other, by what `apply` does for one.

use super::arguments::ReconcileArguments;
use super::branch_watch::SoundTip;
use crate::cmd::apply::{Ended, Job, Voice, application_run};
use crate::cmd::args::{ApplyArguments, Global};
use crate::cmd::choices::ApplyFormat;
use crate::cmd::clock::{Stopwatch, unix_seconds};
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::{out, signals};
use crate::gate::{Due, DueCause, Ending, RunTimes};
use crate::model::{Commit, rfc3339_of};
use crate::policy::ApplicationPolicy;
use std::collections::BTreeMap;
use std::time::Duration;

/// The runs of this process.
pub(super) struct Rounds<'r> {
    global: &'r Global,
    arguments: ApplyArguments,
    voice: Voice,
    /// By application.
    times: BTreeMap<String, RunTimes>,
    last: Exit,
}

impl<'r> Rounds<'r> {
    /// Nothing has run yet.
    ///
    /// # Errors
    /// What runs say cannot be written.
    pub(super) fn new(global: &'r Global, arguments: &ReconcileArguments) -> Result<Self, Stop> {
        let arguments = ApplyArguments {
            format: ApplyFormat::Human,
            output: Vec::new(),
            branch: arguments.branch.clone(),
            release: None,
            lease_timeout: arguments.lease_timeout,
            forge_timeout: arguments.forge_timeout,
            stop_after: arguments.stop_after,
        };
        let voice = Voice::of(&arguments, global.color)?;
        Ok(Self { global, arguments, voice, times: BTreeMap::new(), last: Exit::Done })
    }

    /// Runs each application that is due once, in order, until somebody asks the process to end. How one ends keeps no other
    /// back.
    pub(super) fn run_due(&mut self, tip: &SoundTip<'_>) {
        for application in self.applications(tip) {
            let now = unix_seconds();
            let times = self.times.entry(application.name.clone()).or_default();
            times.look_at_clock(now);
            let Due::Now(cause) = times.due(application.schedule.as_ref(), tip.commit, now) else { continue };
            if !signals::begin_run() {
                return;
            }
            out::talk(&format!("{}: a run is due: {}", application.name, why(cause)));
            let ended = self.run(tip, application, cause);
            let record = ended.progress.record.as_ref();
            let commit = record.map_or_else(|| tip.commit.clone(), |record| Commit(record.commit.clone()));
            self.last = ended.exit();
            let times = self.times.entry(application.name.clone()).or_default();
            let ended_at = unix_seconds();
            times.ended(now, ended_at, commit, ending(self.last));
            let next = match times.due(application.schedule.as_ref(), tip.commit, ended_at) {
                Due::Now(_) => "the next one begins at once".to_owned(),
                Due::At(Some(at)) => format!("the next one begins at {}", rfc3339_of(at)),
                Due::At(None) => "the next one begins after a merge".to_owned(),
            };
            out::talk(&format!("{}: the run ended: {}; {next}", application.name, self.last.word()));
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
            exit = exit.and(match signals::were_asked_to_end() {
                true => {
                    out::talk(&format!("{}: not begun: the run was asked to end", application.name));
                    Exit::Partial
                }
                false => self.run(tip, application, DueCause::Start).exit(),
            });
        }
        exit
    }

    /// The time until the next run; none: the next merge begins it. Ended applications are forgotten.
    pub(super) fn next(&mut self, tip: &SoundTip<'_>) -> Option<Duration> {
        let applications = self.applications(tip);
        self.times.retain(|name, _| applications.iter().any(|application| application.name == *name));
        let now = unix_seconds();
        let due = applications.iter().filter_map(|application| {
            let times = self.times.get(&application.name)?;
            match times.due(application.schedule.as_ref(), tip.commit, now) {
                Due::Now(_) => Some(now),
                Due::At(at) => at,
            }
        });
        due.min().map(|at| Duration::from_secs(u64::try_from(at - now).unwrap_or(0)))
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

    fn run(&self, tip: &SoundTip<'_>, application: &ApplicationPolicy, cause: DueCause) -> Ended {
        let job = Job {
            global: self.global,
            arguments: &self.arguments,
            branch: tip.branch,
            application: &application.name,
            cause: cause.word(),
            watch: &Stopwatch::start(),
            voice: &self.voice,
        };
        application_run(&job, tip.workspace.side(application))
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
