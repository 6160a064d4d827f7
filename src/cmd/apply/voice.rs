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
use std::cell::{Cell, RefCell};

/// Where a command says what it does.
pub(in crate::cmd) struct Voice {
    targets: RefCell<Vec<Target<ApplyFormat>>>,
    colour: Colour,
    ended: RefCell<Vec<Ended>>,
    /// Where CI publishes the page; none: nowhere.
    page_address: Option<String>,
    /// Whether names of a run may not be shown where such a page is seen.
    hides: Cell<bool>,
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
        let has_page = targets.iter().any(|target| target.format == ApplyFormat::Html);
        Ok(Self {
            targets: RefCell::new(targets),
            colour,
            ended: RefCell::default(),
            page_address: arguments.report_url.clone().filter(|_| has_page),
            hides: Cell::new(false),
        })
    }

    /// Says nothing.
    pub(in crate::cmd) fn silent() -> Self {
        Self {
            targets: RefCell::default(),
            colour: Colour::Never,
            ended: RefCell::default(),
            page_address: None,
            hides: Cell::new(false),
        }
    }

    /// Where CI publishes the page of the runs; none: there is no such page.
    pub(super) fn page_address(&self) -> Option<&str> {
        self.page_address.as_deref()
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
        let context = record.as_ref().map_or(application, |record| record.run.as_str());
        let redaction = redaction(progress, context)?;
        self.hides.set(self.hides.get() || redaction.hides());
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
                // One that CI publishes stays for a while, so pseudonyms are not enough.
                ApplyFormat::Html if self.page_address.is_some() && self.hides.get() => {
                    out::talk("no page is written: `privacy` in the Workspace forbids names here");
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

/// What may be shown of people: nothing that the settled policies or these hide.
fn redaction(progress: &RunProgress, context: &str) -> Result<Redaction, Stop> {
    let privacy = progress.carried.iter().flat_map(|carried| &carried.privacy);
    let mut strictest: Option<Redaction> = None;
    for privacy in privacy {
        let other = Redaction::of(*privacy, context)?;
        strictest = Some(match strictest {
            Some(redaction) => redaction.stricter(other),
            None => other,
        });
    }
    strictest.map_or_else(|| Redaction::of(None, context), Ok)
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
