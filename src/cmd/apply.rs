//! `rolewright apply`: the tip of the protected branch, and nothing else.

use super::args::{ApplyArguments, Global, PlanFormat};
use super::branch::Branch;
use super::clock::{Stopwatch, rfc3339, unix_seconds};
use super::exit::{Exit, Stop};
use super::read::World;
use super::tell::{Hearers, Story};
use super::workspace::Workspace;
use super::{key, lease, memory, out, plan, read, tell, workspace, writer};
use crate::apply::{self, Fate, Tally, Writer};
use crate::gate::{
    Approved, Closure, ItemKey, Lease, Past, Refused, RunRecord, Seen, Settled, Standing, State, approve,
    remembered, standing,
};
use crate::ledger::{Head, Ledger, LedgerError, Loaded, Pushed};
use crate::model::{Commit, Date, Secret};
use crate::plan::{Memory, Plan};
use crate::policy::set::ApplicationPolicy;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::run;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::error(error.to_string())
    }
}

/// Applies every application that is meant, each on its own.
pub(super) fn run(global: &Global, arguments: &ApplyArguments) -> Result<Exit, Stop> {
    let branch = Branch::find(global, arguments.branch.as_deref())?;
    let tip = branch.tip()?;
    branch.tell(&tip);
    let first = workspace::open(global, branch.repository.read(&tip)?)?;
    branch.check(&first.policies.workspace.protected_branch)?;
    let mut exit = Exit::Done;
    for application in first.applications(global.application.as_deref())? {
        let name = application.name.as_str();
        let job = Job { global, arguments, branch: &branch, application: name };
        let mut story = Story::new(Hearers::of(&first, application));
        let ended = job.run(&mut story);
        if let Err(stop) = &ended {
            out::talk(&format!("{name}: {stop}"));
        }
        exit = exit.and(*ended.as_ref().unwrap_or_else(|stop| &stop.exit));
        tell::tell(name, &story, &ended);
    }
    Ok(exit)
}

/// One application's run.
struct Job<'j> {
    global: &'j Global,
    arguments: &'j ApplyArguments,
    branch: &'j Branch,
    application: &'j str,
}

/// What a run needs after it was planned.
struct Ready<'r> {
    workspace: &'r Workspace,
    policy: &'r ApplicationPolicy,
    tip: Commit,
    key: ItemKey,
    secret: Option<Secret>,
    ledger: Ledger,
}

/// Why writing ended early.
const SHUT: &str = "a change window closed, or would before the change could end";

/// What writing left.
#[derive(Default)]
struct Written {
    /// The keys of subjects a change of whom was not made.
    failed: BTreeSet<String>,
    /// Of each change in order, whether it was made.
    made: Vec<bool>,
    /// Whether a change window closed meanwhile.
    shut: bool,
}

/// What came of one try.
enum Tried {
    Ended(Exit),
    /// Another run was faster: plan anew.
    Again,
}

impl Job<'_> {
    fn run(&self, story: &mut Story) -> Result<Exit, Stop> {
        let watch = Stopwatch::start();
        let patience = Duration::from_secs(60 * self.arguments.lease_timeout);
        loop {
            match self.attempt(&watch, patience, story)? {
                Tried::Ended(exit) => return Ok(exit),
                Tried::Again if watch.elapsed() < patience => {
                    out::talk("another run was faster; planning anew")
                }
                Tried::Again => {
                    return Err(Stop::new(Exit::Leased, "other runs keep getting ahead; run again later"));
                }
            }
        }
    }

    /// The ledger first, then the tip: a commit that comes between is not missed.
    fn attempt(&self, watch: &Stopwatch, patience: Duration, story: &mut Story) -> Result<Tried, Stop> {
        let first = workspace::open(self.global, self.branch.repository.read(&self.branch.tip()?)?)?;
        let settings = &first.policies.workspace;
        let instance = format!("{}/{}", settings.environment, self.application);
        let git = self.branch.repository.git_folder();
        let ledger = Ledger::open(git, &settings.ledger_prefix, &instance, self.branch.remote())?;
        let (loaded, dead) = lease::wait(&ledger, watch, patience)?;
        let tip = self.branch.tip()?;
        let mut workspace = workspace::open(self.global, self.branch.repository.read(&tip)?)?;
        self.branch.check(&workspace.policies.workspace.protected_branch)?;
        workspace.as_of = workspace.as_of.max(last_day(&loaded.state, workspace.as_of));
        let Some(policy) = workspace.policies.applications.iter().find(|it| it.name == self.application)
        else {
            return Err(Stop::error(format!("the application is not in commit {tip} any more")));
        };
        *story = Story::new(Hearers::of(&workspace, policy));
        if !policy.enabled {
            *story = Story::default();
            out::talk(&format!("{}: not enabled; nothing is applied", policy.name));
            return Ok(Tried::Ended(Exit::Done));
        }
        let secret = key::operators();
        if secret.is_none() && memory::asks(policy) {
            return Err(key::missing(&policy.name));
        }
        let key = ItemKey::new(secret.as_ref().map(Secret::expose));
        let ready = Ready { workspace: &workspace, policy, tip, key, secret, ledger };
        self.plan_and_write(&ready, loaded, dead, story)
    }

    fn plan_and_write(
        &self,
        ready: &Ready<'_>,
        loaded: Loaded,
        dead: Option<RunRecord>,
        story: &mut Story,
    ) -> Result<Tried, Stop> {
        let digest = ready.workspace.digest(ready.policy)?;
        let mut record = ready.record(&loaded.state, &digest.to_string(), self.arguments.release.as_deref());
        story.record = Some(record.clone());
        out::talk(&format!("{}: run {} reads", self.application, record.run));
        let mut world = match read::world(ready.workspace, ready.policy) {
            Ok(world) => world,
            Err(stop) => {
                record.result = "incomplete".to_owned();
                ready.note(&loaded, loaded.state.clone(), record, stop.exit)?;
                return Err(stop);
            }
        };
        world.memory = memory::keyed(loaded.state.memory.as_ref(), ready.policy, ready.secret.as_ref());
        let plan = plan::make(ready.workspace, ready.policy, &world)?;
        record.plan = plan.digest().map_err(|error| Stop::error(error.to_string()))?.to_string();
        let state = ready.inherit(&loaded, &plan, dead);
        let released = self.released(&loaded)?;
        let is_released = |change: &crate::plan::Change| {
            released.as_ref().is_some_and(|items| items.contains(&ready.key.item(&state.instance, change)))
        };
        let approved = approve(plan, ready.policy, is_released, &Past::of(&state, unix_seconds()));
        match approved {
            Err(refused) => {
                let tried = ready.refused(&loaded, state, record, &refused, self.style());
                story.refused(*refused);
                tried
            }
            Ok(approved) => {
                story.approved(&approved);
                let tried = self.write(ready, &loaded, (state, &world), record, &approved, story);
                story.plan = Some(approved.into_plan());
                tried
            }
        }
    }

    /// The items that the named run held.
    fn released(&self, loaded: &Loaded) -> Result<Option<Vec<String>>, Stop> {
        let Some(name) = &self.arguments.release else { return Ok(None) };
        let Some(record) = loaded.runs.iter().find(|record| record.run == *name) else {
            return Err(Stop::error(format!(
                "the ledger has no run `{name}`; `rolewright history` lists them"
            )));
        };
        let items = record.held.values().chain(record.items.values());
        Ok(Some(
            items
                .flat_map(|items| {
                    items.as_bytes().chunks(8).map(|item| String::from_utf8_lossy(item).into_owned())
                })
                .collect(),
        ))
    }

    fn write(
        &self,
        ready: &Ready<'_>,
        loaded: &Loaded,
        (state, world): (State, &World),
        mut record: RunRecord,
        approved: &Approved,
        story: &mut Story,
    ) -> Result<Tried, Stop> {
        let plan = approved.plan();
        out::data(&face::terminal(&Shown { plan, refusals: &[] }, self.style()));
        let now = unix_seconds();
        out::data(&plan::beside(PlanFormat::Human, plan, ready.policy, approved.allowed(), now));
        record.counts = counts(approved.changes());
        record.items = ready.key.items(&state.instance, approved.changes());
        record.held = ready.key.items(&state.instance, approved.held());
        (record.charged, record.overrides) = approved.charge(approved.changes());
        let settled =
            Settled { commit: ready.tip.to_string(), policy: record.policy.clone(), at: record.at.clone() };
        let seen = Seen { users: plan.seen.users, groups: plan.seen.groups, accounts: plan.seen.accounts };
        let (kid, as_of) = (ready.key.kid().to_owned(), Some(record.as_of.clone()));
        let state = State { kid, as_of, seen, ..state }.settle(settled);
        if approved.changes().next().is_none() {
            let memory = memory::after(ready.workspace, ready.policy, world, approved, &BTreeSet::new())?;
            let state = State { memory, ..state };
            let held = approved.held().next().is_some();
            record.result = if held { "held" } else { "done" }.to_owned();
            let exit = if held { Exit::Waits } else { Exit::Done };
            story.news = ready.note(loaded, state, record, exit)? && held;
            tell_held(approved);
            return Ok(Tried::Ended(exit));
        }
        // Before the opening: what cannot be written to must not leave an open run behind.
        let mut writer = writer::writer(ready.workspace, ready.policy)?;
        let door = standing(&ready.policy.change_windows, unix_seconds(), writer.call_timeout());
        if let Standing::Closed(closure) = &door {
            return ready.closed(loaded, state, record, closure, story).map(Tried::Ended);
        }
        record.result = "open".to_owned();
        let watch = Stopwatch::start();
        let sent = watch.elapsed();
        let state = state.pruned(now - remembered(ready.policy).seconds());
        let state = State { memory: None, ..state.opened(&record) };
        let settled = self.branch.repository.tree_id(&ready.tip)?;
        let Pushed::Done(head) = ready.ledger.add(&loaded.head, &state, Some(&settled), &record)? else {
            return Ok(Tried::Again);
        };
        let mut holder = lease::Holder::new(&ready.ledger, head, state, Lease::new(sent), watch);
        out::talk(&format!(
            "{}: run {} writes {} changes",
            self.application,
            record.run,
            approved.places().len()
        ));
        let mut written = Written::default();
        let lease_and_door = (&mut holder, &door);
        let tally = ready.carry_out(approved, writer.as_mut(), lease_and_door, &mut written, story);
        let memory = memory::after(ready.workspace, ready.policy, world, approved, &written.failed)?;
        out::data(&format!("\n{}\n", run::summary(&tally.made, tally.failed, tally.stale, tally.stopped)));
        tell_held(approved);
        if written.shut {
            ready.shut(story, writer.call_timeout());
        }
        ready.close((holder, memory), record, (&tally, &written), approved).map(Tried::Ended)
    }

    fn style(&self) -> Style {
        Style { colour: out::colour(self.global.color), full: false }
    }
}

impl Ready<'_> {
    fn record(&self, state: &State, policy: &str, release: Option<&str>) -> RunRecord {
        RunRecord {
            version: 1,
            run: state.next_run(),
            cause: release.map_or_else(|| "manual".to_owned(), |run| format!("release of {run}")),
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
    fn inherit(&self, loaded: &Loaded, plan: &Plan, dead: Option<RunRecord>) -> State {
        let state = loaded.state.clone();
        match dead {
            None => state,
            Some(dead) => {
                let wanted = self.key.items(&loaded.state.instance, plan.changes.iter());
                state.taken_over(&dead, &wanted)
            }
        }
    }

    fn refused(
        &self,
        loaded: &Loaded,
        state: State,
        mut record: RunRecord,
        refused: &Refused,
        style: Style,
    ) -> Result<Tried, Stop> {
        out::data(&face::terminal(&Shown { plan: &refused.plan, refusals: &refused.refusals }, style));
        out::talk("nothing was written");
        record.counts = counts(refused.plan.changes.iter());
        record.result = "refused".to_owned();
        self.note(loaded, state, record, Exit::Refused)?;
        Ok(Tried::Ended(Exit::Refused))
    }

    /// Says which window ended the writing.
    fn shut(&self, story: &mut Story, timeout: Duration) {
        let window = match standing(&self.policy.change_windows, unix_seconds(), timeout) {
            Standing::Closed(closure) => closure.to_string(),
            // It is open again, so soon.
            Standing::Open { .. } => SHUT.to_owned(),
        };
        out::talk(&format!("{}: {SHUT}; run again when it is over", self.policy.name));
        story.window = Some(window);
    }

    /// A run that finds a change window closed writes nothing; what it would have done is done by the next.
    fn closed(
        &self,
        loaded: &Loaded,
        state: State,
        mut record: RunRecord,
        closure: &Closure,
        story: &mut Story,
    ) -> Result<Exit, Stop> {
        story.window = Some(closure.to_string());
        out::talk(&format!("{}: {closure}; nothing was written, run again then", self.policy.name));
        record.result = "closed".to_owned();
        record.charged.clear();
        record.overrides.clear();
        let exit = if record.held.is_empty() { Exit::Done } else { Exit::Waits };
        let state = State { memory: None, ..state };
        story.news = self.note(loaded, state, record, exit)? && exit == Exit::Waits;
        Ok(exit)
    }

    /// Records a run that writes nothing; not at all if it says what the last one said. Gives whether it was recorded.
    fn note(&self, loaded: &Loaded, state: State, mut record: RunRecord, exit: Exit) -> Result<bool, Stop> {
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
        let settles = ["done", "held", "closed"].contains(&record.result.as_str());
        let tree = if settles { Some(self.tree()?) } else { None };
        let state = State { seq: state.seq + 1, open: None, ..state };
        // Somebody else wrote meanwhile: nothing of this run is lost, for it wrote nothing.
        self.ledger.add(&loaded.head, &state, tree.as_deref(), &record)?;
        Ok(true)
    }

    fn tree(&self) -> Result<String, Stop> {
        let repository = crate::fetch::git::PolicyRepository::open(&self.workspace.place)?;
        Ok(repository.tree_id(&self.tip)?)
    }

    /// Writes, telling of each change as it is done; gives the subjects of whom something failed beside the tally.
    fn carry_out(
        &self,
        approved: &Approved,
        writer: &mut dyn Writer,
        (holder, door): (&mut lease::Holder<'_>, &Standing),
        written: &mut Written,
        story: &mut Story,
    ) -> Tally {
        let timeout = writer.call_timeout();
        let shut = Cell::new(false);
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
                out::data(&format!("{}\n", run::line(change, problem.as_deref())));
                story.came(places.next(), fate, problem);
            },
        )
    }

    fn close(
        &self,
        (holder, memory): (lease::Holder<'_>, Option<Memory>),
        mut record: RunRecord,
        (tally, written): (&Tally, &Written),
        approved: &Approved,
    ) -> Result<Exit, Stop> {
        let exit = match (tally.whole(), approved.held().next().is_some()) {
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
        let state = State { memory, ..state };
        match self.ledger.replace(&head, &state, Some(&record))? {
            Pushed::Done(_) => Ok(exit),
            Pushed::Refused => {
                Err(Stop::new(Exit::Partial, "another run took over before this one could close; run again"))
            }
        }
    }
}

fn counts<'c>(changes: impl Iterator<Item = &'c crate::plan::Change>) -> BTreeMap<String, u64> {
    changes.fold(BTreeMap::new(), |mut counts, change| {
        *counts.entry(change.operation.word().to_owned()).or_insert(0) += 1;
        counts
    })
}

fn tell_held(approved: &Approved) {
    let held = approved.held().count();
    if held > 0 {
        out::talk(&format!(
            "{held} changes wait for a person: they would take over accounts with privileged rights; \
             look at them, then `rolewright apply --release RUN` (`rolewright history` names the run)"
        ));
    }
}

/// The day of the last run, which a later run never goes behind.
fn last_day(state: &State, today: Date) -> Date {
    state.as_of.as_deref().and_then(|day| Date::parse(day).ok()).unwrap_or(today)
}
