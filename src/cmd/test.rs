//! `rolewright test`

use super::args::{Global, TestArguments};
use super::choices::TestFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::outputs::{show, targets};
use super::{out, workspace};
use crate::render::trial::{ShownTrials, json, junit, page, text};
use crate::trial;

/// Runs the policies' own tests. Reads no directory and no application.
pub(super) fn run(global: &Global, arguments: &TestArguments) -> Result<Exit, Stop> {
    let workspace = workspace::open(global, workspace::sources(global)?)?;
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let (mut trials, mut coverage, mut mutations) = (Vec::new(), Vec::new(), Vec::new());
    for application in workspace.applications(global.application.as_deref())? {
        trials.extend(trial::run(&workspace.policies, application, filter));
        if arguments.coverage || arguments.require_coverage {
            coverage.push(trial::coverage(application, &trials));
        }
        if arguments.mutate {
            mutations.push(trial::mutate(&workspace.policies, application, filter));
        }
    }
    if trials.is_empty() && !filter.is_empty() {
        return Err(Stop::new(Code::UnknownName, format!("no test's id or file contains `{filter}`")));
    }
    let required = arguments.require_coverage;
    let shown = ShownTrials { trials: &trials, coverage: &coverage, required, mutations: &mutations };
    show(targets(arguments.format, &arguments.output), |target| match target.format {
        TestFormat::Human => Ok(text(shown, target.is_stdout() && out::colour(global.color))),
        TestFormat::Json => Ok(json(shown)),
        TestFormat::Junit => Ok(junit(shown)),
        TestFormat::Html => page(shown).map_err(|error| Stop::new(Code::Defect, error.to_string())),
    })?;
    let covered = !required || coverage.iter().all(|coverage| coverage.untouched.is_empty());
    let missed = mutations.iter().all(|mutation| mutation.survived.is_empty());
    Ok(if shown.failed() == 0 && covered && missed { Exit::Done } else { Exit::Error })
}
