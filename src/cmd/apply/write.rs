//! Writes an approved plan, and tells of each change as it is made.

use crate::apply::{self, ChangeOutcome, Tally, Writer};
use crate::cmd::clock::unix_seconds;
use crate::cmd::lease::Holder;
use crate::cmd::out;
use crate::cmd::privacy::Redaction;
use crate::cmd::tell::{self, RunProgress};
use crate::gate::{Approved, Standing, standing};
use crate::policy::ApplicationPolicy;
use crate::render::run;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

/// Why writing ended early.
const WINDOW_CLOSED: &str = "a change window closed, or would before the change could end";

/// The change windows that a run keeps to.
pub(super) struct Windows<'w> {
    /// The policies that are applied.
    pub(super) policy: &'w ApplicationPolicy,
    /// The settled ones, where they count too.
    pub(super) settled: Option<&'w ApplicationPolicy>,
}

impl Windows<'_> {
    /// Whether a change that may take so long may be made now.
    pub(super) fn standing(&self, time_out: Duration) -> Standing {
        let now = unix_seconds();
        let own = standing(&self.policy.change_windows, now, time_out);
        match self.settled {
            Some(settled) => own.and(standing(&settled.change_windows, now, time_out)),
            None => own,
        }
    }

    /// Says that a window ended the writing, and gives which.
    pub(super) fn tell_closed(&self, time_out: Duration) -> String {
        out::talk(&format!("{}: {WINDOW_CLOSED}; run again when it is over", self.policy.name));
        match self.standing(time_out) {
            Standing::Closed(closure) => closure.to_string(),
            // It is open again, so soon.
            Standing::Open { .. } => WINDOW_CLOSED.to_owned(),
        }
    }
}

/// What writing left.
pub(super) struct Written {
    pub(super) tally: Tally,
    /// The keys of subjects a change of whom was not made.
    pub(super) failed: BTreeSet<String>,
    /// Of each change in order, whether it was made.
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
) -> Written {
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
            let problem =
                if stopped { Some(format!("not begun: {WINDOW_CLOSED}")) } else { tell::problem(outcome) };
            if problem.is_some() {
                failed.insert(change.subject.key().to_owned());
            }
            made.push(*outcome == ChangeOutcome::Made);
            let place = places.next();
            let change = place.map_or(change, |place| &shown.changes[*place]);
            let words = problem.as_deref().map(|problem| redaction.words(problem));
            out::data(&format!("{}\n", run::line(change, words.as_deref())));
            progress.came(place, outcome, problem);
        },
    );
    Written { tally, failed, made, window_closed: closed.get() }
}
