//! A directory's document to its policy: how it is reached, and what the applications ask of it (the policy language, 5).

use super::credential::entra_credential;
use super::ldap;
use super::report::Report;
use crate::language::document::{self, DirectoryDocument, DirectoryForm};
use crate::language::documents::Placed;
use crate::model::{
    AttributeType, Cloud, DirectoryConnection, EntraConnection, known_user_attribute, known_user_attributes,
};
use crate::policy::{ApplicationPolicy, Asked, DirectoryAttribute, DirectoryPolicy};

/// Compiles a directory, and gathers what the applications ask of it.
pub(super) fn directory(
    report: &mut Report<'_>,
    document: &Placed<DirectoryDocument>,
    applications: &[ApplicationPolicy],
) -> Option<DirectoryPolicy> {
    let connection = match report.shape(document.file(), document.document.form())? {
        DirectoryForm::Entra(entra) => DirectoryConnection::Entra(Box::new(tenant(entra)?)),
        DirectoryForm::Ldap(ldap) => {
            DirectoryConnection::Ldap(Box::new(ldap::connection(ldap, &document.document)?))
        }
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
        must_see: must_see(&document.document),
        attributes: attributes(document, applications),
        asked: asked(&document.document.name.value, applications),
    })
}

fn must_see(document: &DirectoryDocument) -> Vec<String> {
    let mut ids: Vec<String> = document.must_see.iter().flatten().map(|id| id.value.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// A tenant; none where its credential is none, which a check reports.
fn tenant(entra: &document::EntraConnection) -> Option<EntraConnection> {
    Some(EntraConnection {
        tenant: entra.tenant_id.value.clone(),
        client: entra.client_id.value.clone(),
        credential: entra_credential(&entra.credential)?,
        cloud: entra.cloud.unwrap_or(Cloud::Global),
        endpoint: entra.endpoint.as_ref().map(|endpoint| endpoint.value.clone()),
    })
}

/// The groups and the enterprise applications of one directory that policies ask for.
fn asked(directory: &str, applications: &[ApplicationPolicy]) -> Asked {
    let mut asked = Asked::default();
    for application in applications {
        let Some(place) = application.directories.iter().position(|name| name == directory) else { continue };
        let meant = application.group_references().into_iter();
        let meant = meant.filter(|it| it.directory.as_ref().is_none_or(|name| name == directory));
        asked.groups.extend(meant.cloned());
        asked.applications.extend(application.enterprise_applications.get(place).cloned().flatten());
    }
    asked.applications.sort();
    asked.applications.dedup();
    asked
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
        kind: AttributeType::Boolean,
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
        kind: AttributeType::Text,
    });
    let is_declared =
        |name: &str| document.attributes.as_ref().is_some_and(|table| table.get(name).is_some());
    let known = known_user_attributes().into_iter().filter_map(|name| {
        let kind = known_user_attribute(&name)?;
        Some(DirectoryAttribute { source: name.clone(), name, kind })
    });
    declared.chain(known.filter(|attribute| !is_declared(&attribute.name))).collect()
}
