//! Shows how far the writing is: in a line of its own on a terminal, a line a minute otherwise.

use super::clock::Stopwatch;
use super::out;
use crate::render::progress::{Pace, written};
use std::time::Duration;

/// The time between two updates on a terminal.
const ON_TERMINAL: Duration = Duration::from_secs(1);
/// The time between two lines elsewhere.
const ELSEWHERE: Duration = Duration::from_secs(60);

/// How far the writing of one application is.
pub(super) struct WriteProgress {
    application: String,
    pace: Pace,
    watch: Stopwatch,
    /// When the next update is due.
    due: Duration,
    on_terminal: bool,
    /// Whether a line stands on the terminal.
    stands: bool,
}

impl WriteProgress {
    /// Nothing is written yet.
    pub(super) fn new(application: &str, total: u64) -> Self {
        let on_terminal = out::is_talk_terminal();
        Self {
            application: application.to_owned(),
            pace: Pace { ended: 0, total, seconds: 0 },
            watch: Stopwatch::start(),
            due: if on_terminal { ON_TERMINAL } else { ELSEWHERE },
            on_terminal,
            stands: false,
        }
    }

    /// A change ended.
    pub(super) fn ended(&mut self) {
        self.pace.ended += 1;
    }

    /// Shows the progress, if it is time.
    pub(super) fn tick(&mut self) {
        let now = self.watch.elapsed();
        if now < self.due {
            return;
        }
        self.pace.seconds = now.as_secs();
        let text = written(&self.application, &self.pace);
        match self.on_terminal {
            true => {
                out::line(&text.chars().take(out::width().saturating_sub(1)).collect::<String>());
                (self.due, self.stands) = (now + ON_TERMINAL, true);
            }
            false => {
                out::talk(&text);
                self.due = now + ELSEWHERE;
            }
        }
    }

    /// Other output follows.
    pub(super) fn above(&mut self) {
        if std::mem::take(&mut self.stands) {
            out::line("");
        }
    }

    /// The writing ended.
    pub(super) fn end(&mut self) {
        self.above();
    }
}
