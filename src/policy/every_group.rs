//! A directory asked for all its groups, not only for those that policies link.

use super::{CaptureSet, DirectoryPolicy, GroupReference, GroupSelector, NamePattern, Origin, PatternPart};
use std::collections::BTreeMap;

impl DirectoryPolicy {
    /// The same directory where every group within prefix and place is asked for, with its members.
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
