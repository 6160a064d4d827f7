//! Extends what is read: so that several versions of the policies can be evaluated on the same snapshots, or to every
//! group.

use super::{
    ApplicationPolicy, CaptureSet, DirectoryPolicy, GroupReference, GroupSelector, NamePattern, Origin,
    PatternPart,
};
use crate::model::{ApplicationConnection, AttributePath};
use std::collections::{BTreeMap, BTreeSet};

impl ApplicationPolicy {
    /// The same policies, which also read what another version needs.
    #[must_use]
    pub fn reading_for(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for attribute in &other.account_attributes {
            if !both.account_attributes.iter().any(|known| known.name == attribute.name) {
                both.account_attributes.push(attribute.clone());
            }
        }
        both
    }

    /// Whether another version keeps the link and all common attributes at the same places of the application, so that what
    /// is read for this one is what the other would have read.
    pub fn same_places(&self, other: &Self) -> bool {
        let moved = |attribute: &AttributePath| {
            let known = other.account_attributes.iter().find(|known| known.name == attribute.name);
            known.is_some_and(|known| known.path != attribute.path)
        };
        // What a connector's calls find depends on all of it.
        let called = |policy: &'_ Self| match &policy.connection {
            ApplicationConnection::Rest(rest) => Some((rest.settings.clone(), rest.connector.clone())),
            ApplicationConnection::Scim(_)
            | ApplicationConnection::Sqlite { .. }
            | ApplicationConnection::Postgres(_)
            | ApplicationConnection::File { .. } => None,
        };
        self.link.path == other.link.path
            && !self.account_attributes.iter().any(moved)
            && called(self) == called(other)
    }
}

impl DirectoryPolicy {
    /// The same directory with a request for every group within its prefix and distinguished name, with members.
    pub fn with_every_group(&self) -> Self {
        let mut directory = self.clone();
        let capture = "name".to_owned();
        let pattern = NamePattern {
            source: "{name}".to_owned(),
            parts: vec![PatternPart::Capture(capture.clone())],
            captures: BTreeMap::from([(capture, CaptureSet::Open)]),
        };
        directory.needs.groups.push(GroupReference {
            selector: GroupSelector::Pattern(pattern),
            directory: None,
            under: None,
            optional: true,
            min_members: None,
            nested: None,
            origin: Origin::NOWHERE,
        });
        directory
    }

    /// The same directory, from which also everything is read that another version of the policies needs. Each version
    /// then uses only its part.
    #[must_use]
    pub fn reading_for(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for attribute in &other.attributes {
            if !both.attributes.iter().any(|known| known.name == attribute.name) {
                both.attributes.push(attribute.clone());
            }
        }
        both.attributes.sort();
        both.group_prefix = common_prefix(&self.group_prefix, &other.group_prefix);
        if self.groups_under != other.groups_under {
            both.groups_under = None;
        }
        both.nested_groups |= other.nested_groups;
        both.must_see = sorted(self.must_see.iter().chain(&other.must_see));
        both.needs.groups.extend(other.needs.groups.iter().cloned());
        both.needs.applications = sorted(self.needs.applications.iter().chain(&other.needs.applications));
        both
    }
}

/// Each text once, in order.
fn sorted<'t>(texts: impl Iterator<Item = &'t String>) -> Vec<String> {
    texts.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

fn common_prefix(one: &str, other: &str) -> String {
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    alike.map(|(character, _)| character).collect()
}
