//! Which groups are asked for: those that policies may link, and no others.

use super::query;
use crate::policy::{Fit, GroupReference, GroupSelector, NamePattern, PatternPart, fit};
use std::collections::BTreeSet;

/// The groups that policies ask for.
#[derive(Debug)]
pub struct Wanted<'p> {
    patterns: Vec<&'p NamePattern>,
    /// Beginnings of names, in lower case, none of which begins another; an empty one: every group.
    beginnings: Vec<String>,
    names: Vec<String>,
    ids: Vec<String>,
    /// Ids that policies write with a name beside them, and the name in lower case.
    pinned: Vec<(&'p str, String)>,
}

/// What a group that came is to policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// A rule links it: its members count.
    Linked,
    /// Its name nearly fits a pattern, or is that of a group which policies link by id: people are told, nobody asks for
    /// its members.
    Name,
    /// None.
    None,
}

impl<'p> Wanted<'p> {
    /// What these references mean in a directory of which only groups with this prefix are read.
    pub fn new(references: &'p [GroupReference], prefix: &str) -> Self {
        let mut patterns: Vec<&NamePattern> = Vec::new();
        let (mut beginnings, mut names, mut ids) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
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
                    beginnings.extend(beginning(pattern, prefix));
                    patterns.push(pattern);
                }
            }
        }
        let beginnings = shortest(beginnings);
        names.retain(|name| !beginnings.iter().any(|beginning| name.starts_with(beginning)));
        let (names, ids) = (names.into_iter().collect(), ids.into_iter().collect());
        Self { patterns, beginnings, names, ids, pinned: pinned.into_iter().collect() }
    }

    /// The queries whose answers hold them all.
    pub fn targets(&self, page: u32) -> Vec<String> {
        let begin = self.beginnings.iter().map(|beginning| match beginning.as_str() {
            "" => query::groups(page),
            beginning => query::groups_beginning(beginning, page),
        });
        begin
            .chain(query::groups_listed("displayName", &self.names, page))
            .chain(query::groups_listed("id", &self.ids, page))
            .collect()
    }

    /// The queries for groups that bear the name of one whose id is not there, and were not asked for anyway: people are
    /// told that it was made anew (threat D4).
    pub fn namesakes(&self, is_there: impl Fn(&str) -> bool, page: u32) -> Vec<String> {
        let gone = self.pinned.iter().filter(|(id, _)| !is_there(id)).map(|(_, name)| name);
        let asked = |name: &String| {
            self.names.contains(name) || self.beginnings.iter().any(|beginning| name.starts_with(beginning))
        };
        let names: BTreeSet<&String> = gone.filter(|name| !asked(name)).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        query::groups_listed("displayName", &names, page).collect()
    }

    /// What a group is to policies; `references` are those this was made from.
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

/// How the names begin that a pattern fits and the directory's prefix allows, in lower case; none where both exclude
/// each other.
fn beginning(pattern: &NamePattern, prefix: &str) -> Option<String> {
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

/// Those that no other one begins.
fn shortest(beginnings: BTreeSet<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // In order, whatever begins another comes before it.
    for beginning in beginnings {
        if kept.last().is_none_or(|last| !beginning.starts_with(last)) {
            kept.push(beginning);
        }
    }
    kept
}
