//! `rolewright undo RUN`: what the policies before a run would do today, what cannot be restored, and the commit that
//! reverts the run's policies. Writes to no application, and pushes nothing.

mod revert;

use super::args::{Global, UndoArguments};
use super::branch::Branch;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::instance::Instance;
use super::privacy::Redaction;
use super::workspace::{self, Side, Workspace};
use super::{out, read};
use crate::gate::{RunRecord, State};
use crate::ledger::{Ledger, Loaded, SettledAround, SettledPolicies};
use crate::model::{Commit, Operation};
use crate::plan::Plan;
use crate::policy::ApplicationPolicy;
use crate::render::plan::{self as face, Shown, Style};
use revert::{Revert, Settled};

/// Shows what undoing a run would do; with `--branch`, makes the commit.
pub(super) fn run(global: &Global, arguments: &UndoArguments) -> Result<Exit, Stop> {
    let branch = Branch::find(global, None)?;
    let tip = branch.tip()?;
    let workspace = workspace::open(global, branch.repository.read(&tip)?)?;
    let policy = only(&workspace, global)?;
    let redaction = Redaction::of(workspace.policies.workspace.privacy, &arguments.run)?;
    let instance = workspace.side(policy).instance();
    let git = branch.repository.git_folder();
    let ledger = Ledger::open(git, &global.ledger, &instance, branch.remote())?;
    let loaded = ledger.load()?;
    let (record, before, after) = settled_by(&ledger, &loaded, &arguments.run)?;
    let revert =
        Revert::merge(&branch.repository, &tip, Settled { before: &before.tree, after: &after.tree })?;
    let tree = revert.tree().unwrap_or(&before.tree);
    let sources = branch.repository.read_tree(tree, Some(Commit(before.settled.commit.clone())))?;
    let earlier = workspace::sound(global, sources, workspace.today).ok_or_else(|| {
        Stop::new(Code::Undo, "the policies before that run cannot be loaded by this version")
    })?;
    let plan = today(workspace.side(policy), &earlier, &loaded.state, &redaction)?;
    let style = Style { colour: out::colour(global.color), full: false };
    out::data(&face::terminal(&Shown { plan: &redaction.shown(&plan), refusals: &[] }, style));
    gone(record, &plan);
    match (&revert, &arguments.branch) {
        (Revert::Conflict(paths), _) => Err(Stop::new(
            Code::Conflict,
            format!(
                "the policies that run {} applied were changed since ({}): undo it by hand, in a pull request; shown \
                is what the policies before it would do",
                record.run,
                paths.join(", ")
            ),
        )),
        (Revert::Nothing, _) => {
            out::talk("the protected branch has nothing of it any more: there is nothing to undo");
            Ok(Exit::Done)
        }
        (Revert::Tree(_), None) => {
            out::talk("`--branch NAME` makes the commit that undoes it; nothing was written");
            Ok(Exit::Done)
        }
        (Revert::Tree(tree), Some(name)) => {
            let commit = revert::commit(&branch.repository, &tip, tree, name, &message(record, &instance))?;
            out::talk(&format!(
                "branch `{name}` has commit {commit}, which undoes run {}: push it and open a pull request",
                record.run
            ));
            Ok(Exit::Done)
        }
    }
}

/// The application: a run belongs to one application.
fn only<'w>(workspace: &'w Workspace, global: &Global) -> Result<&'w ApplicationPolicy, Stop> {
    match workspace.applications(global.application.as_deref())?.as_slice() {
        [one] => Ok(one),
        _ => Err(Stop::new(
            Code::OneApplication,
            "a run belongs to one application: name it with `--application NAME`",
        )),
    }
}

/// The run, and the policies that were settled before it and by it.
fn settled_by<'l>(
    ledger: &Ledger,
    loaded: &'l Loaded,
    name: &str,
) -> Result<(&'l RunRecord, SettledPolicies, SettledPolicies), Stop> {
    let record = loaded.runs.iter().find(|record| record.run == name).ok_or_else(|| {
        Stop::new(
            Code::UnknownName,
            format!("the ledger has no run `{name}`; `rolewright history` lists them"),
        )
    })?;
    let around = ledger.settled_around(&loaded.head, record)?.ok_or_else(|| {
        Stop::new(
            Code::Undo,
            format!(
                "the ledger's history does not reach back to run `{name}`; `git revert` its commit by hand"
            ),
        )
    })?;
    match around {
        SettledAround { before: None, after: Some(_) } => Err(Stop::new(
            Code::Undo,
            format!("run `{name}` applied the first policies: there are none before it to go back to"),
        )),
        SettledAround { before: Some(before), after: Some(after) }
            if before.settled.policy != after.settled.policy =>
        {
            Ok((record, before, after))
        }
        _ => Err(Stop::new(
            Code::Undo,
            format!(
                "run `{name}` applied no new policies, so there is nothing to undo: what it changed follows from earlier ones"
            ),
        )),
    }
}

/// What the earlier policies would do today. Connections are those of the protected branch.
fn today(now: Side<'_>, earlier: &Workspace, state: &State, redaction: &Redaction) -> Result<Plan, Stop> {
    let name = &now.policy.name;
    let earlier = earlier.application(name).ok_or_else(|| {
        Stop::new(
            Code::Undo,
            format!("the policies before that run have no application `{name}`: its accounts would stay"),
        )
    })?;
    let world = read::shared(now, &[earlier])?;
    let instance = Instance::of(earlier, state, redaction)?;
    instance.plan(&instance.remembering(world))
}

/// Prints what cannot be restored: an account that is created again has nothing from the deleted one.
fn gone(record: &RunRecord, plan: &Plan) {
    let deleted = record.outcome.get(Operation::Delete.word()).copied().unwrap_or_default();
    if deleted == 0 {
        return;
    }
    let created = plan.changes.iter().filter(|change| change.operation() == Operation::Create).count();
    out::talk(&format!(
        "run {} deleted {deleted} accounts, which can't come back: the {created} accounts that would be created are new ones, \
         without anything that the old ones held",
        record.run
    ));
}

fn message(record: &RunRecord, instance: &str) -> String {
    format!("Undo run {} of {instance}\n\nUndoes what commit {} changed there.\n", record.run, record.commit)
}
