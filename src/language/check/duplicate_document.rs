//! `check/duplicate-document`: a document that may exist only once exists once (the policy language, 1).

use super::context::Context;
use crate::language::document::AttributeMappingDocument;
use crate::language::documents::{Documents, Placed, names};
use crate::model::{Finding, Location};
use std::collections::BTreeMap;

const CODE: &str = "check/duplicate-document";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let documents = context.documents;
    let mut findings = Vec::new();
    let workspaces = documents.workspaces.iter().map(|workspace| ("", workspace.place(workspace.name.span)));
    findings.extend(again(workspaces, |_| "a second `Workspace`".to_owned()));
    let directories = names(&documents.directories, |directory| &directory.name);
    findings.extend(again(directories, |name| format!("a second `Directory` with the name `{name}`")));
    let applications = names(&documents.applications, |application| &application.name);
    findings.extend(again(applications, |name| format!("a second `Application` with the name `{name}`")));
    let profiles = names(&documents.profiles, |profile| &profile.name);
    findings.extend(again(profiles, |name| format!("a second `Profile` with the name `{name}`")));
    let connectors = names(&documents.connectors, |connector| &connector.name);
    findings.extend(again(connectors, |name| format!("a second `Connector` with the name `{name}`")));
    findings.extend(one_an_application(documents));
    findings
}

fn one_an_application(documents: &Documents) -> Vec<Finding> {
    let second = |kind: &'static str| {
        move |name: &str| match name {
            "*" => format!("a second `{kind}` for every application"),
            name => format!("a second `{kind}` for the application `{name}`"),
        }
    };
    let defaults = names(&documents.defaults, |document| &document.application);
    let constraints = names(&documents.constraints, |document| &document.application);
    let lifecycles = names(&documents.lifecycles, |document| &document.application);
    let mut findings = mappings(documents);
    findings.extend(again(defaults, second("Defaults")));
    findings.extend(again(constraints, second("Constraints")));
    findings.extend(again(lifecycles, second("Lifecycle")));
    findings
}

/// There may be one mapping for all account types, and one more for each account type.
fn mappings(documents: &Documents) -> Vec<Finding> {
    let key = |mapping: &Placed<AttributeMappingDocument>| {
        let kind =
            mapping.account_type.as_ref().map(|kind| format!(" and the account type `{}`", kind.value));
        format!("`{}`{}", mapping.application.value, kind.unwrap_or_default())
    };
    let found =
        documents.mappings.iter().map(|mapping| (key(mapping), mapping.place(mapping.application.span)));
    again(found, |key| format!("a second `AttributeMapping` for the application {key}"))
}

fn again(
    documents: impl Iterator<Item = (impl Into<String>, Location)>,
    message: impl Fn(&str) -> String,
) -> Vec<Finding> {
    let mut first: BTreeMap<String, Location> = BTreeMap::new();
    let mut findings = Vec::new();
    for (name, at) in documents {
        let name = name.into();
        match first.get(&name) {
            None => drop(first.insert(name, at)),
            Some(earlier) => findings.push(
                Finding::error(CODE, message(&name), at, "again here")
                    .and(*earlier, "first here")
                    .help("join them in one document, or rename one"),
            ),
        }
    }
    findings
}
