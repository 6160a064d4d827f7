//! Requests all groups of a directory, not only those that policies refer to.

use super::{CaptureSet, DirectoryPolicy, GroupReference, GroupSelector, NamePattern, Origin, PatternPart};
use std::collections::BTreeMap;

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
}
