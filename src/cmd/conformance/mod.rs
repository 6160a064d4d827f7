//! `rolewright conformance`: does an application do what Rolewright builds on? Tries it with throw-away accounts, by the same
//! writer and reader as a run.

mod attributes;
mod own_group;
mod sandbox;
mod statement;
mod trial;
mod verdict;

use super::args::{ConformanceArguments, Global};
use super::branch::Branch;
use super::choices::DoctorFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::{out, signals, workspace};
use crate::doctor::{Line, Outcome, Step};
use crate::model::ApplicationConnection;
use crate::policy::ApplicationPolicy;
use crate::render;
use sandbox::Sandbox;
use statement::STATEMENTS;
use verdict::Verdict;

/// Why an application cannot be tried.
fn untried(application: &ApplicationPolicy) -> Option<&'static str> {
    let is_read_only = matches!(application.connection, ApplicationConnection::File { .. });
    let problems = [
        (is_read_only, "is kept in files, which are read only: nothing can be tried"),
        (
            application.link.is_in_ledger(),
            "keeps no link, so throw-away accounts could not be found again: it cannot be tried",
        ),
    ];
    problems.into_iter().find(|(holds, _)| *holds).map(|(_, problem)| problem)
}

/// Tries every statement with one application of the protected branch, whatever is checked out: no policies that a pull
/// request chose say where throw-away accounts are made, nor which credential goes there.
pub(super) fn run(global: &Global, arguments: &ConformanceArguments) -> Result<Exit, Stop> {
    let branch = Branch::find(global, arguments.branch.as_deref())?;
    let tip = branch.tip()?;
    let workspace = workspace::open(global, branch.repository.read(&tip)?)?;
    branch.check(&workspace.policies.workspace.protected_branch)?;
    let applications = workspace.applications(global.application.as_deref())?;
    let [application] = applications.as_slice() else {
        return Err(Stop::new(Code::OneApplication, "name the application to try with `--application`"));
    };
    if !arguments.allow_writes {
        return Err(Stop::new(
            Code::Argument,
            format!(
                "this creates, changes and deletes throw-away accounts in `{}`: run it where that does no harm, and allow it with `--allow-writes`",
                application.name
            ),
        ));
    }
    if let Some(problem) = untried(application) {
        return Err(Stop::new(Code::UnsupportedApplication, format!("`{}` {problem}", application.name)));
    }
    // Asked to end, it goes no further, and cleans up.
    let _guard = signals::while_writing();
    let mut sandbox = Sandbox::new(workspace.side(application), arguments.right.as_deref())?;
    let subject = format!("application `{}`", application.name);
    let mut lines = Vec::new();
    for statement in STATEMENTS {
        if signals::were_asked_to_end() {
            break;
        }
        out::talk(&format!("{}: {}", application.name, statement.says));
        let verdict = (statement.check)(&mut sandbox).unwrap_or_else(Verdict::failed);
        let message = format!("{}: {}", statement.says, verdict.message);
        let line = Line::new(&subject, Step::Behaviour, verdict.outcome, message);
        let advice = (verdict.outcome != Outcome::Passed).then_some(statement.advice);
        lines.push(Line { advice, ..line });
    }
    let remains = sandbox.clean_up();
    for one in &remains {
        out::talk(&format!("still there, delete it by hand: {one}"));
    }
    let code = crate::doctor::exit_code(&lines);
    out::data(&match arguments.format {
        DoctorFormat::Human => render::doctor::text(&lines),
        DoctorFormat::Json => render::doctor::json(&lines, code),
    });
    let is_whole = remains.is_empty() && lines.len() == STATEMENTS.len();
    Ok(if code == 0 && is_whole { Exit::Done } else { Exit::Error })
}
