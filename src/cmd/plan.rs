//! `rolewright plan`

use super::args::{Global, PlanArguments, PlanFormat};
use super::clock::unix_seconds;
use super::exit::{Exit, Stop};
use super::one_user::{Look, look};
use super::privacy::Faces;
use super::read::World;
use super::workspace::Workspace;
use super::{drift, memory, out, read, saved, workspace};
use crate::gate::{Allowed, Past, Standing, guards, standing};
use crate::plan::{Evaluation, Inputs, OneUser, Plan, Subject, UsersPlan, plan_of_user};
use crate::policy::{ApplicationPolicy, Override};
use crate::render::drift::Drifted;
use crate::render::escape;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::report::RunReport;
use crate::render::workbook;
use crate::snapshot::{ApplicationSnapshot, Complete};
use std::time::Duration;

/// Said where only one user was read.
const WHOLE_PLANS: &str = "limits are judged over whole plans, by `rolewright plan` without `--user`";

/// Shows what would change. Writes nothing.
pub(super) fn run(global: &Global, arguments: &PlanArguments) -> Result<Exit, Stop> {
    if let (Some(base), Some(head)) = (&arguments.base, &arguments.head) {
        return super::impact::run(global, arguments, base, head);
    }
    let workspace = workspace::open(global, workspace::sources_at(global, arguments.revision.as_deref())?)?;
    let applications = workspace.applications(global.application.as_deref())?;
    if arguments.format == PlanFormat::Xlsx {
        fits_a_workbook(arguments, applications.len())?;
    }
    let mut exit = Exit::Done;
    let (mut said, mut drifted) = (Vec::new(), Vec::new());
    let mut found = arguments.user.is_none();
    for application in applications {
        match one(global, arguments, &workspace, application, (&mut said, &mut drifted)) {
            Ok(Some(other)) => {
                found = true;
                exit = exit.and(other);
            }
            Ok(None) => {}
            Err(stop) => {
                // Nobody knows whether the user would have been found.
                found = true;
                let words = faces(&workspace)?.words(&stop.message);
                out::talk(&format!("{}: {words}", application.name));
                drifted.push(Drifted { differs: true, line: words, ..Drifted::of(&application.name) });
                exit = exit.and(stop.exit);
            }
        }
        if arguments.output.is_none() {
            out::bytes(&harmless(std::mem::take(&mut said), arguments.format));
        }
    }
    if let Some(path) = arguments.output.as_ref().filter(|_| !said.is_empty()) {
        out::file(path, &said).map_err(|error| Stop::error(format!("{}: {error}", path.display())))?;
    }
    if arguments.drift_issue {
        drift::tell(&drifted, faces(&workspace)?.counts_only())?;
    }
    match arguments.user.as_ref().filter(|_| !found) {
        Some(user) => Err(nobody(user)),
        None => Ok(exit),
    }
}

/// How people are shown: by the same pseudonyms in every plan of a workspace.
pub(super) fn faces(workspace: &Workspace) -> Result<Faces, Stop> {
    let settings = &workspace.policies.workspace;
    Faces::of(settings.privacy, &settings.name)
}

/// What is printed, which in CI the machine that runs the job reads too. A file gets the canonical bytes.
fn harmless(said: Vec<u8>, format: PlanFormat) -> Vec<u8> {
    match format {
        PlanFormat::Json => escape::json(String::from_utf8_lossy(&said).into_owned()).into_bytes(),
        _ => said,
    }
}

/// Nobody is so called.
pub(super) fn nobody(user: &str) -> Stop {
    Stop::error(format!("no user has the id, user principal name or mail `{user}`"))
}

/// A workbook is one application's, and nothing for a terminal.
fn fits_a_workbook(arguments: &PlanArguments, applications: usize) -> Result<(), Stop> {
    if applications != 1 {
        return Err(Stop::error("a workbook holds one application: name it with `--application NAME`"));
    }
    if arguments.output.is_none() && out::is_terminal() {
        return Err(Stop::error("a workbook is nothing for a terminal: name a file with `--output FILE`"));
    }
    Ok(())
}

/// Plans one application; none where `--user` means nobody in it.
fn one(
    global: &Global,
    arguments: &PlanArguments,
    workspace: &Workspace,
    application: &ApplicationPolicy,
    (said, drifted): (&mut Vec<u8>, &mut Vec<Drifted>),
) -> Result<Option<Exit>, Stop> {
    let mut world = match (&arguments.snapshot, &arguments.user) {
        (Some(folder), _) => saved::read(folder, workspace, application)?,
        (None, None) => read::world(workspace, application)?,
        (None, Some(user)) => {
            match look(workspace, application, user, |inputs, some| plan_of_user(inputs, some, user))? {
                Look::World(world) => *world,
                Look::Some(lines) => {
                    out::talk(&format!("{}: {WHOLE_PLANS}", application.name));
                    return only((global, arguments), (workspace, application), lines, said);
                }
            }
        }
    };
    let state = memory::state(workspace, application);
    world.memory = memory::shown(&state, application);
    world.not_before = memory::last_day(&state);
    let evaluation = evaluate(workspace, application, &world)?;
    let mut plan = sound(evaluation.plan())?;
    let now = unix_seconds();
    let verdict = guards(&plan, application, plan.changes.iter(), &Past::of(&state, now));
    let refusals = &verdict.refusals;
    let mut existing = match arguments.format {
        PlanFormat::Lists => evaluation.existing(&plan),
        _ => Vec::new(),
    };
    // Guards look at the whole plan: it is what `apply` would do.
    if let Some(user) = &arguments.user {
        let one = OneUser::new(&evaluation, user);
        existing.retain(|subject| one.is(subject));
        if !one.keep(&mut plan) && existing.is_empty() {
            return Ok(None);
        }
    }
    let faces = faces(workspace)?;
    if faces.hides() {
        existing.clear();
    }
    let seen = faces.shown(&plan);
    let shown = Shown { plan: &seen, refusals };
    said.extend(show(arguments.format, &shown, &existing, style(global, arguments))?);
    said.extend(beside(arguments.format, &plan, application, &verdict.allowed, now).into_bytes());
    let whole = if arguments.drift_issue { face::markdown(&shown) } else { String::new() };
    drifted.push(Drifted {
        differs: !plan.changes.is_empty() || !refusals.is_empty(),
        line: face::summary(&plan),
        whole,
        ..Drifted::of(&plan.instance())
    });
    // As a tool would: no walk to free what the process is about to drop.
    std::mem::forget(evaluation);
    std::mem::forget(world);
    Ok(Some(match (refusals.is_empty(), plan.changes.is_empty()) {
        (false, _) => Exit::Refused,
        (true, false) if arguments.detailed_exitcode => Exit::Changes,
        (true, _) => Exit::Done,
    }))
}

/// Shows the lines about one user, of whom alone was read; guards judge whole plans.
fn only(
    (global, arguments): (&Global, &PlanArguments),
    (workspace, application): (&Workspace, &ApplicationPolicy),
    one: UsersPlan,
    said: &mut Vec<u8>,
) -> Result<Option<Exit>, Stop> {
    if !one.found {
        return Ok(None);
    }
    let plan = sound(one.lines)?;
    let faces = faces(workspace)?;
    let existing = if faces.hides() { &[][..] } else { &one.existing };
    let shown = Shown { plan: &faces.shown(&plan), refusals: &[] };
    said.extend(show(arguments.format, &shown, existing, style(global, arguments))?);
    said.extend(beside(arguments.format, &plan, application, &[], unix_seconds()).into_bytes());
    let changes = !plan.changes.is_empty() && arguments.detailed_exitcode;
    Ok(Some(if changes { Exit::Changes } else { Exit::Done }))
}

fn style(global: &Global, arguments: &PlanArguments) -> Style {
    let colour = arguments.output.is_none() && out::colour(global.color);
    Style { colour, full: arguments.full }
}

/// Makes the plan of one application, and has it looked at by the critic.
pub(super) fn make(
    workspace: &Workspace,
    application: &ApplicationPolicy,
    world: &World,
) -> Result<Plan, Stop> {
    sound(evaluate(workspace, application, world)?.plan())
}

/// Evaluates the policies of one application for everybody in a world.
pub(super) fn evaluate<'w>(
    workspace: &'w Workspace,
    application: &'w ApplicationPolicy,
    world: &'w World,
) -> Result<Evaluation<'w>, Stop> {
    let snapshots = workspace.directories(application).into_iter();
    let snapshots = snapshots.map(|directory| world.directory(&directory.name));
    let inputs = Inputs {
        snapshots: snapshots.collect::<Result<_, Stop>>()?,
        memory: world.memory.as_ref(),
        as_of: world.day(workspace.as_of),
        ..inputs(workspace, application, &world.application)?
    };
    Ok(Evaluation::new(&inputs)?)
}

/// The plan, once the critic found nothing wrong with it.
pub(super) fn sound(plan: Plan) -> Result<Plan, Stop> {
    match plan.faults().as_slice() {
        [] => Ok(plan),
        faults => Err(Stop::error(format!(
            "the plan contradicts itself; please report this: {}",
            faults.join("; ")
        ))),
    }
}

/// What a plan is made from, without what directories held and what is remembered.
pub(super) fn inputs<'w>(
    workspace: &'w Workspace,
    application: &'w ApplicationPolicy,
    accounts: &'w Complete<ApplicationSnapshot>,
) -> Result<Inputs<'w>, Stop> {
    Ok(Inputs {
        policy: application,
        digest: workspace.digest(application)?,
        environment: &workspace.policies.workspace.environment,
        commit: workspace.sources.commit.as_ref(),
        directories: workspace.directories(application),
        snapshots: Vec::new(),
        application: accounts,
        memory: None,
        as_of: workspace.as_of,
    })
}

fn show(format: PlanFormat, shown: &Shown<'_>, existing: &[Subject], style: Style) -> Result<Vec<u8>, Stop> {
    Ok(match format {
        PlanFormat::Human => face::terminal(shown, style).into_bytes(),
        PlanFormat::Lists => face::lists(shown, existing).into_bytes(),
        PlanFormat::Markdown => face::markdown(shown).into_bytes(),
        PlanFormat::Tsv => face::tsv(shown).into_bytes(),
        PlanFormat::Json => {
            let mut bytes = shown.plan.canonical_json().map_err(|error| Stop::error(error.to_string()))?;
            bytes.push(b'\n');
            bytes
        }
        PlanFormat::Xlsx => {
            workbook(&RunReport::of_plan(shown)).map_err(|error| Stop::error(error.to_string()))?
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
        PlanFormat::Human | PlanFormat::Lists => face::standing(&beside),
        PlanFormat::Markdown => face::standing_markdown(&beside),
        PlanFormat::Json | PlanFormat::Tsv | PlanFormat::Xlsx => String::new(),
    }
}
