//! `rolewright plan`

use super::args::{Global, PlanArguments};
use super::choices::PlanFormat;
use super::clock::unix_seconds;
use super::exit::{Exit, Stop};
use super::in_force::in_force;
use super::instance::{Instance, sound};
use super::one_user::{UserReading, look, nobody};
use super::privacy::Redaction;
use super::workspace::Side;
use super::{drift, out, read, saved, workspace};
use crate::gate::guards;
use crate::plan::{OneUser, Subject, UsersPlan, plan_of_user};
use crate::render::drift::Drifted;
use crate::render::escape;
use crate::render::plan::{self as face, Shown, Style};
use crate::render::report::RunReport;
use crate::render::workbook;

/// The message when only one user was read.
const WHOLE_PLANS: &str = "limits are judged over whole plans, by `rolewright plan` without `--user`";

/// Shows what would change. Writes to no application.
pub(super) fn run(global: &Global, arguments: &PlanArguments) -> Result<Exit, Stop> {
    if let (Some(base), Some(head)) = (&arguments.base, &arguments.head) {
        return super::impact::run(global, arguments, base, head);
    }
    let workspace = workspace::open(global, workspace::sources_at(global, arguments.revision.as_deref())?)?;
    let applications = workspace.applications(global.application.as_deref())?;
    if arguments.format == PlanFormat::Xlsx {
        fits_a_workbook(arguments, applications.len())?;
    }
    let redaction = Redaction::of_plans(&workspace)?;
    let mut planner =
        Planner { global, arguments, redaction: &redaction, said: Vec::new(), drifted: Vec::new() };
    let mut exit = Exit::Done;
    let mut found = arguments.user.is_none();
    for application in applications {
        let shown = planner.show(workspace.side(application));
        // If a plan failed, it is unknown whether the user would have been found.
        found = found || !matches!(shown, Ok(None));
        exit = exit.and(match shown {
            Ok(shown) => shown.unwrap_or(Exit::Done),
            Err(stop) => planner.failed(&application.name, &stop),
        });
        if arguments.output.is_none() {
            out::bytes(&harmless(std::mem::take(&mut planner.said), arguments.format));
        }
    }
    let Planner { said, drifted, .. } = planner;
    if let Some(path) = arguments.output.as_ref().filter(|_| !said.is_empty()) {
        out::file(path, &said).map_err(|error| Stop::error(format!("{}: {error}", path.display())))?;
    }
    if arguments.drift_issue {
        drift::tell(&drifted, redaction.counts_only())?;
    }
    match arguments.user.as_ref().filter(|_| !found) {
        Some(user) => Err(nobody(user)),
        None => Ok(exit),
    }
}

/// The output in a form that is safe to print, because the CI runner interprets it. A file gets the canonical bytes.
fn harmless(said: Vec<u8>, format: PlanFormat) -> Vec<u8> {
    match format {
        PlanFormat::Json => escape::json(String::from_utf8_lossy(&said).into_owned()).into_bytes(),
        PlanFormat::Human | PlanFormat::Lists | PlanFormat::Markdown | PlanFormat::Tsv | PlanFormat::Xlsx => {
            said
        }
    }
}

/// A workbook is about one application, and cannot be shown on a terminal.
fn fits_a_workbook(arguments: &PlanArguments, applications: usize) -> Result<(), Stop> {
    if applications != 1 {
        return Err(Stop::error("a workbook holds one application: name it with `--application NAME`"));
    }
    if arguments.output.is_none() && out::is_terminal() {
        return Err(Stop::error("a workbook is nothing for a terminal: name a file with `--output FILE`"));
    }
    Ok(())
}

/// Plans applications, and collects the output.
struct Planner<'p> {
    global: &'p Global,
    arguments: &'p PlanArguments,
    redaction: &'p Redaction,
    said: Vec<u8>,
    drifted: Vec<Drifted>,
}

impl Planner<'_> {
    /// Plans one application; none if it has no user named by `--user`.
    fn show(&mut self, side: Side<'_>) -> Result<Option<Exit>, Stop> {
        let instance = Instance::of_clone(&self.global.ledger, side, self.redaction);
        let world = match (&self.arguments.snapshot, &self.arguments.user) {
            (Some(folder), _) => saved::read(folder, side)?,
            (None, None) => read::world(side)?,
            (None, Some(user)) => {
                match look(&instance, user, |inputs, some| plan_of_user(inputs, some, user))? {
                    UserReading::World(world) => *world,
                    UserReading::Some(lines) => {
                        out::talk(&format!("{}: {WHOLE_PLANS}", side.policy.name));
                        return self.one_user(&instance, lines);
                    }
                }
            }
        };
        let world = instance.remembering(world);
        let evaluation = instance.evaluate(&world)?;
        let now = unix_seconds();
        let mut plan = instance.set_aside(sound(evaluation.plan())?, now);
        let verdict = guards(&plan, side.policy, plan.changes.iter(), &instance.past(now));
        let refusals = &verdict.refusals;
        let mut existing = match self.arguments.format {
            PlanFormat::Lists => evaluation.existing(&plan),
            PlanFormat::Human
            | PlanFormat::Markdown
            | PlanFormat::Tsv
            | PlanFormat::Json
            | PlanFormat::Xlsx => Vec::new(),
        };
        // Guards check the whole plan, because `apply` would make all of it.
        if let Some(user) = &self.arguments.user {
            let one = OneUser::new(&evaluation, user);
            existing.retain(|subject| one.is(subject));
            if !one.keep(&mut plan) && existing.is_empty() {
                return Ok(None);
            }
        }
        if self.redaction.hides() {
            existing.clear();
        }
        let redacted = self.redaction.shown(&plan);
        let shown = Shown { plan: &redacted, refusals };
        self.said.extend(show(self.arguments.format, &shown, &existing, self.style())?);
        let beside = in_force(self.arguments.format, &plan, side.policy, &verdict.allowed, now);
        self.said.extend(beside.into_bytes());
        let whole = if self.arguments.drift_issue { face::markdown(&shown) } else { String::new() };
        self.drifted.push(Drifted {
            differs: !plan.changes.is_empty() || !refusals.is_empty(),
            line: face::summary(&plan),
            whole,
            ..Drifted::of(&plan.instance())
        });
        let exit = match (refusals.is_empty(), plan.changes.is_empty()) {
            (false, _) => Exit::Refused,
            (true, false) if self.arguments.detailed_exitcode => Exit::Changes,
            (true, _) => Exit::Done,
        };
        // The process ends now, so freeing the memory piece by piece would only take time.
        std::mem::forget(evaluation);
        std::mem::forget(world);
        std::mem::forget(plan);
        Ok(Some(exit))
    }

    /// Shows the lines about one user, for whom only a part was read; guards need whole plans.
    fn one_user(&mut self, instance: &Instance<'_>, one: UsersPlan) -> Result<Option<Exit>, Stop> {
        if !one.found {
            return Ok(None);
        }
        let plan = sound(one.lines)?;
        let format = self.arguments.format;
        let existing = if self.redaction.hides() { &[][..] } else { &one.existing };
        let shown = Shown { plan: &self.redaction.shown(&plan), refusals: &[] };
        self.said.extend(show(format, &shown, existing, self.style())?);
        let beside = in_force(format, &plan, instance.policy(), &[], unix_seconds());
        self.said.extend(beside.into_bytes());
        let changes = !plan.changes.is_empty() && self.arguments.detailed_exitcode;
        Ok(Some(if changes { Exit::Changes } else { Exit::Done }))
    }

    /// Reports that an application could not be planned; the others are still shown.
    fn failed(&mut self, application: &str, stop: &Stop) -> Exit {
        out::talk(&format!("{application}: {}", self.redaction.words(&stop.message)));
        let line = self.redaction.words(stop.published());
        self.drifted.push(Drifted { differs: true, line, ..Drifted::of(application) });
        stop.exit
    }

    fn style(&self) -> Style {
        let colour = self.arguments.output.is_none() && out::colour(self.global.color);
        Style { colour, full: self.arguments.full }
    }
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
