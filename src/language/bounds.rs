//! How many policies a workspace may have: everything that looks at them takes time for each.

use super::document::Table;
use super::documents::{Documents, Placed};
use crate::model::{Finding, Location};

const CODE: &str = "policy/too-many";
/// Linking rules, exclusions, constraints, attributes, defaults, protections, overrides and tests together.
const MOST: usize = 20_000;

/// An error at the document with which there are too many.
pub(super) fn too_many(documents: &Documents) -> Option<Finding> {
    let mut sizes: Vec<(Location, usize)> = [
        of(&documents.linking_rules, |document| document.rules.len()),
        of(&documents.exclusions, |document| document.exclude.len()),
        of(&documents.constraints, |document| document.constraints.len()),
        of(&documents.mappings, |document| document.attributes.iter().count()),
        of(&documents.defaults, |document| document.defaults.len()),
        of(&documents.lifecycles, |document| document.protect.iter().flatten().count()),
        of(&documents.overrides, |document| document.overrides.len()),
        of(&documents.policy_tests, |document| document.tests.len()),
        of(&documents.directories, |_| 1),
        of(&documents.applications, |_| 1),
        of(&documents.connectors, |document| 1 + document.attributes().count()),
        of(&documents.profiles, |document| 1 + document.attributes.iter().flat_map(Table::iter).count()),
    ]
    .concat();
    sizes.sort();
    let mut count = 0;
    let (at, _) = sizes.into_iter().find(|(_, size)| {
        count += size;
        count > MOST
    })?;
    let message = format!("the workspace has more than {MOST} policies");
    let at = Location { span: crate::model::Span { end: at.span.start, ..at.span }, ..at };
    let finding = Finding::error(CODE, message, at, "too many with this document");
    Some(finding.help("write one rule with a pattern instead of many alike, or split the workspace"))
}

fn of<T>(documents: &[Placed<T>], size: impl Fn(&T) -> usize) -> Vec<(Location, usize)> {
    documents.iter().map(|document| (document.at, size(&document.document))).collect()
}
