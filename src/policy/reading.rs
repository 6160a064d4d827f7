//! Extends what is read, so that several versions of the policies can be evaluated on the same snapshots.

use super::{ApplicationPolicy, DirectoryPolicy};

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
}

impl DirectoryPolicy {
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
        both.must_see.extend(other.must_see.iter().cloned());
        both.must_see.sort();
        both.must_see.dedup();
        both.needs.groups.extend(other.needs.groups.iter().cloned());
        both.needs.applications.extend(other.needs.applications.iter().cloned());
        both.needs.applications.sort();
        both.needs.applications.dedup();
        both
    }
}

fn common_prefix(one: &str, other: &str) -> String {
    one.chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .map(|(character, _)| character)
        .collect()
}
