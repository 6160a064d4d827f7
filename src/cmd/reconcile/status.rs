//! What the process shows of itself while it runs: its log, and its answers over HTTP.

use super::arguments::LogFormat;
use super::bell::Bell;
use super::webhook::{LARGEST, PATH, Webhooks};
use crate::cmd::clock::{Stopwatch, unix_seconds};
use crate::cmd::exit::Exit;
use crate::cmd::out;
use crate::render::process::{Event, PoliciesState, Process, line, metrics, page};
use crate::serve::{Answer, Answers, Posted};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a look may take: git has ten minutes for a branch.
const LOOK_TIME: Duration = Duration::from_secs(15 * 60);

/// The state of the process, and until when its loop counts as alive.
pub(super) struct Status {
    process: Mutex<Process>,
    webhooks: Option<Webhooks>,
    /// Rung by webhooks.
    pub(super) bell: Bell,
    /// Whether the end was said.
    ended: AtomicBool,
    alive: Mutex<Duration>,
    watch: Stopwatch,
    run_time: Duration,
    log: LogFormat,
}

impl Status {
    /// A process that begins. A run that takes longer than `run_time` counts as stuck.
    pub(super) fn new(log: LogFormat, run_time: Duration, webhooks: Option<Webhooks>) -> Self {
        let process = Process::new(env!("CARGO_PKG_VERSION"), unix_seconds());
        Self {
            process: Mutex::new(process),
            webhooks,
            bell: Bell::default(),
            ended: AtomicBool::new(false),
            alive: Mutex::new(LOOK_TIME),
            watch: Stopwatch::start(),
            run_time,
            log,
        }
    }

    /// The state.
    pub(super) fn process(&self) -> MutexGuard<'_, Process> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The loop turned: it does so again within a look, after this pause.
    pub(super) fn turned(&self, pause: Duration) {
        self.alive_for(pause + LOOK_TIME);
    }

    /// A run begins.
    pub(super) fn runs(&self) {
        self.alive_for(self.run_time);
    }

    /// Writes an event to the log, if it is one of events.
    pub(super) fn log(&self, event: Event<'_>) {
        match self.log {
            LogFormat::Text => {}
            LogFormat::Json => out::event(&line(unix_seconds(), event)),
        }
    }

    /// The process ends. Said once, by whichever thread ends it.
    pub(super) fn ends(&self, exit: Exit) {
        if !self.ended.swap(true, Ordering::SeqCst) {
            self.log(Event::Ended(exit.number()));
        }
    }

    fn alive_for(&self, time: Duration) {
        *self.alive.lock().unwrap_or_else(PoisonError::into_inner) = self.watch.elapsed() + time;
    }

    fn is_alive(&self) -> bool {
        self.watch.elapsed() <= *self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ready(&self) -> Answer {
        match self.process().policies {
            PoliciesState::Sound => Answer::text(200, "ready\n"),
            PoliciesState::Unread => Answer::text(503, "the branch was not read yet\n"),
            PoliciesState::Unsound => {
                Answer::text(503, "the policies at the branch's tip have errors: nothing is applied\n")
            }
        }
    }
}

impl Answers for Status {
    fn get(&self, path: &str) -> Option<Answer> {
        match path {
            "/healthz" if self.is_alive() => Some(Answer::text(200, "alive\n")),
            "/healthz" => Some(Answer::text(503, "the loop has made no progress within its time limit\n")),
            "/readyz" => Some(self.ready()),
            "/metrics" => Some(Answer {
                media_type: "text/plain; version=0.0.4; charset=utf-8",
                ..Answer::text(200, metrics(&self.process()))
            }),
            "/" => {
                let page = page(&self.process());
                let policy = Some(page.policy);
                Some(Answer {
                    media_type: "text/html; charset=utf-8",
                    policy,
                    ..Answer::text(200, page.html)
                })
            }
            _ => None,
        }
    }

    fn accepts(&self, path: &str) -> Option<usize> {
        self.webhooks.as_ref().filter(|_| path == PATH).map(|_| LARGEST)
    }

    fn posted(&self, _path: &str, posted: Posted<'_>) -> Answer {
        let accepted = self.webhooks.as_ref().is_some_and(|webhooks| webhooks.accept(posted));
        self.process().webhook(accepted);
        if !accepted {
            return Answer::text(403, "not signed with the secret of this process\n");
        }
        self.bell.ring();
        Answer::text(202, "the branch is looked at\n")
    }
}
