//! A run that was planned: what it writes into the ledger, and into the application.

use super::judge::Judged;
use crate::apply::{self, Fate, Tally, Writer};
use crate::cmd::clock::{rfc3339, unix_seconds};
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::privacy::Faces;
use crate::cmd::tell::{self, Story};
use crate::cmd::workspace::Workspace;
use crate::cmd::{forge, lease, out};
use crate::gate::{Approved, Beginning, Closure, ItemKey, Refused, RunRecord, Standing, State, standing};
use crate::ledger::{Head, Ledger, Loaded, Pushed};
use crate::model::{Commit, Secret};
use crate::plan::Memory;
use crate::policy::ApplicationPolicy;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::run;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

/// What a run needs after it was planned.
pub(super) struct Ready<'r> {
    pub(super) workspace: &'r Workspace,
    pub(super) policy: &'r ApplicationPolicy,
    pub(super) tip: Commit,
    pub(super) key: ItemKey,
    pub(super) secret: Option<Secret>,
    pub(super) ledger: Ledger,
    pub(super) judged: Judged,
    pub(super) faces: Faces,
}

/// Why writing ended early.
const SHUT: &str = "a change window closed, or would before the change could end";

/// What writing left.
#[derive(Default)]
pub(super) struct Written {
    /// The keys of subjects a change of whom was not made.
    pub(super) failed: BTreeSet<String>,
    /// Of each change in order, whether it was made.
    pub(super) made: Vec<bool>,
    /// Whether a change window closed meanwhile.
    pub(super) shut: bool,
}

impl Ready<'_> {
    /// Whether changes may be made now, by the policies, and by the settled ones while these are not covered.
    pub(super) fn door(&self, time_out: Duration) -> Standing {
        let now = unix_seconds();
        let door = standing(&self.policy.change_windows, now, time_out);
        match self.judged.settled().filter(|_| !self.judged.known.covered()) {
            Some((_, settled)) => door.and(standing(&settled.change_windows, now, time_out)),
            None => door,
        }
    }

    /// Says what waits, for whom, and what to do.
    pub(super) fn tell_held(&self, approved: &Approved) {
        let held = approved.held().count();
        if held > 0 {
            out::talk(&self.judged.held(held));
        }
        let uncovered: Vec<String> = self.judged.uncovered().collect();
        for line in &uncovered {
            out::talk(&format!("{}: {line}", self.policy.name));
        }
        if held == 0 && !uncovered.is_empty() {
            out::talk(
                "nothing waits today, but the policies are not settled: look at these commits, then `rolewright apply --release \
                 RUN` (`rolewright history` names the run), or revert them",
            );
        }
        if approved.vanished() > 0 {
            let vanished = approved.vanished();
            out::talk(&format!(
                "{vanished} changes that were shown are wanted no longer: done already, or the directory changed"
            ));
        }
    }

    pub(super) fn record(&self, state: &State, policy: &str, release: Option<&str>) -> RunRecord {
        let beginning = Beginning {
            cause: release.map_or_else(forge::cause, |run| format!("release of {run}")),
            by: forge::actor(),
            at: rfc3339(),
            commit: &self.tip,
            policy: policy.to_owned(),
            tool: env!("CARGO_PKG_VERSION"),
            as_of: self.workspace.as_of,
        };
        RunRecord::begin(state, beginning)
    }

    pub(super) fn refused(
        &self,
        loaded: &Loaded,
        state: State,
        mut record: RunRecord,
        refused: &Refused,
        style: Style,
    ) -> Result<Exit, Stop> {
        let plan = self.faces.shown(&refused.plan);
        out::data(&face::terminal(&Shown { plan: &plan, refusals: &refused.refusals }, style));
        out::talk("nothing was written");
        record.refused(&refused.plan);
        self.note(loaded, state, record, Exit::Refused)?;
        Ok(Exit::Refused)
    }

    /// Says which window ended the writing.
    pub(super) fn shut(&self, story: &mut Story, time_out: Duration) {
        let window = match self.door(time_out) {
            Standing::Closed(closure) => closure.to_string(),
            // It is open again, so soon.
            Standing::Open { .. } => SHUT.to_owned(),
        };
        out::talk(&format!("{}: {SHUT}; run again when it is over", self.policy.name));
        story.window = Some(window);
    }

    /// A run that finds a change window closed writes nothing; what it would have done is done by the next.
    pub(super) fn closed(
        &self,
        loaded: &Loaded,
        state: State,
        (mut record, waits): (RunRecord, bool),
        closure: &Closure,
        story: &mut Story,
    ) -> Result<Exit, Stop> {
        story.window = Some(closure.to_string());
        out::talk(&format!("{}: {closure}; nothing was written, run again then", self.policy.name));
        record.window_closed();
        let exit = if waits { Exit::Waits } else { Exit::Done };
        let state = State { memory: None, ..state };
        story.news = self.note(loaded, state, record, exit)? && waits;
        Ok(exit)
    }

    /// Records a run that writes nothing; not at all if it says what the last one said. Gives whether it was recorded.
    pub(super) fn note(
        &self,
        loaded: &Loaded,
        state: State,
        mut record: RunRecord,
        exit: Exit,
    ) -> Result<bool, Stop> {
        record.exit = Some(exit.number());
        if record.repeats(loaded.runs.first(), &loaded.state, &state) {
            return Ok(false);
        }
        let settles = state.settled.as_ref().is_some_and(|settled| settled.commit == self.tip.to_string());
        let tree = if settles { Some(self.tree()?) } else { None };
        // Somebody else wrote meanwhile: nothing of this run is lost, for it wrote nothing.
        self.ledger.add(&loaded.head, &state.noted(), tree.as_deref(), &record)?;
        Ok(true)
    }

    pub(super) fn tree(&self) -> Result<String, Stop> {
        let repository = crate::fetch::git::PolicyRepository::open(&self.workspace.place)?;
        Ok(repository.tree_id(&self.tip)?)
    }

    /// Writes, telling of each change as it is done; gives the subjects of whom something failed beside the tally.
    pub(super) fn carry_out(
        &self,
        approved: &Approved,
        writer: &mut dyn Writer,
        (holder, door): (&mut lease::Holder<'_>, &Standing),
        written: &mut Written,
        story: &mut Story,
    ) -> Tally {
        let timeout = writer.call_timeout();
        let shut = Cell::new(false);
        let shown = self.faces.shown(approved.plan());
        let mut places = approved.places().iter();
        apply::run(
            approved,
            writer,
            &mut || {
                shut.set(!door.may_start(unix_seconds(), timeout));
                !shut.get() && holder.may_write(timeout)
            },
            &mut |change, fate| {
                let stopped = *fate == Fate::Stopped && shut.get();
                let problem = if stopped { Some(format!("not begun: {SHUT}")) } else { tell::problem(fate) };
                if problem.is_some() {
                    written.failed.insert(change.subject.key().to_owned());
                }
                written.made.push(*fate == Fate::Made);
                written.shut = shut.get();
                let place = places.next();
                let change = place.map_or(change, |place| &shown.changes[*place]);
                let words = problem.as_deref().map(|problem| self.faces.words(problem));
                out::data(&format!("{}\n", run::line(change, words.as_deref())));
                story.came(place, fate, problem);
            },
        )
    }

    pub(super) fn close(
        &self,
        (holder, memory): (lease::Holder<'_>, Option<Memory>),
        mut record: RunRecord,
        (tally, written): (&Tally, &Written),
        approved: &Approved,
    ) -> Result<Exit, Stop> {
        let exit = match (tally.whole(), approved.waits()) {
            (false, _) => Exit::Partial,
            (true, true) => Exit::Waits,
            (true, false) => Exit::Done,
        };
        record.exit = Some(exit.number());
        let (head, state): (Head, State) = holder.into_parts();
        let state = State { memory, ..state.written(&mut record, approved, &written.made) };
        match self.ledger.replace(&head, &state, Some(&record))? {
            Pushed::Done(_) => Ok(exit),
            Pushed::Refused => {
                Err(Stop::new(Exit::Partial, "another run took over before this one could close; run again"))
            }
        }
    }
}
