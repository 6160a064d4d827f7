//! `rolewright plan`

use super::args::{Global, PlanArguments};
use super::choices::PlanFormat;
use super::clock::unix_seconds;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::in_force::in_force;
use super::instance::{Instance, sound};
use super::one_user::{UserReading, look, nobody};
use super::outputs::{Target, targets};
use super::privacy::Redaction;
use super::workspace::Side;
use super::{drift, out, read, saved, workspace};
use crate::gate::{Refusal, guards};
use crate::plan::{OneUser, Plan, Subject, UsersPlan, plan_of_user};
use crate::render::drift::Drifted;
use crate::render::escape;
use crate::render::html::{HtmlPart, html};
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
    let targets = targets(arguments.format, &arguments.output);
    for target in targets.iter().filter(|target| target.format == PlanFormat::Xlsx) {
        not_on_a_terminal(target)?;
    }
    let redaction = Redaction::of_plans(&workspace)?;
    let mut planner =
        Planner { global, arguments, redaction: &redaction, targets, pages: Vec::new(), drifted: Vec::new() };
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
        planner.print();
    }
    planner.finish_pages()?;
    let Planner { targets, drifted, .. } = planner;
    targets.into_iter().try_for_each(Target::finish)?;
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
        PlanFormat::Human
        | PlanFormat::Lists
        | PlanFormat::Markdown
        | PlanFormat::Tsv
        | PlanFormat::Html
        | PlanFormat::Xlsx => said,
    }
}

/// A workbook cannot be shown on a terminal.
fn not_on_a_terminal(target: &Target<PlanFormat>) -> Result<(), Stop> {
    if target.is_stdout() && out::is_terminal() {
        return Err(Stop::new(
            Code::Argument,
            "refusing to write a workbook to a terminal: name a file with `--output FILE`",
        ));
    }
    Ok(())
}

/// Plans applications, and collects the output.
struct Planner<'p> {
    global: &'p Global,
    arguments: &'p PlanArguments,
    redaction: &'p Redaction,
    targets: Vec<Target<PlanFormat>>,
    /// What a page or a workbook shows, once all of it is known.
    pages: Vec<Page>,
    drifted: Vec<Drifted>,
}

/// A plan, and the limits that it exceeds.
struct Page {
    plan: Plan,
    refusals: Vec<Refusal>,
}

impl Planner<'_> {
    /// Plans one application; none if it has no user named by `--user`.
    fn show(&mut self, side: Side<'_>) -> Result<Option<Exit>, Stop> {
        if !side.policy.enabled {
            out::talk(&format!("{}: not enabled: `apply` makes none of these changes", side.policy.name));
        }
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
        let lists = self.targets.iter().any(|target| target.format == PlanFormat::Lists);
        let mut existing = if lists { evaluation.existing(&plan) } else { Vec::new() };
        // Guards check the whole plan, because `apply` would make all of it.
        if let Some(user) = &self.arguments.user {
            let one = OneUser::new(&evaluation, &plan, user);
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
        self.say(&shown, &existing, |format| in_force(format, &plan, side.policy, &verdict.allowed, now))?;
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
        let existing = if self.redaction.hides() { &[][..] } else { &one.existing };
        let shown = Shown { plan: &self.redaction.shown(&plan), refusals: &[] };
        let now = unix_seconds();
        self.say(&shown, existing, |format| in_force(format, &plan, instance.policy(), &[], now))?;
        let changes = !plan.changes.is_empty() && self.arguments.detailed_exitcode;
        Ok(Some(if changes { Exit::Changes } else { Exit::Done }))
    }

    /// Reports that an application could not be planned; the others are still shown.
    fn failed(&mut self, application: &str, stop: &Stop) -> Exit {
        let words = self.redaction.words(&stop.message);
        out::talk(&format!("{application}: {}", stop.line_with(&words)));
        let line = self.redaction.words(stop.published());
        self.drifted.push(Drifted { differs: true, line, ..Drifted::of(application) });
        stop.exit
    }

    /// Shows a plan at every target, with what stands beside it there.
    fn say(
        &mut self,
        shown: &Shown<'_>,
        existing: &[Subject],
        beside: impl Fn(PlanFormat) -> String,
    ) -> Result<(), Stop> {
        let full = self.arguments.full;
        for target in &mut self.targets {
            let colour = target.is_stdout() && out::colour(self.global.color);
            target.say(&show(target.format, shown, existing, Style { colour, full })?);
            target.say(beside(target.format).as_bytes());
        }
        if self.targets.iter().any(|target| matches!(target.format, PlanFormat::Html | PlanFormat::Xlsx)) {
            self.pages.push(Page { plan: shown.plan.clone(), refusals: shown.refusals.to_vec() });
        }
        Ok(())
    }

    /// Prints what stdout has so far, so that one application does not wait for the next.
    fn print(&mut self) {
        for target in self.targets.iter_mut().filter(|target| target.is_stdout()) {
            out::bytes(&harmless(target.take(), target.format));
        }
    }

    /// Writes pages and workbooks, which show all applications together.
    fn finish_pages(&mut self) -> Result<(), Stop> {
        let pages = self.pages.iter();
        let parts: Vec<HtmlPart<'_>> =
            pages.map(|Page { plan, refusals }| HtmlPart::of_plan(plan, refusals)).collect();
        for target in self.targets.iter_mut().filter(|target| target.format == PlanFormat::Html) {
            let page =
                html("What the policies would change", "The plan, before anything is written.", &parts);
            target.say(page.map_err(|error| Stop::new(Code::Defect, error.to_string()))?.as_bytes());
        }
        let pages = self.pages.iter().map(|Page { plan, refusals }| Shown { plan, refusals });
        let reports: Vec<RunReport<'_>> = pages.map(|shown| RunReport::of_plan(&shown)).collect();
        for target in self.targets.iter_mut().filter(|target| target.format == PlanFormat::Xlsx) {
            target.say(&workbook(&reports).map_err(|error| Stop::new(Code::Defect, error.to_string()))?);
        }
        self.print();
        Ok(())
    }
}

fn show(format: PlanFormat, shown: &Shown<'_>, existing: &[Subject], style: Style) -> Result<Vec<u8>, Stop> {
    Ok(match format {
        PlanFormat::Human => face::terminal(shown, style).into_bytes(),
        PlanFormat::Lists => face::lists(shown, existing).into_bytes(),
        PlanFormat::Markdown => face::markdown(shown).into_bytes(),
        PlanFormat::Tsv => face::tsv(shown).into_bytes(),
        PlanFormat::Html | PlanFormat::Xlsx => Vec::new(),
        PlanFormat::Json => {
            let mut bytes =
                shown.plan.canonical_json().map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
            bytes.push(b'\n');
            bytes
        }
    })
}
