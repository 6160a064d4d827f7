//! Chooses the groups to read: only those that policies may link.

use super::query;
use crate::policy::{Fit, GroupReference, GroupSelector, NamePattern, PatternPart, fit};
use std::collections::BTreeSet;

/// The groups that policies refer to.
#[derive(Debug)]
pub struct GroupSelection<'p> {
    patterns: Vec<&'p NamePattern>,
    /// Prefixes of names, in lower case, none of which is a prefix of another; an empty one means every group.
    prefixes: Vec<String>,
    names: Vec<String>,
    ids: Vec<String>,
    /// Ids that policies write together with a name, and that name in lower case.
    pinned: Vec<(&'p str, String)>,
}

/// Why a group matters to policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// A rule links it, so its members are read.
    Linked,
    /// Its name nearly matches a pattern, or equals the name of a group that policies link by id: it is reported, and
    /// its members are not read.
    Name,
    /// It does not matter.
    None,
}

impl<'p> GroupSelection<'p> {
    /// The groups of these references, in a directory where only groups with this prefix are read.
    pub fn new(references: &'p [GroupReference], prefix: &str) -> Self {
        let mut patterns: Vec<&NamePattern> = Vec::new();
        let (mut prefixes, mut names, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut pinned = BTreeSet::new();
        for reference in references {
            if let GroupSelector::Id { id, name: Some(name) } = &reference.selector {
                pinned.insert((id.as_str(), name.to_ascii_lowercase()));
            }
            match &reference.selector {
                GroupSelector::Id { id, .. } if query::is_object_id(id) => drop(ids.insert(id.clone())),
                GroupSelector::Id { .. } | GroupSelector::AppRole(_) => {}
                GroupSelector::Name(name) => drop(names.insert(name.to_ascii_lowercase())),
                GroupSelector::Pattern(pattern) => {
                    prefixes.extend(common_prefix(pattern, prefix));
                    patterns.push(pattern);
                }
            }
        }
        let prefixes = shortest(prefixes);
        names.retain(|name| !prefixes.iter().any(|prefix| name.starts_with(prefix)));
        let (names, ids) = (names.into_iter().collect(), ids.into_iter().collect());
        Self { patterns, prefixes, names, ids, pinned: pinned.into_iter().collect() }
    }

    /// The queries that return all of them.
    pub fn targets(&self, page: u32) -> Vec<String> {
        let begin = self.prefixes.iter().map(|prefix| match prefix.as_str() {
            "" => query::groups(page),
            prefix => query::groups_beginning(prefix, page),
        });
        begin
            .chain(query::groups_listed("displayName", &self.names, page))
            .chain(query::groups_listed("id", &self.ids, page))
            .collect()
    }

    /// The queries for groups with the name of a missing pinned group that no other query returns, to report that it
    /// was created anew (threat D4).
    pub fn namesakes(&self, exists: impl Fn(&str) -> bool, page: u32) -> Vec<String> {
        let missing = self.pinned.iter().filter(|(id, _)| !exists(id)).map(|(_, name)| name);
        let selected = |name: &String| {
            self.names.contains(name) || self.prefixes.iter().any(|prefix| name.starts_with(prefix))
        };
        let names: BTreeSet<&String> = missing.filter(|name| !selected(name)).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        query::groups_listed("displayName", &names, page).collect()
    }

    /// Why a group matters; `references` must be those given to [`Self::new`].
    pub fn interest(&self, references: &[GroupReference], id: &str, name: &str) -> Interest {
        let named = references.iter().any(|reference| match &reference.selector {
            GroupSelector::Id { id: wanted, .. } => wanted == id,
            GroupSelector::Name(wanted) => wanted.eq_ignore_ascii_case(name),
            GroupSelector::Pattern(_) | GroupSelector::AppRole(_) => false,
        });
        let fits = || self.patterns.iter().map(|pattern| fit(pattern, name));
        if named || fits().any(|fit| matches!(fit, Fit::One(_))) {
            return Interest::Linked;
        }
        let namesake = self.pinned.iter().any(|(_, wanted)| wanted.eq_ignore_ascii_case(name));
        match namesake || fits().any(|fit| !matches!(fit, Fit::No)) {
            true => Interest::Name,
            false => Interest::None,
        }
    }
}

/// The prefix, in lower case, of names that match both the pattern and the directory's prefix; `None` if no name
/// matches both.
fn common_prefix(pattern: &NamePattern, prefix: &str) -> Option<String> {
    let prefix = prefix.to_ascii_lowercase();
    let text = match pattern.parts.first() {
        Some(PatternPart::Text(text)) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    if text.starts_with(&prefix) {
        return Some(text);
    }
    prefix.starts_with(&text).then_some(prefix)
}

/// The prefixes without those that begin with another one.
fn shortest(prefixes: BTreeSet<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // In sorted order a prefix comes before the longer ones.
    for prefix in prefixes {
        if kept.last().is_none_or(|last| !prefix.starts_with(last)) {
            kept.push(prefix);
        }
    }
    kept
}
