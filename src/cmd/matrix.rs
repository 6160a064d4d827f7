//! `rolewright matrix`: the applications that are due, as the jobs of a CI system. It reads the branch and the ledger, no directory and
//! no application.

use super::args::Global;
use super::branch::Branch;
use super::choices::MatrixFormat;
use super::clock::unix_seconds;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::matrix_args::MatrixArguments;
use super::workspace::Side;
use super::{out, workspace};
use crate::gate::{DueCause, LedgerLook};
use crate::ledger::Ledger;
use crate::model::Period;
use crate::render::matrix::{DueApplication, github, gitlab};

/// Prints the jobs. Starts no run.
pub(super) fn run(global: &Global, arguments: &MatrixArguments) -> Result<Exit, Stop> {
    let now = unix_seconds();
    let since = arguments.since.as_deref().map(Period::parse).transpose();
    let since = since.map_err(|error| Stop::new(Code::Argument, format!("`--since`: {error}")))?;
    let since = since.map(|period| now - period.seconds());
    let branch = Branch::find(global, None)?;
    let workspace = workspace::open(global, branch.repository.read(&branch.tip()?)?)?;
    let mut due = Vec::new();
    for application in workspace.applications(global.application.as_deref())? {
        let side = workspace.side(application);
        if !application.enabled {
            continue;
        }
        let cause =
            if arguments.all { Some(DueCause::Merge) } else { cause(global, &branch, side, since, now)? };
        due.extend(cause.map(|cause| DueApplication {
            application: application.name.clone(),
            environment: workspace.policies.workspace.environment.to_string(),
            cause: cause.word(),
        }));
    }
    out::data(&match arguments.format {
        MatrixFormat::Github => github(&due),
        MatrixFormat::Gitlab => gitlab(&due, &arguments.template),
    });
    Ok(Exit::Done)
}

/// Why an application is due, by its ledger; one that was renamed has none yet, and is due.
fn cause(
    global: &Global,
    branch: &Branch,
    side: Side<'_>,
    since: Option<i64>,
    now: i64,
) -> Result<Option<DueCause>, Stop> {
    let git = branch.repository.git_folder();
    let loaded = Ledger::open(git, &global.ledger, &side.instance(), branch.remote())?.load()?;
    let policy = side.digest()?.to_string();
    let look = LedgerLook {
        state: &loaded.state,
        last: loaded.runs.first(),
        policy: &policy,
        schedule: side.policy.schedule.as_ref(),
        since,
    };
    Ok(look.due(now))
}
