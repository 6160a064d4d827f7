//! What `apply` says on stdout and in files: each change as it is made, and what came of the runs once they ended.

use crate::cmd::args::ApplyArguments;
use crate::cmd::choices::{ApplyFormat, Colour};
use crate::cmd::code::Code;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::out;
use crate::cmd::outputs::{Target, targets};
use crate::cmd::privacy::Redaction;
use crate::cmd::run_line::run_line;
use crate::cmd::run_mail::RunProgress;
use crate::gate::{Refusal, RunRecord};
use crate::plan::Plan;
use crate::render::html::runs_page;
use crate::render::report::{ChangeResult, RunReport};
use crate::render::workbook;
use std::cell::RefCell;

/// Where a command says what it does.
pub(in crate::cmd) struct Voice {
    targets: RefCell<Vec<Target<ApplyFormat>>>,
    colour: Colour,
    ended: RefCell<Vec<Ended>>,
}

/// How the run of one application ended, as it may be shown.
struct Ended {
    application: String,
    instance: String,
    exit: Exit,
    record: Option<RunRecord>,
    plan: Option<Plan>,
    results: Vec<ChangeResult>,
    refusals: Vec<Refusal>,
    window: Option<String>,
    problem: Option<String>,
}

impl Voice {
    /// By the flags.
    ///
    /// # Errors
    /// A workbook would go to a terminal.
    pub(in crate::cmd) fn of(arguments: &ApplyArguments, colour: Colour) -> Result<Self, Stop> {
        let targets = targets(arguments.format, &arguments.output);
        let workbook = |target: &Target<ApplyFormat>| {
            target.format == ApplyFormat::Xlsx && target.is_stdout() && out::is_terminal()
        };
        if targets.iter().any(workbook) {
            return Err(Stop::new(
                Code::Argument,
                "refusing to write a workbook to a terminal: name a file with `--output xlsx=FILE`",
            ));
        }
        Ok(Self { targets: RefCell::new(targets), colour, ended: RefCell::new(Vec::new()) })
    }

    /// Says nothing.
    pub(in crate::cmd) fn silent() -> Self {
        Self { targets: RefCell::default(), colour: Colour::Never, ended: RefCell::default() }
    }

    /// Whether what is said for people may have colour: not in a file.
    pub(super) fn colour(&self) -> bool {
        let files = |target: &Target<ApplyFormat>| target.format == ApplyFormat::Human && !target.is_stdout();
        !self.targets.borrow().iter().any(files) && out::colour(self.colour)
    }

    /// Says something for people, at once.
    pub(super) fn say(&self, text: &str) {
        for target in self.targets.borrow_mut().iter_mut() {
            if target.format == ApplyFormat::Human {
                target.say(text.as_bytes());
                target.print();
            }
        }
    }

    /// Keeps how a run ended, for what is shown when all have.
    ///
    /// # Errors
    /// It is not known how people may be named.
    pub(super) fn ended(
        &self,
        application: &str,
        instance: String,
        progress: &RunProgress,
        ended: &Result<Exit, Stop>,
    ) -> Result<(), Stop> {
        if self.targets.borrow().iter().all(|target| target.format == ApplyFormat::Human) {
            return Ok(());
        }
        let exit = *ended.as_ref().unwrap_or_else(|stop| &stop.exit);
        let record = progress.listed.as_ref().or(progress.record.as_ref()).cloned();
        let privacy = progress.carried.as_ref().and_then(|carried| carried.privacy.last().copied().flatten());
        let context = record.as_ref().map_or(application, |record| record.run.as_str());
        let redaction = Redaction::of(privacy, context)?;
        let results = progress.results.iter().map(|result| match result {
            ChangeResult::Failed(problem) => ChangeResult::Failed(redaction.words(problem)),
            ChangeResult::Planned | ChangeResult::Made | ChangeResult::Waits | ChangeResult::NotWritten => {
                result.clone()
            }
        });
        self.ended.borrow_mut().push(Ended {
            application: application.to_owned(),
            instance,
            exit,
            record,
            plan: progress.plan.as_ref().map(|plan| redaction.shown(plan).into_owned()),
            results: results.collect(),
            refusals: progress.refusals.clone(),
            window: progress.window.clone(),
            problem: ended.as_ref().err().map(|stop| redaction.words(&stop.message)),
        });
        Ok(())
    }

    /// Shows what came of all runs, and writes the files.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn finish(self) -> Result<(), Stop> {
        let ended = self.ended.into_inner();
        let reports: Vec<RunReport<'_>> = ended.iter().map(Ended::report).collect();
        for mut target in self.targets.into_inner() {
            match target.format {
                ApplyFormat::Human => {}
                ApplyFormat::Json => {
                    for Ended { instance, record, .. } in &ended {
                        if let Some(record) = record {
                            target.say(run_line(instance, record)?.as_bytes());
                        }
                    }
                }
                ApplyFormat::Html => {
                    let summary = "What was merged to the protected branch, and the result of each change.";
                    let page = runs_page("What the run did", summary, &reports);
                    target.say(page.map_err(|error| Stop::new(Code::Defect, error.to_string()))?.as_bytes());
                }
                ApplyFormat::Xlsx => {
                    target.say(
                        &workbook(&reports).map_err(|error| Stop::new(Code::Defect, error.to_string()))?,
                    );
                }
            }
            target.print();
            target.finish()?;
        }
        Ok(())
    }
}

impl Ended {
    fn report(&self) -> RunReport<'_> {
        RunReport {
            application: &self.application,
            run: self.record.as_ref(),
            ended: self.exit.word(),
            plan: self.plan.as_ref(),
            results: &self.results,
            refusals: &self.refusals,
            window: self.window.as_deref(),
            problem: self.problem.as_deref(),
        }
    }
}
