//! `rolewright plan`

use super::args::{Global, PlanArguments, PlanFormat};
use super::clock::unix_seconds;
use super::exit::{Exit, Stop};
use super::read::World;
use super::workspace::Workspace;
use super::{memory, out, read, saved, workspace};
use crate::gate::{Allowed, Past, Refusal, Standing, guards, standing};
use crate::plan::{Inputs, Plan, plan};
use crate::policy::set::{ApplicationPolicy, Override};
use crate::render::plan::{self as face, Shown, Style};
use std::time::Duration;

/// Shows what would change. Writes nothing.
pub(super) fn run(global: &Global, arguments: &PlanArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources_at(global, arguments.revision.as_deref())?)?;
    let mut exit = Exit::Done;
    for application in workspace.applications(global.application.as_deref())? {
        match one(global, arguments, &workspace, application) {
            Ok(other) => exit = exit.and(other),
            Err(stop) => {
                out::talk(&format!("{}: {stop}", application.name));
                exit = exit.and(stop.exit);
            }
        }
    }
    Ok(exit)
}

fn one(
    global: &Global,
    arguments: &PlanArguments,
    workspace: &Workspace,
    application: &ApplicationPolicy,
) -> Result<Exit, Stop> {
    let mut world = match &arguments.snapshot {
        Some(folder) => saved::read(folder, workspace, application)?,
        None => read::world(workspace, application)?,
    };
    let state = memory::state(workspace, application);
    world.memory = memory::keyed(state.memory.as_ref(), application);
    let plan = make(workspace, application, &world)?;
    let now = unix_seconds();
    let verdict = guards(&plan, application, plan.changes.iter(), &Past::of(&state, now));
    let refusals = &verdict.refusals;
    let style = Style { colour: out::colour(global.color), full: arguments.full };
    out::data(&show(arguments.format, &plan, refusals, style)?);
    out::data(&beside(arguments.format, &plan, application, &verdict.allowed, now));
    // As a tool would: no walk to free what the process is about to drop.
    std::mem::forget(world);
    Ok(match (refusals.is_empty(), plan.changes.is_empty()) {
        (false, _) => Exit::Refused,
        (true, false) if arguments.detailed_exitcode => Exit::Changes,
        (true, _) => Exit::Done,
    })
}

/// Makes the plan of one application, and has it looked at by the critic.
pub(super) fn make(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    world: &World,
) -> Result<Plan, Stop> {
    let plan = with_inputs(workspace, application, world, |inputs| Ok(plan(inputs)?))?;
    match plan.faults().as_slice() {
        [] => Ok(plan),
        faults => Err(Stop::error(format!(
            "the plan contradicts itself; please report this: {}",
            faults.join("; ")
        ))),
    }
}

/// Calls with everything that a plan is made from.
pub(super) fn with_inputs<T>(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    world: &World,
    call: impl FnOnce(&Inputs<'_>) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let directories = workspace.directories(application);
    let snapshots: Vec<_> = world.directories.iter().collect();
    call(&Inputs {
        policy: application,
        digest: workspace.digest(application)?,
        environment: &workspace.policies.workspace.environment,
        commit: workspace.sources.commit.as_ref(),
        directories: &directories,
        snapshots: &snapshots,
        application: &world.application,
        memory: world.memory.as_ref(),
        as_of: workspace.as_of,
    })
}

fn show(format: PlanFormat, plan: &Plan, refusals: &[Refusal], style: Style) -> Result<String, Stop> {
    let shown = Shown { plan, refusals };
    Ok(match format {
        PlanFormat::Human => face::terminal(&shown, style),
        PlanFormat::Markdown => face::markdown(&shown),
        PlanFormat::Tsv => face::tsv(&shown),
        PlanFormat::Json => {
            let bytes = plan.canonical_json().map_err(|error| Stop::error(error.to_string()))?;
            format!("{}\n", String::from_utf8_lossy(&bytes))
        }
    })
}

/// What holds beside the plan: overrides in force, and whether apply would wait. For people only.
pub(super) fn beside(
    format: PlanFormat,
    plan: &Plan,
    policy: &ApplicationPolicy,
    allowed: &[Allowed],
    now: i64,
) -> String {
    let closed = match standing(&policy.change_windows, now, Duration::ZERO) {
        Standing::Closed(closure) if !plan.changes.is_empty() && policy.enabled => Some(closure),
        _ => None,
    };
    let carries = |by: &&Override| allowed.iter().any(|it| it.by.id == by.id);
    let holding = policy.overrides.iter().filter(|by| by.holds(plan.as_of));
    let idle: Vec<&Override> = holding.filter(|by| !carries(by)).collect();
    let beside = face::Standing { allowed, idle: &idle, closed: closed.as_ref() };
    match format {
        PlanFormat::Human => face::standing(&beside),
        PlanFormat::Markdown => face::standing_markdown(&beside),
        PlanFormat::Json | PlanFormat::Tsv => String::new(),
    }
}
