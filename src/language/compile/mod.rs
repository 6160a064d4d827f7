//! Compiles typed documents to policies: names become slots and indices, patterns and expressions are compiled.

mod application;
pub(super) mod calendar;
mod compiler;
mod condition;
mod connection;
mod connector;
mod constraint;
mod directory;
mod expression;
mod group;
mod lifecycle;
mod names;
mod people;
mod policy_tests;
mod profile;
mod rate_limit;
mod report;
mod rules;
mod test_groups;
mod test_values;
mod value;

use super::documents::{Documents, Placed};
use crate::language::document::{Shorthand, WorkspaceDocument};
use crate::model::{Finding, SourceSet};
use crate::policy::{DirectoryPolicy, PolicySet, Review, Workspace};
use report::Report;

/// Compiles the documents of a workspace: gives every application without errors, and findings about the others.
pub(super) fn compile(documents: &Documents, sources: &SourceSet) -> (Option<PolicySet>, Vec<Finding>) {
    let mut report = Report { sources, findings: Vec::new() };
    let mut applications: Vec<_> = documents
        .applications
        .iter()
        .filter_map(|application| application::application(&mut report, documents, application))
        .collect();
    applications.sort_by(|one, other| one.name.cmp(&other.name));
    let mut directories: Vec<DirectoryPolicy> = Vec::new();
    for document in &documents.directories {
        directories.extend(directory::directory(&mut report, document, &applications));
    }
    directories.sort_by(|one, other| one.name.cmp(&other.name));
    let workspace = documents.workspaces.first().map(workspace);
    (workspace.map(|workspace| PolicySet { workspace, directories, applications }), report.findings)
}

fn workspace(document: &Placed<WorkspaceDocument>) -> Workspace {
    let document = &document.document;
    let environment =
        document.environments.as_ref().and_then(|environments| environments.value.iter().next());
    let branch =
        environment.map(|(_, environment)| &environment.branch).or(document.protected_branch.as_ref());
    Workspace {
        name: document.name.value.clone(),
        protected_branch: branch.map_or(String::new(), |branch| branch.value.clone()),
        environment: environment.map_or_else(|| "default".to_owned(), |(name, _)| name.value.clone()),
        previous_environment: environment
            .and_then(|(_, environment)| environment.previously.as_ref())
            .map(|name| name.value.clone()),
        review: document.review.as_ref().map_or(Review::None, |review| match review {
            Shorthand::Text(word) => (*word).into(),
            Shorthand::Object(review) => review.forge.into(),
        }),
        privacy: document.privacy,
        secret_prefixes: document.secret_prefixes.clone().unwrap_or_else(|| vec!["ROLEWRIGHT_".to_owned()]),
        mail: document.mail.as_ref().map(connection::mail),
    }
}
