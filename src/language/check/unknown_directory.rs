//! `check/unknown-directory`: an application's users come from declared directories, each named once.

use super::context::Context;
use crate::language::document::Kind;
use crate::language::spelling;
use crate::model::Finding;

const CODE: &str = "check/unknown-directory";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let known = context.read.declared(Kind::Directory);
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        for (at, reference) in application.directories.iter().enumerate() {
            let name = &reference.name;
            let place = application.place(name.span);
            if let Some(first) =
                application.directories[..at].iter().find(|earlier| earlier.name.value == name.value)
            {
                let message = format!("the directory `{}` is named twice", name.value);
                findings.push(
                    Finding::error(CODE, message, place, "again here")
                        .and(application.place(first.name.span), "first here"),
                );
            }
            if known.as_ref().is_some_and(|known| !known.contains(&name.value.as_str())) {
                let message = format!("no directory is called `{}`", name.value);
                let names = known.iter().flatten().copied();
                findings.push(
                    Finding::error(CODE, message, place, "not declared")
                        .help(spelling::help(&name.value, names)),
                );
            }
        }
    }
    findings
}
