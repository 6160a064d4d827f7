//! `rolewright apply`: the tip of the protected branch, and nothing else.

mod judge;
mod ready;

use super::args::{ApplyArguments, Global, PlanFormat};
use super::branch::Branch;
use super::clock::{Stopwatch, unix_seconds};
use super::exit::{Exit, Stop};
use super::privacy::Faces;
use super::tell::{Hearers, Story};
use super::{key, lease, memory, out, plan, read, tell, workspace, writer};
use crate::gate::{
    Approved, ItemKey, Lease, Past, RunRecord, RunResult, Standing, State, approve, remembered,
};
use crate::ledger::{Ledger, LedgerError, Loaded, Pushed};
use crate::model::Secret;
use crate::plan::Evaluation;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::run;
use judge::Judged;
use ready::{Ready, Written};
use std::collections::BTreeSet;
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
            let words =
                Faces::of(first.policies.workspace.privacy, name).map(|faces| faces.words(&stop.message));
            out::talk(&format!("{name}: {}", words.unwrap_or_else(|stop| stop.message)));
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
        workspace.as_of =
            memory::last_day(&loaded.state).map_or(workspace.as_of, |day| day.max(workspace.as_of));
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
        let judged = Judged::of(self, (&workspace, policy), &tip, &key, &loaded)?;
        let faces = Faces::of(workspace.policies.workspace.privacy, &loaded.state.next_run())?;
        let ready = Ready { workspace: &workspace, policy, tip, key, secret, ledger, judged, faces };
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
        let sides: Vec<read::Side<'_>> = ready.judged.settled().into_iter().collect();
        let mut world = match read::shared((ready.workspace, ready.policy), &sides) {
            Ok(world) => world,
            Err(stop) => {
                record.result = RunResult::Incomplete;
                ready.note(&loaded, loaded.state.clone(), record, stop.exit)?;
                return Err(stop);
            }
        };
        world.memory = memory::keyed(loaded.state.memory.as_ref(), ready.policy, ready.secret.as_ref());
        let evaluation = plan::evaluate(ready.workspace, ready.policy, &world)?;
        let plan = plan::sound(evaluation.plan())?;
        // Kept for what is remembered after the run, and only then: it is as large as what was read.
        let evaluation = memory::asks(ready.policy).then_some(evaluation);
        record.plan = plan.digest().map_err(|error| Stop::error(error.to_string()))?.to_string();
        let state = loaded.state.clone().inherited(dead.as_ref(), &plan, ready.policy, &ready.key);
        let before = ready.judged.settled_plan(&world, &ready.faces);
        let review = ready.judged.review(&ready.key, before.as_ref());
        let approved = approve(plan, ready.policy, &review, &Past::of(&state, unix_seconds()));
        match approved {
            Err(refused) => {
                let tried = ready.refused(&loaded, state, record, &refused, self.style());
                story.refused(*refused);
                tried.map(Tried::Ended)
            }
            Ok(approved) => {
                story.approved(&approved);
                let tried = self.write(ready, &loaded, (state, evaluation), record, &approved, story);
                story.plan = Some(approved.into_plan());
                tried
            }
        }
    }

    fn write(
        &self,
        ready: &Ready<'_>,
        loaded: &Loaded,
        (state, evaluation): (State, Option<Evaluation<'_>>),
        mut record: RunRecord,
        approved: &Approved,
        story: &mut Story,
    ) -> Result<Tried, Stop> {
        let plan = approved.plan();
        out::data(&face::terminal(&Shown { plan: &ready.faces.shown(plan), refusals: &[] }, self.style()));
        let now = unix_seconds();
        out::data(&plan::beside(PlanFormat::Human, plan, ready.policy, approved.allowed(), now));
        record.sets_out(approved, ready.policy, &ready.key);
        let state = state.planned(&record, approved, &ready.judged.known, ready.key.kid());
        let waits = approved.waits();
        if approved.changes().next().is_none() {
            let memory = evaluation.map(|it| memory::after(&it, approved, &BTreeSet::new()));
            let state = State { memory, ..state };
            record.result = if waits { RunResult::Held } else { RunResult::Done };
            let exit = if waits { Exit::Waits } else { Exit::Done };
            story.news = ready.note(loaded, state, record, exit)? && waits;
            ready.tell_held(approved);
            return Ok(Tried::Ended(exit));
        }
        // Before the opening: what cannot be written to must not leave an open run behind.
        let mut writer = writer::writer(ready.workspace, ready.policy)?;
        let door = ready.door(writer.call_timeout());
        if let Standing::Closed(closure) = &door {
            return ready.closed(loaded, state, (record, waits), closure, story).map(Tried::Ended);
        }
        record.result = RunResult::Open;
        let watch = Stopwatch::start();
        let sent = watch.elapsed();
        let state = state.pruned(now - remembered(ready.policy).seconds());
        let state = State { memory: None, ..state.opened(&record) };
        let settled = if approved.settles() { Some(ready.tree()?) } else { None };
        let Pushed::Done(head) = ready.ledger.add(&loaded.head, &state, settled.as_deref(), &record)? else {
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
        let memory = evaluation.map(|it| memory::after(&it, approved, &written.failed));
        out::data(&format!("\n{}\n", run::summary(&tally.made, tally.failed, tally.stale, tally.stopped)));
        ready.tell_held(approved);
        if written.shut {
            ready.shut(story, writer.call_timeout());
        }
        ready.close((holder, memory), record, (&tally, &written), approved).map(Tried::Ended)
    }

    fn style(&self) -> Style {
        Style { colour: out::colour(self.global.color), full: false }
    }
}
