//! Compiles a directory's document: how the directory is reached, and what the applications need from it (the policy
//! language, 5).

use super::connection;
use super::report::Report;
use crate::language::document::DirectoryDocument;
use crate::language::documents::Placed;
use crate::model::{AttributeType, known_user_attribute, known_user_attributes};
use crate::policy::{ApplicationPolicy, DirectoryAttribute, DirectoryNeeds, DirectoryPolicy};
use crate::yaml::Spanned;

/// Compiles a directory, and collects what the applications need from it.
pub(super) fn directory(
    report: &mut Report<'_>,
    placed: &Placed<DirectoryDocument>,
    applications: &[ApplicationPolicy],
) -> Option<DirectoryPolicy> {
    let document = &placed.document;
    let form = report.shape(placed.file(), document.form())?;
    Some(DirectoryPolicy {
        name: document.name.value.clone(),
        connection: connection::directory(form, document)?,
        group_prefix: document.group_prefix().to_owned(),
        groups_under: document.groups_under().map(|under| under.value.clone()),
        nested_groups: document.nested_groups.unwrap_or(true),
        must_see: must_see(document),
        attributes: attributes(document, applications),
        needs: needs(&document.name.value, applications),
    })
}

fn must_see(document: &DirectoryDocument) -> Vec<String> {
    let mut ids = Spanned::values(document.must_see.iter().flatten());
    ids.sort();
    ids.dedup();
    ids
}

/// The groups and enterprise applications of one directory that policies refer to.
fn needs(directory: &str, applications: &[ApplicationPolicy]) -> DirectoryNeeds {
    let mut needs = DirectoryNeeds::default();
    for application in applications {
        let Some(place) = application.directories.iter().position(|name| name == directory) else { continue };
        let meant = application.group_references().into_iter();
        let meant =
            meant.filter(|reference| reference.directory.as_ref().is_none_or(|name| name == directory));
        needs.groups.extend(meant.cloned());
        needs.applications.extend(application.enterprise_applications.get(place).cloned().flatten());
    }
    needs.applications.sort();
    needs.applications.dedup();
    needs
}

/// The user attributes that any application reads from a directory, by this directory's own names. An attribute that
/// only another directory declares is not read from this one.
fn attributes(document: &DirectoryDocument, applications: &[ApplicationPolicy]) -> Vec<DirectoryAttribute> {
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
        let source = match document.attribute(&attribute.name) {
            Some(source) => source.value.clone(),
            None => known_user_attribute(&attribute.name).map(|_| attribute.name.clone())?,
        };
        Some(DirectoryAttribute { source, ..attribute.clone() })
    }));
    attributes.sort();
    attributes.dedup();
    attributes
}

/// All attributes of a directory: the built-in ones and the declared ones.
fn every_attribute(document: &DirectoryDocument) -> Vec<DirectoryAttribute> {
    let declared = document.attributes.iter().flat_map(|table| table.iter());
    let declared = declared.map(|(name, source)| DirectoryAttribute {
        name: name.value.clone(),
        source: source.0.value.clone(),
        kind: AttributeType::Text,
    });
    let known = known_user_attributes().into_iter().filter_map(|name| {
        let kind = known_user_attribute(&name)?;
        Some(DirectoryAttribute { source: name.clone(), name, kind })
    });
    declared.chain(known.filter(|known| document.attribute(&known.name).is_none())).collect()
}
