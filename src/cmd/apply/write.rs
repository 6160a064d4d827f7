//! Writes an approved plan, and prints each change as it ends.

use super::voice::Voice;
use crate::apply::{self, Control, Writer};
use crate::cmd::clock::{Stopwatch, unix_seconds};
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::lease::Holder;
use crate::cmd::out;
use crate::cmd::privacy::Redaction;
use crate::cmd::run_mail::RunProgress;
use crate::cmd::signals;
use crate::cmd::write_progress::WriteProgress;
use crate::execution::{ChangeOutcome, Halt, Tally};
use crate::gate::{Approved, Ended, Standing, standing};
use crate::plan::{Change, Plan};
use crate::policy::ApplicationPolicy;
use crate::render::run;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

/// The change windows for a run.
pub(super) struct Windows<'w> {
    /// The policies that are applied.
    pub(super) policy: &'w ApplicationPolicy,
    /// The settled policies, if their windows count too.
    pub(super) settled: Option<&'w ApplicationPolicy>,
}

impl Windows<'_> {
    /// Whether a change that may take this long may be made now.
    pub(super) fn standing(&self, time_out: Duration) -> Standing {
        let now = unix_seconds();
        let own = standing(&self.policy.change_windows, now, time_out);
        match self.settled {
            Some(settled) => own.and(standing(&settled.change_windows, now, time_out)),
            None => own,
        }
    }

    /// Prints which window ended the writing, and returns the text.
    pub(super) fn tell_closed(&self, time_out: Duration) -> String {
        let halt = Halt::Window;
        out::talk(&format!("{}: {halt}; run again when it is over", self.policy.name));
        match self.standing(time_out) {
            Standing::Closed(closure) => closure.to_string(),
            // The window is open again already.
            Standing::Open { .. } => halt.to_string(),
        }
    }
}

/// The result of writing.
#[derive(Default)]
pub(super) struct WriteResult {
    pub(super) tally: Tally,
    /// The keys of subjects with a change that was not made.
    pub(super) failed: BTreeSet<String>,
    /// How each change ended, in the order of writing.
    pub(super) ended: Vec<Ended>,
    /// Why the run stopped early.
    pub(super) halted: Option<Halt>,
}

/// What a run needs while it writes.
pub(super) struct Session<'s, 'l> {
    pub(super) approved: &'s Approved,
    pub(super) policy: &'s ApplicationPolicy,
    pub(super) holder: &'s mut Holder<'l>,
    /// The change windows as they were before the first change.
    pub(super) open: &'s Standing,
    /// When the run's time is used up, if it has a limit.
    pub(super) time: Option<Duration>,
    /// Since when the command runs.
    pub(super) watch: &'s Stopwatch,
    pub(super) redaction: &'s Redaction,
    /// Hears whether the process is asked to end, until the run is closed.
    pub(super) signals: &'s signals::Guard,
    pub(super) progress: &'s mut RunProgress,
    pub(super) voice: &'s Voice,
}

impl Session<'_, '_> {
    /// Writes while the lease is held, the change windows are open, there is time, and nobody asks the process to end.
    pub(super) fn write(self, writer: &dyn Writer) -> Result<WriteResult, Stop> {
        let (approved, policy, signals) = (self.approved, self.policy, self.signals);
        // Steps are decided on this thread; connections are served on others.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Stop::new(Code::Machine, error.to_string()))?;
        let total = approved.places().len();
        let mut control = Writing {
            timeout: writer.call_timeout(),
            shown: self.redaction.shown(approved.plan()),
            result: WriteResult { ended: vec![Ended::Left; total], ..WriteResult::default() },
            shows: WriteProgress::new(&policy.name, total as u64),
            session: self,
        };
        let asked = signals.asked_to_end();
        runtime.block_on(apply::run(approved, policy, writer, &mut control, asked));
        control.shows.end();
        for remark in writer.remarks() {
            out::talk(&format!("{}: {remark}", policy.name));
        }
        Ok(control.result)
    }
}

struct Writing<'s, 'l> {
    session: Session<'s, 'l>,
    timeout: Duration,
    /// The plan as it may be shown.
    shown: Cow<'s, Plan>,
    shows: WriteProgress,
    result: WriteResult,
}

impl Control for Writing<'_, '_> {
    fn halt(&mut self) -> Option<Halt> {
        self.shows.tick();
        let session = &mut self.session;
        let is_over = session.time.is_some_and(|time| session.watch.elapsed() >= time);
        let halt = if !session.open.may_start(unix_seconds(), self.timeout) {
            Some(Halt::Window)
        } else if is_over {
            Some(Halt::Time)
        } else {
            (!session.holder.may_write(self.timeout)).then_some(Halt::Lease)
        };
        halt.inspect(|halt| self.result.halted = Some(halt.clone()))
    }

    fn report(&mut self, position: usize, change: &Change, outcome: &ChangeOutcome) {
        let session = &mut self.session;
        let place = session.approved.places().get(position);
        let problem = outcome.problem();
        if let ChangeOutcome::Stopped(halt) = outcome {
            self.result.halted.get_or_insert_with(|| halt.clone());
        }
        if problem.is_some() {
            self.result.failed.insert(change.subject.key().to_owned());
        }
        self.result.ended[position] = outcome.ended();
        self.result.tally.count(change.operation().word(), outcome);
        let change = place.map_or(change, |place| &self.shown.changes[*place]);
        let words = problem.as_deref().map(|problem| session.redaction.words(problem));
        let words = words.zip(outcome.code()).map(|(words, code)| format!("{words} ({code})"));
        self.shows.above();
        session.voice.say(&format!("{}\n", run::line(change, words.as_deref(), outcome.not_kept())));
        self.shows.ended();
        session.progress.set_outcome(place, outcome, problem);
    }
}
