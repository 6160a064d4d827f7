//! A run that was planned: what it writes into the ledger, and into the application.

use super::judge::Judged;
use crate::apply::{self, Fate, Tally, Writer};
use crate::cmd::clock::{rfc3339, unix_seconds};
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::privacy::Faces;
use crate::cmd::tell::{self, Story};
use crate::cmd::workspace::Workspace;
use crate::cmd::{forge, lease, out, writer};
use crate::gate::{
    Approved, Closure, ItemKey, Refused, RunRecord, Seen, Settled, Standing, State, identities, standing,
};
use crate::ledger::{Head, Ledger, Loaded, Pushed};
use crate::model::{Commit, Secret};
use crate::plan::{Change, Memory, Plan};
use crate::policy::ApplicationPolicy;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::run;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Of changes, what is sensitive as items.
    pub(super) fn items<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> BTreeMap<String, String> {
        let instance = self.instance();
        self.key.items(changes.flat_map(|change| identities(&instance, self.policy, change)))
    }

    fn instance(&self) -> String {
        format!("{}/{}", self.workspace.policies.workspace.environment, self.policy.name)
    }

    /// The state that a run leaves which no guard refused.
    pub(super) fn next_state(&self, state: State, record: &RunRecord, approved: &Approved) -> State {
        let seen = &approved.plan().seen;
        let seen = Seen { users: seen.users, groups: seen.groups, accounts: seen.accounts };
        let mut state = State {
            kid: self.key.kid().to_owned(),
            as_of: Some(record.as_of.clone()),
            seen,
            shown: self.judged.shown.clone(),
            ..state
        };
        state.held_since = match (self.waits(approved), state.held_since) {
            (true, since) => Some(since.unwrap_or_else(|| record.run.clone())),
            (false, _) => None,
        };
        if !approved.settles() {
            return state;
        }
        // What was shown is settled with the policies; what takes accounts over is asked for anew each time, so that a
        // run which dies before it is done would hold it.
        match approved.changes().any(|change| change.hold.is_some()) {
            true => state.shown.push(record.run.clone()),
            false => state.shown.clear(),
        }
        let commit = self.tip.to_string();
        state.settle(Settled { commit, policy: record.policy.clone(), at: record.at.clone() })
    }

    /// Whether something is left for a person.
    pub(super) fn waits(&self, approved: &Approved) -> bool {
        !approved.settles() || approved.held().next().is_some()
    }

    /// Whether changes may be made now, by the policies, and by the settled ones while these are not covered.
    pub(super) fn door(&self, time_out: Duration) -> Standing {
        let now = unix_seconds();
        let door = standing(&self.policy.change_windows, now, time_out);
        match self.judged.settled().filter(|_| !self.judged.covered()) {
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
        RunRecord {
            version: 1,
            run: state.next_run(),
            cause: release.map_or_else(forge::cause, |run| format!("release of {run}")),
            by: forge::actor(),
            at: rfc3339(),
            commit: self.tip.to_string(),
            settled_before: state.settled.as_ref().map(|settled| settled.policy.clone()),
            policy: policy.to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            as_of: self.workspace.as_of.to_string(),
            ..RunRecord::default()
        }
    }

    /// The state as read, a dead run's charge corrected by what is still to be done.
    pub(super) fn inherit(&self, loaded: &Loaded, plan: &Plan, dead: Option<RunRecord>) -> State {
        let state = loaded.state.clone();
        match dead {
            None => state,
            Some(dead) => {
                let wanted = self.items(plan.changes.iter());
                state.taken_over(&dead, &wanted)
            }
        }
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
        record.counts = counts(refused.plan.changes.iter());
        record.result = "refused".to_owned();
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
        record.result = "closed".to_owned();
        record.charged.clear();
        record.overrides.clear();
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
        let same = loaded.runs.first().is_some_and(|last| {
            (&last.result, &last.held, &last.counts) == (&record.result, &record.held, &record.counts)
                || (record.result == "done" && matches!(last.result.as_str(), "done" | "partial"))
        });
        let settled = |state: &State| state.settled.as_ref().map(|settled| settled.policy.clone());
        let remembered = state.memory.is_none() || state.memory == loaded.state.memory;
        if same && remembered && settled(&loaded.state) == settled(&state) && loaded.state.open.is_none() {
            return Ok(false);
        }
        let settles = state.settled.as_ref().is_some_and(|settled| settled.commit == self.tip.to_string());
        let tree = if settles { Some(self.tree()?) } else { None };
        let state = State { seq: state.seq + 1, open: None, ..state };
        // Somebody else wrote meanwhile: nothing of this run is lost, for it wrote nothing.
        self.ledger.add(&loaded.head, &state, tree.as_deref(), &record)?;
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
            &writer::paths(self.policy),
            &self.policy.link.name,
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
        let exit = match (tally.whole(), self.waits(approved)) {
            (false, _) => Exit::Partial,
            (true, true) => Exit::Waits,
            (true, false) => Exit::Done,
        };
        record.result = if tally.whole() { "done" } else { "partial" }.to_owned();
        record.exit = Some(exit.number());
        record.outcome = tally.made.clone();
        record.outcome.insert("failed".to_owned(), tally.failed + tally.stale + tally.stopped);
        let made = approved.changes().zip(&written.made).filter(|(_, made)| **made).map(|(change, _)| change);
        let before = std::mem::take(&mut record.overrides);
        (record.charged, record.overrides) = approved.charge(made);
        let (head, state): (Head, State) = holder.into_parts();
        let state = state.closed(&record.run, &record.charged).recharged(&before, &record.overrides);
        let mut state = State { memory, ..state };
        // Nothing is left that a person was asked about.
        if exit == Exit::Done {
            state.shown.clear();
        }
        match self.ledger.replace(&head, &state, Some(&record))? {
            Pushed::Done(_) => Ok(exit),
            Pushed::Refused => {
                Err(Stop::new(Exit::Partial, "another run took over before this one could close; run again"))
            }
        }
    }
}

pub(super) fn counts<'c>(changes: impl Iterator<Item = &'c crate::plan::Change>) -> BTreeMap<String, u64> {
    changes.fold(BTreeMap::new(), |mut counts, change| {
        *counts.entry(change.operation.word().to_owned()).or_insert(0) += 1;
        counts
    })
}
