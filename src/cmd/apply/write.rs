//! Writes an approved plan, and prints each change as it is made.

use crate::apply::{self, ChangeOutcome, Tally, Writer};
use crate::cmd::clock::unix_seconds;
use crate::cmd::lease::Holder;
use crate::cmd::out;
use crate::cmd::privacy::Redaction;
use crate::cmd::run_mail::{self, RunProgress};
use crate::gate::{Approved, Standing, standing};
use crate::policy::ApplicationPolicy;
use crate::render::run;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

/// Why writing ended early.
const WINDOW_CLOSED: &str = "a change window closed, or would before the change could end";

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
        out::talk(&format!("{}: {WINDOW_CLOSED}; run again when it is over", self.policy.name));
        match self.standing(time_out) {
            Standing::Closed(closure) => closure.to_string(),
            // The window is open again already.
            Standing::Open { .. } => WINDOW_CLOSED.to_owned(),
        }
    }
}

/// The result of writing.
pub(super) struct WriteResult {
    pub(super) tally: Tally,
    /// The keys of subjects with a change that was not made.
    pub(super) failed: BTreeSet<String>,
    /// For each change in order, whether it was made.
    pub(super) made: Vec<bool>,
    /// Whether a change window closed meanwhile.
    pub(super) window_closed: bool,
}

/// Writes while the lease is held and the change windows are open.
pub(super) fn write(
    approved: &Approved,
    writer: &mut dyn Writer,
    holder: &mut Holder<'_>,
    open: &Standing,
    redaction: &Redaction,
    progress: &mut RunProgress,
) -> WriteResult {
    let timeout = writer.call_timeout();
    let closed = Cell::new(false);
    let shown = redaction.shown(approved.plan());
    let mut places = approved.places().iter();
    let (mut failed, mut made) = (BTreeSet::new(), Vec::new());
    let tally = apply::run(
        approved,
        writer,
        &mut || {
            closed.set(!open.may_start(unix_seconds(), timeout));
            !closed.get() && holder.may_write(timeout)
        },
        &mut |change, outcome| {
            let stopped = *outcome == ChangeOutcome::Stopped && closed.get();
            let problem = if stopped {
                Some(format!("not begun: {WINDOW_CLOSED}"))
            } else {
                run_mail::problem(outcome)
            };
            if problem.is_some() {
                failed.insert(change.subject.key().to_owned());
            }
            made.push(*outcome == ChangeOutcome::Made);
            let place = places.next();
            let change = place.map_or(change, |place| &shown.changes[*place]);
            let words = problem.as_deref().map(|problem| redaction.words(problem));
            out::data(&format!("{}\n", run::line(change, words.as_deref())));
            progress.set_outcome(place, outcome, problem);
        },
    );
    WriteResult { tally, failed, made, window_closed: closed.get() }
}
