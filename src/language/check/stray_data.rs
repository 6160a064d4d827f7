//! `check/stray-data`: a file of people or accounts among the policies is named by a connection. One that is not, because
//! the connection's path is mistyped or nothing names it any more, would be read as a policy.

use super::context::Context;
use crate::language::read::relative;
use crate::model::{Finding, Location, nearest};
use std::collections::BTreeSet;

const CODE: &str = "check/stray-data";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let (read, sources) = (context.read, context.sources);
    let there: BTreeSet<&str> = sources.iter().map(|(_, file)| relative(sources, &file.path)).collect();
    let missing: Vec<(&str, Location)> =
        named(context).into_iter().filter(|(path, _)| !there.contains(path)).collect();
    let findings = read.stray_nodes.iter().map(|(file, what, span)| {
        let path = relative(sources, &sources.file(*file).path);
        let message = format!("`{path}` holds {what}, which are data, and no connection names it");
        let finding = Finding::error(CODE, message, Location { file: *file, span: *span }, "data, no policy");
        let names: Vec<&str> = missing.iter().map(|(path, _)| *path).collect();
        let meant = nearest(path, &names).or(names.first().copied().filter(|_| names.len() == 1));
        match missing.iter().find(|(name, _)| Some(*name) == meant) {
            Some((name, at)) => finding
                .and(*at, "there is no such file among the policies")
                .help(format!("write `{path}` instead of `{name}`, or name the folder of `{name}` with `--data`")),
            None => finding.help(format!(
                "name it (`file: {{ people: {path} }}` of a Directory, `startFrom: {path}` of an Application), or move it out of \
                 the policies' folder"
            )),
        }
    });
    findings.collect()
}

/// The YAML files that connections name as data, each with its place.
fn named<'d>(context: &Context<'d>) -> Vec<(&'d str, Location)> {
    let documents = context.documents;
    let people = documents.directories.iter().filter_map(|directory| {
        let people = directory.file.as_ref()?.value.people.as_ref()?;
        Some((people.value.as_str(), directory.place(people.span)))
    });
    let start = documents.applications.iter().filter_map(|application| {
        let start = application.sqlite.as_ref()?.value.start_from.as_ref()?;
        Some((start.value.as_str(), application.place(start.span)))
    });
    people.chain(start).collect()
}
