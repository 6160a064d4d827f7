//! One run of one application, from reading to the final state in the ledger.

use super::background::{Background, Job};
use super::write::{Session, Windows};
use crate::apply::Writer;
use crate::cmd::choices::PlanFormat;
use crate::cmd::clock::{Stopwatch, rfc3339, unix_seconds};
use crate::cmd::code::Code;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::in_force::in_force;
use crate::cmd::instance::{Instance, sound};
use crate::cmd::run_mail::RunProgress;
use crate::cmd::workspace::Side;
use crate::cmd::{forge, lease, out, read, signals, writer};
use crate::execution::Halt;
use crate::fetch::git::PolicyRepository;
use crate::gate::{
    Approved, Beginning, Closure, Lease, Marks, Past, Refused, RunRecord, RunResult, Standing, State,
    approve, remember, remember_accounts, remembered,
};
use crate::ledger::{Head, Ledger, Loaded, Pushed};
use crate::model::Commit;
use crate::plan::{Change, Evaluation, Memory, OneUser, Plan};
use crate::render::plan::{self as face, Shown, Style};
use crate::render::run;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The result of one attempt.
pub(super) enum Attempt {
    Ended(Exit),
    /// Another run was faster: a new plan is needed.
    Again,
}

/// The data of a run before it reads.
pub(super) struct Run<'r> {
    pub(super) job: &'r Job<'r>,
    pub(super) instance: &'r Instance<'r>,
    pub(super) tip: Commit,
    pub(super) ledger: &'r Ledger,
    pub(super) loaded: &'r Loaded,
    pub(super) background: Background,
    pub(super) progress: &'r mut RunProgress,
}

/// A run whose plan no guard refused.
struct Ready<'r> {
    approved: Approved,
    /// Whose changes alone are made; none: everybody's.
    one: Option<OneUser>,
    record: RunRecord,
    /// The state after it, if it writes nothing.
    state: State,
    /// The source of what is stored after the run; none if policies store nothing.
    evaluation: Option<Evaluation<'r>>,
    /// The versions of the accounts as they were planned.
    versions: BTreeMap<String, String>,
}

impl Run<'_> {
    /// Reads, plans, and writes what may be written. `dead` is a run that was taken over.
    pub(super) fn plan_and_write(mut self, dead: Option<RunRecord>) -> Result<Attempt, Stop> {
        let mut record = self.begin()?;
        self.progress.record = Some(record.clone());
        if let Some(stop) = self.background.unread() {
            return self.unread(record, stop);
        }
        out::talk(&format!("{}: run {} reads", self.job.application, record.run));
        let (instance, policy) = (self.instance, self.instance.policy());
        let sides: Vec<Side<'_>> = self.background.settled().into_iter().collect();
        let world = match read::shared(instance.side(), &sides) {
            Ok(world) => instance.remembering(world),
            Err(stop) => {
                record.result = RunResult::Incomplete;
                self.note(self.loaded.state.clone(), record, stop.exit)?;
                return Err(stop);
            }
        };
        let evaluation = instance.evaluate(&world)?;
        let plan = sound(evaluation.plan())?;
        let one = self.job.arguments.user.as_ref().map(|user| OneUser::new(&evaluation, &plan, user));
        if one.as_ref().is_some_and(|one| !one.is_anybody()) {
            return Ok(self.nobody());
        }
        // Kept only if something is stored after the run, because it is as large as the data that was read.
        let evaluation = instance.remembers().then_some(evaluation);
        record.plan = plan.digest().map_err(|error| Stop::new(Code::Defect, error.to_string()))?.to_string();
        let marks = sides.iter().fold(Marks::of(policy), |marks, side| marks.and(side.policy));
        let state = self.loaded.state.clone().inherited(dead.as_ref(), &plan, &marks, instance.key());
        let plan = state.set_aside(plan, policy, instance.key(), unix_seconds());
        let settled = self.background.settled_plan(instance, &world);
        let review = self.background.review(instance, settled.as_ref());
        match approve(plan, policy, &review, &Past::of(&state, unix_seconds())) {
            Err(refused) => {
                let ended = self.refused(state, record, &refused);
                self.progress.refused(*refused);
                ended.map(Attempt::Ended)
            }
            Ok(approved) => {
                let approved = match &one {
                    Some(one) => approved.only(policy, |subject| one.is(subject)),
                    None => approved,
                };
                self.progress.approved(&approved);
                let versions = writer::versions(&approved, &world.application);
                let mut ready = Ready { approved, one, record, state, evaluation, versions };
                let tried = self.approved(&mut ready);
                self.progress.plan = Some(ready.approved.into_plan());
                if let Some(one) = &ready.one {
                    self.progress.keep(one);
                }
                tried
            }
        }
    }

    fn begin(&self) -> Result<RunRecord, Stop> {
        let release = self.job.arguments.release.as_deref();
        let beginning = Beginning {
            cause: release.map_or_else(|| self.job.cause.to_owned(), |run| format!("release of {run}")),
            by: forge::actor(),
            at: rfc3339(),
            commit: &self.tip,
            policy: self.instance.side().digest()?.to_string(),
            tool: env!("CARGO_PKG_VERSION"),
            as_of: self.instance.day(),
        };
        Ok(RunRecord::begin(&self.loaded.state, beginning))
    }

    /// A run that may not read is recorded once for its commit, so that a person can release it.
    fn unread(&mut self, mut record: RunRecord, stop: Stop) -> Result<Attempt, Stop> {
        (record.result, record.exit) = (RunResult::Held, Some(stop.exit.number()));
        let state = &self.loaded.state;
        let last = self.loaded.runs.first();
        let is_known = last.is_some_and(|last| last.commit == record.commit && last.result == record.result);
        self.progress.listed = last.filter(|_| is_known).or(Some(&record)).cloned();
        if !is_known || state.open.is_some() {
            self.ledger.add(
                &self.loaded.head,
                &state.clone().noted(self.background.known.review()),
                None,
                &record,
            )?;
            self.progress.news = true;
        }
        Err(stop)
    }

    fn refused(&mut self, state: State, mut record: RunRecord, refused: &Refused) -> Result<Exit, Stop> {
        let plan = self.instance.redaction().shown(&refused.plan);
        self.job
            .voice
            .say(&face::terminal(&Shown { plan: &plan, refusals: &refused.refusals }, self.style()));
        out::talk("nothing was written");
        record.refused(&refused.plan);
        self.note(state, record, Exit::Refused)?;
        Ok(Exit::Refused)
    }

    fn approved(&mut self, ready: &mut Ready<'_>) -> Result<Attempt, Stop> {
        let (policy, approved) = (self.instance.policy(), &ready.approved);
        let plan = ready.shown();
        let shown = self.instance.redaction().shown(&plan);
        self.job.voice.say(&face::terminal(&Shown { plan: &shown, refusals: &[] }, self.style()));
        let now = unix_seconds();
        self.job.voice.say(&in_force(PlanFormat::Human, &plan, policy, approved.allowed(), now));
        self.tell_left(ready);
        ready.record.sets_out(approved, self.instance.key());
        let state = std::mem::take(&mut ready.state);
        let kid = self.instance.key().kid();
        ready.state = state.planned(&ready.record, approved, &self.background.known, kid);
        if approved.places().is_empty() {
            return self.nothing_to_write(ready).map(Attempt::Ended);
        }
        // Before the run is opened, so that an unreachable application does not leave an open run behind.
        let writer = writer::writer(self.instance.side(), std::mem::take(&mut ready.versions))?;
        let windows = self.windows();
        match windows.standing(writer.call_timeout()) {
            Standing::Closed(closure) => self.window_closed(ready, &closure).map(Attempt::Ended),
            open @ Standing::Open { .. } => self.write(ready, &*writer, &open),
        }
    }

    fn nothing_to_write(&mut self, ready: &mut Ready<'_>) -> Result<Exit, Stop> {
        let waits = ready.approved.waits();
        let memory = ready.memory(&BTreeSet::new());
        let mut record = ready.record.clone();
        record.result = if waits { RunResult::Held } else { RunResult::Done };
        let exit = if waits { Exit::Waits } else { Exit::Done };
        let state = State { memory, ..std::mem::take(&mut ready.state) };
        self.progress.news = self.note(state, record, exit)? && waits;
        self.tell_held(&ready.approved);
        Ok(exit)
    }

    /// A run in a closed change window writes nothing; the next run makes its changes.
    fn window_closed(&mut self, ready: &mut Ready<'_>, closure: &Closure) -> Result<Exit, Stop> {
        self.progress.window = Some(closure.to_string());
        let name = &self.instance.policy().name;
        out::talk(&format!("{name}: {closure}; nothing was written, run again then"));
        let waits = ready.approved.waits();
        let mut record = ready.record.clone();
        record.window_closed();
        let exit = if waits { Exit::Waits } else { Exit::Done };
        let state = State { memory: None, ..std::mem::take(&mut ready.state) };
        self.progress.news = self.note(state, record, exit)? && waits;
        Ok(exit)
    }

    /// Opens the run in the ledger, writes, and closes it.
    fn write(
        &mut self,
        ready: &mut Ready<'_>,
        writer: &dyn Writer,
        open: &Standing,
    ) -> Result<Attempt, Stop> {
        let policy = self.instance.policy();
        // From the opening to the closing, so that a run that is asked to end is always recorded.
        let guard = signals::while_writing();
        ready.record.result = RunResult::Open;
        let watch = Stopwatch::start();
        let sent = watch.elapsed();
        let state = std::mem::take(&mut ready.state);
        let state = state.pruned(unix_seconds() - remembered(policy).seconds());
        let state = State { memory: None, accounts: None, ..state.opened(&ready.record) };
        let settled = if ready.approved.settles() { Some(self.tree()?) } else { None };
        let pushed = self.ledger.add(&self.loaded.head, &state, settled.as_deref(), &ready.record)?;
        let Pushed::Done(head) = pushed else { return Ok(Attempt::Again) };
        let mut holder = lease::Holder::new(self.ledger, head, state, Lease::new(sent), watch);
        let (run, count) = (&ready.record.run, ready.approved.places().len());
        out::talk(&format!("{}: run {run} writes {}", policy.name, changes(count)));
        let session = Session {
            approved: &ready.approved,
            policy,
            holder: &mut holder,
            open,
            time: self.job.arguments.stop_after.map(|minutes| Duration::from_secs(60 * minutes)),
            watch: self.job.watch,
            redaction: self.instance.redaction(),
            signals: &guard,
            progress: self.progress,
            voice: self.job.voice,
        };
        let written = session.write(writer)?;
        let memory = ready.memory(&written.failed);
        self.job.voice.say(&format!("\n{}\n", run::summary(&written.tally)));
        self.tell_halted(written.halted.as_ref(), writer);
        self.tell_held(&ready.approved);
        let (head, state): (Head, State) = holder.into_parts();
        let accounts = self.instance.accounts().cloned();
        let accounts =
            accounts.map(|before| remember_accounts(before, policy, &ready.approved, &written.ended));
        let state = state.written(&mut ready.record, &ready.approved, &written.ended, self.instance.key());
        self.close(&head, State { memory, accounts, ..state }, ready).map(Attempt::Ended)
    }

    fn close(&mut self, head: &Head, state: State, ready: &mut Ready<'_>) -> Result<Exit, Stop> {
        let exit = match (&ready.record.result, ready.approved.waits()) {
            (RunResult::Done, true) => Exit::Waits,
            (RunResult::Done, false) => Exit::Done,
            (_, _) => Exit::Partial,
        };
        ready.record.exit = Some(exit.number());
        self.progress.listed = Some(ready.record.clone());
        match self.ledger.replace(head, &state, Some(&ready.record))? {
            Pushed::Done(_) => Ok(exit),
            Pushed::Refused => Err(Stop::new(
                Code::Overtaken,
                "another run took over before this one could close; run again",
            )),
        }
    }

    /// Records a run that writes nothing, unless it repeats the last one. Gives whether it was recorded.
    fn note(&mut self, state: State, mut record: RunRecord, exit: Exit) -> Result<bool, Stop> {
        record.exit = Some(exit.number());
        if record.repeats(self.loaded.runs.first(), &self.loaded.state, &state) {
            self.progress.listed = self.loaded.runs.first().cloned();
            return Ok(false);
        }
        let settles = state.settled.as_ref().is_some_and(|settled| settled.commit == self.tip.to_string());
        let tree = if settles { Some(self.tree()?) } else { None };
        // Another run wrote meanwhile. Nothing of this run is lost, because it wrote nothing.
        let state = state.noted(self.background.known.review());
        let pushed = self.ledger.add(&self.loaded.head, &state, tree.as_deref(), &record)?;
        self.progress.listed = matches!(pushed, Pushed::Done(_)).then_some(record);
        Ok(true)
    }

    /// Prints why the run stopped early, and what to do.
    fn tell_halted(&mut self, halted: Option<&Halt>, writer: &dyn Writer) {
        match halted {
            None => {}
            Some(Halt::Window) => {
                self.progress.window = Some(self.windows().tell_closed(writer.call_timeout()));
            }
            Some(
                halt @ (Halt::Lease | Halt::Signal | Halt::Time | Halt::Unreachable | Halt::Failures { .. }),
            ) => {
                let name = &self.instance.policy().name;
                out::talk(&format!(
                    "{name}: {halt}: no further change was begun; run again to make the rest"
                ));
            }
        }
    }

    /// Prints what stays due because the run was asked for one user. A pull request whose changes are not all made is told
    /// nothing yet.
    fn tell_left(&mut self, ready: &Ready<'_>) {
        let Some(one) = &ready.one else { return };
        let (own, others): (Vec<&Change>, Vec<&Change>) =
            ready.approved.left().partition(|change| one.is(&change.subject));
        let name = &self.instance.policy().name;
        if !own.is_empty() {
            out::talk(&format!(
                "{name}: {} of this user not made, because a change of somebody else comes first; `rolewright apply` makes both",
                changes(own.len())
            ));
        }
        if !others.is_empty() {
            out::talk(&format!("{name}: {} of others not made: due in the next run", changes(others.len())));
        }
        if !own.is_empty() || !others.is_empty() {
            self.progress.carried = None;
        }
    }

    /// Nothing is known of the user: nothing is written or recorded.
    fn nobody(&mut self) -> Attempt {
        self.progress.nobody = true;
        out::talk(&format!("{}: no such user; nothing was written", self.instance.policy().name));
        Attempt::Ended(Exit::Done)
    }

    /// Prints which changes wait, for whom, and what to do.
    fn tell_held(&self, approved: &Approved) {
        let held = approved.held().count();
        if held > 0 {
            out::talk(&self.background.held(held));
        }
        let uncovered: Vec<String> = self.background.uncovered().collect();
        for line in &uncovered {
            out::talk(&format!("{}: {line}", self.instance.policy().name));
        }
        if held == 0 && !uncovered.is_empty() {
            out::talk(
                "nothing waits today, but no pull request has shown these policies: look at these commits, then `rolewright apply --release \
                 RUN` (`rolewright history` names the run), or revert them",
            );
        }
        if approved.vanished() > 0 {
            let what = match approved.vanished() {
                1 => "1 change that was shown is no longer needed".to_owned(),
                vanished => format!("{vanished} changes that were shown are no longer needed"),
            };
            out::talk(&format!("{what}: done already, or the directory changed"));
        }
    }

    /// The valid change windows: those of the policies and, while these are not covered, those of the settled policies.
    fn windows(&self) -> Windows<'_> {
        let settled = self.background.settled().filter(|_| !self.background.known.covered());
        Windows { policy: self.instance.policy(), settled: settled.map(|side| side.policy) }
    }

    /// The tree of the policies' folder at the tip.
    fn tree(&self) -> Result<String, Stop> {
        let repository = PolicyRepository::open(&self.instance.workspace().place)?;
        Ok(repository.tree_id(&self.tip)?)
    }

    fn style(&self) -> Style {
        Style { colour: self.job.voice.colour(), full: false }
    }
}

/// `1 change`, `2 changes`.
fn changes(count: usize) -> String {
    let noun = if count == 1 { "change" } else { "changes" };
    format!("{count} {noun}")
}

impl Ready<'_> {
    /// The lines of the plan that are shown.
    fn shown(&self) -> Cow<'_, Plan> {
        let Some(one) = &self.one else { return Cow::Borrowed(self.approved.plan()) };
        let mut plan = self.approved.plan().clone();
        one.keep(&mut plan);
        Cow::Owned(plan)
    }

    /// What is stored after the run; `failed` are the keys of subjects with a change that was not made.
    fn memory(&mut self, failed: &BTreeSet<String>) -> Option<Memory> {
        self.evaluation.take().map(|evaluation| remember(&evaluation, &self.approved, failed))
    }
}
