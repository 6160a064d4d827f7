//! `check/path`: files that connections name are inside the workspace's data folder.

use super::context::Context;
use crate::language::documents::Placed;
use crate::model::{Finding, Location, is_git_folder};
use crate::yaml::Spanned;

const CODE: &str = "check/path";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut paths: Vec<(Location, &str)> = Vec::new();
    for directory in &context.documents.directories {
        let files = directory.file.iter().flat_map(|file| file.value.paths());
        let ca = directory.ldap.iter().filter_map(|ldap| ldap.value.ca.as_ref());
        paths.extend(files.chain(ca).map(|path| placed(directory, path)));
    }
    for application in &context.documents.applications {
        let sqlite = application
            .sqlite
            .iter()
            .flat_map(|sqlite| [Some(&sqlite.value.file), sqlite.value.start_from.as_ref()]);
        let file =
            application.file.iter().flat_map(|file| [Some(&file.value.accounts), file.value.groups.as_ref()]);
        let service = application.service().into_iter().flat_map(|service| service.value.files());
        let postgres = application.postgres.iter();
        let postgres = postgres.flat_map(|one| [one.value.ca.as_ref(), one.value.start_from.as_ref()]);
        let files = sqlite.chain(file).chain(postgres).flatten().chain(service);
        paths.extend(files.map(|path| placed(application, path)));
    }
    let wrong = paths.into_iter().filter_map(|(at, path)| Some((at, problem(path)?)));
    wrong
        .map(|(at, problem)| {
            Finding::error(CODE, problem, at, "this path")
                .help("write a path below the data folder: `people.yaml`, `contoso/users.ndjson`")
        })
        .collect()
}

fn placed<'d, T>(document: &Placed<T>, path: &'d Spanned<String>) -> (Location, &'d str) {
    (document.place(path.span), &path.value)
}

fn problem(path: &str) -> Option<&'static str> {
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with(['/', '~']) || drive {
        return Some("the path is absolute");
    }
    if path.contains('\\') {
        return Some("the path holds a `\\`: its parts are separated by `/`");
    }
    if path.split('/').any(|part| part == "..") {
        return Some("the path leads out of the data folder");
    }
    if path.split('/').any(is_git_folder) {
        return Some("the path leads into git's own folder");
    }
    path.split('/')
        .any(|part| part.is_empty() || part == ".")
        .then_some("the path has an empty part or a `.`")
}
