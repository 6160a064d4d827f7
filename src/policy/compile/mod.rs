//! Typed documents to the compiled policies: names become slots and indices, patterns and expressions are compiled.

mod application;
pub(super) mod calendar;
mod condition;
mod constraint;
mod expression;
mod group;
mod lifecycle;
mod names;
mod notify;
mod overrides;
mod people;
mod policy_tests;
mod report;
mod rules;
mod test_groups;
mod test_values;
mod value;

use super::documents::{Documents, Placed};
use super::finding::Finding;
use super::set::{
    ApplicationPolicy, AttributeKind, DirectoryAttribute, DirectoryPolicy, PolicySet, Workspace,
};
use crate::model::{DirectoryConnection, SourceSet};
use crate::policy::document::{
    DirectoryDocument, DirectoryForm, WorkspaceDocument, known_user_attribute, known_user_attributes,
};
use report::Report;

/// Compiles the documents of a workspace: every application that is sound, and what is wrong with the others.
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
        if let Some(mut directory) = directory(&mut report, document) {
            directory.attributes = attributes(document, &applications);
            directories.push(directory);
        }
    }
    directories.sort_by(|one, other| one.name.cmp(&other.name));
    let workspace = documents.workspaces.first().map(workspace);
    (workspace.map(|workspace| PolicySet { workspace, directories, applications }), report.findings)
}

fn directory(report: &mut Report<'_>, document: &Placed<DirectoryDocument>) -> Option<DirectoryPolicy> {
    let file = &document.document.file;
    let connection = match report.shape(document.file(), file.value.form(file.span))? {
        DirectoryForm::People(path) => DirectoryConnection::People { path: path.value.clone() },
        DirectoryForm::Ndjson(users, groups, members) => DirectoryConnection::Ndjson {
            users: users.value.clone(),
            groups: groups.value.clone(),
            members: members.value.clone(),
        },
    };
    let prefix = document.document.groups.as_ref().and_then(|groups| groups.prefix.as_ref());
    Some(DirectoryPolicy {
        name: document.document.name.value.clone(),
        connection,
        group_prefix: prefix.map_or(String::new(), |prefix| prefix.value.clone()),
        groups_under: document
            .document
            .groups
            .as_ref()
            .and_then(|groups| groups.under.as_ref())
            .map(|under| under.value.clone())
            .filter(|under| under != "*"),
        nested_groups: document.document.nested_groups.unwrap_or(true),
        attributes: Vec::new(),
    })
}

/// The user attributes that any application reads from a directory, by the names that this directory has for them; one
/// that only another directory declares is not read from this one.
fn attributes(
    document: &Placed<DirectoryDocument>,
    applications: &[ApplicationPolicy],
) -> Vec<DirectoryAttribute> {
    let readers =
        applications.iter().filter(|application| application.directories.contains(&document.name.value));
    let needed = readers.clone().flat_map(|application| &application.user_attributes);
    let enabled = DirectoryAttribute {
        name: "accountEnabled".to_owned(),
        source: "accountEnabled".to_owned(),
        kind: AttributeKind::Boolean,
    };
    let mut attributes = vec![enabled];
    if readers.clone().any(|application| application.watches_all) {
        attributes.extend(every_attribute(document));
    }
    attributes.extend(needed.filter_map(|attribute| {
        let declared = document.attributes.as_ref().and_then(|table| table.get(&attribute.name));
        let source = match declared {
            Some(source) => source.0.value.clone(),
            None => known_user_attribute(&attribute.name).map(|_| attribute.name.clone())?,
        };
        Some(DirectoryAttribute { source, ..attribute.clone() })
    }));
    attributes.sort();
    attributes.dedup();
    attributes
}

/// All that a directory gives: what needs no declaration, and what it declares.
fn every_attribute(document: &Placed<DirectoryDocument>) -> Vec<DirectoryAttribute> {
    let declared = document.attributes.iter().flat_map(|table| table.iter());
    let declared = declared.map(|(name, source)| DirectoryAttribute {
        name: name.value.clone(),
        source: source.0.value.clone(),
        kind: AttributeKind::Text,
    });
    let is_declared =
        |name: &str| document.attributes.as_ref().is_some_and(|table| table.get(name).is_some());
    let known = known_user_attributes().into_iter().filter_map(|name| {
        let kind = known_user_attribute(&name)?;
        Some(DirectoryAttribute { source: name.clone(), name, kind })
    });
    declared.chain(known.filter(|attribute| !is_declared(&attribute.name))).collect()
}

fn workspace(document: &Placed<WorkspaceDocument>) -> Workspace {
    let document = &document.document;
    let environment =
        document.environments.as_ref().and_then(|environments| environments.value.iter().next());
    let branch =
        environment.map(|(_, environment)| &environment.branch).or(document.protected_branch.as_ref());
    let prefix = document.ledger.as_ref().and_then(|ledger| ledger.prefix.as_ref());
    Workspace {
        name: document.name.value.clone(),
        protected_branch: branch.map_or(String::new(), |branch| branch.value.clone()),
        environment: environment.map_or_else(|| "default".to_owned(), |(name, _)| name.value.clone()),
        secret_prefixes: document.secret_prefixes.clone().unwrap_or_else(|| vec!["ROLEWRIGHT_".to_owned()]),
        ledger_prefix: prefix.map_or_else(|| "refs/rolewright".to_owned(), |prefix| prefix.value.clone()),
        mail: document.mail.as_ref().map(notify::mail),
    }
}
