//! The directory groups of a policy test. Groups that policies refer to by name, id or pattern exist automatically; any
//! other group must be given, so that a mistyped name is an error (the policy language, 11).

use super::compiler::Compiler;
use crate::language::document::{self, DirectoryDocument, Shorthand};
use crate::language::documents::Placed;
use crate::model::begins_with;
use crate::policy::{
    ApplicationPolicy, CaptureSet, Fit, GroupReference, GroupSelector, NamePattern, PatternPart, TestGroup,
    fit,
};
use crate::yaml::Spanned;
use std::collections::BTreeMap;

/// The role of a user who is assigned to the application without a specific role (PM-3).
const DEFAULT_ACCESS: &str = "Default Access";

/// At most this many names of a pattern are listed to find a similar one.
const MOST_SPELLINGS: usize = 1000;

/// The groups of one test, and what is needed to add more.
#[derive(Clone)]
pub(super) struct TestGroups<'p> {
    groups: Vec<TestGroup>,
    /// The groups of a directory with an id, and with a name in lower case, in order.
    ids: BTreeMap<(String, String), Vec<usize>>,
    names: BTreeMap<(String, String), Vec<usize>>,
    /// The references by pattern.
    patterns: Vec<&'p GroupReference>,
    /// The places under which references look, by what they name.
    under: BTreeMap<Named, Vec<&'p GroupReference>>,
    directories: Vec<&'p Placed<DirectoryDocument>>,
}

/// How a reference names one group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Id(String),
    /// In lower case.
    Name(String),
}

impl<'p> TestGroups<'p> {
    /// The groups that policies name.
    pub(super) fn new(policy: &'p ApplicationPolicy, directories: &[&'p Placed<DirectoryDocument>]) -> Self {
        let references = policy.group_references();
        let mut under: BTreeMap<Named, Vec<&GroupReference>> = BTreeMap::new();
        for reference in references.iter().filter(|reference| reference.under.is_some()) {
            let named = match &reference.selector {
                GroupSelector::Id { id, .. } => Named::Id(id.clone()),
                GroupSelector::Name(name) => Named::Name(name.to_ascii_lowercase()),
                GroupSelector::Pattern(_) | GroupSelector::AppRole(_) => continue,
            };
            under.entry(named).or_default().push(reference);
        }
        let mut found = Self {
            groups: Vec::new(),
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            patterns: references.iter().copied().filter(|it| pattern_of(it).is_some()).collect(),
            under,
            directories: directories.to_vec(),
        };
        for reference in &references {
            if let GroupSelector::Id { id, name } = &reference.selector {
                found.by_id(reference, id, name.as_deref());
            }
        }
        for reference in &references {
            if let GroupSelector::Name(name) = &reference.selector {
                let directory = found.directory_of(reference);
                found.add(&directory, None, name);
            }
        }
        found
    }

    fn by_id(&mut self, reference: &GroupReference, id: &str, name: Option<&str>) {
        let directory = self.directory_of(reference);
        let known = first(&self.ids, &directory, id);
        match (known, name) {
            (Some(known), Some(name)) => self.rename(known, name),
            (Some(_), None) => {}
            (None, Some(name)) => drop(self.add(&directory, Some(id), name)),
            (None, None) => {
                let prefix = self.directory(&directory).map_or("", |directory| directory.group_prefix());
                self.add(&directory, Some(id), &format!("{prefix}{id}"));
            }
        }
    }

    /// The directory of a reference: the named one, or the only one.
    fn directory_of(&self, reference: &GroupReference) -> String {
        let only = self.directories.first().map(|directory| directory.name.value.clone());
        reference.directory.clone().or(only).unwrap_or_default()
    }

    fn directory(&self, name: &str) -> Option<&'p Placed<DirectoryDocument>> {
        self.directories.iter().find(|directory| directory.name.value == name).copied()
    }

    /// The index of the group with this id or, without id, with this name; a new group if there is none.
    fn add(&mut self, directory: &str, id: Option<&str>, name: &str) -> usize {
        let known = match id {
            Some(id) => first(&self.ids, directory, id),
            None => first(&self.names, directory, &name.to_ascii_lowercase()),
        };
        known.unwrap_or_else(|| {
            let (at, own) = (self.groups.len(), id.unwrap_or(name).to_owned());
            self.groups.push(TestGroup {
                directory: directory.to_owned(),
                id: own.clone(),
                name: name.to_owned(),
                created: None,
                under: self.under(directory, id, name),
            });
            self.ids.entry((directory.to_owned(), own)).or_default().push(at);
            self.names.entry((directory.to_owned(), name.to_ascii_lowercase())).or_default().push(at);
            at
        })
    }

    /// Gives a group another name.
    fn rename(&mut self, group: usize, name: &str) {
        let known = &mut self.groups[group];
        let before = (known.directory.clone(), known.name.to_ascii_lowercase());
        let after = (known.directory.clone(), name.to_ascii_lowercase());
        name.clone_into(&mut known.name);
        if let Some(same) = self.names.get_mut(&before) {
            same.retain(|place| *place != group);
        }
        let same = self.names.entry(after).or_default();
        same.push(group);
        same.sort_unstable();
    }

    /// The deepest distinguished name under which any policy or the directory looks for a group.
    fn under(&self, directory: &str, id: Option<&str>, name: &str) -> Option<String> {
        let here = |reference: &&&GroupReference| {
            reference.directory.as_ref().is_none_or(|named| named == directory)
        };
        let by_id = id.and_then(|id| self.under.get(&Named::Id(id.to_owned())));
        let by_name = self.under.get(&Named::Name(name.to_ascii_lowercase()));
        let named = [by_id, by_name].into_iter().flatten().flatten();
        let fitting =
            self.patterns().filter(|(reference, pattern)| reference.under.is_some() && fits(pattern, name));
        let fitting: Vec<&GroupReference> = fitting.map(|(reference, _)| reference).collect();
        let asked = named.chain(&fitting).filter(here).filter_map(|reference| reference.under.clone());
        let read = self.directory(directory).and_then(|directory| directory.groups_under());
        asked.chain(read.map(|under| under.value.clone())).max_by_key(String::len)
    }

    /// The group that a user is in, by name or id. A group whose name matches a pattern is added.
    fn find(&mut self, directory: &str, group: &str) -> Result<usize, NotFound> {
        if let Some(place) = first(&self.ids, directory, group) {
            return Ok(place);
        }
        let named = self.names.get(&(directory.to_owned(), group.to_ascii_lowercase()));
        match named.map_or(&[][..], Vec::as_slice) {
            [place] => Ok(*place),
            [] if self.fitted(directory, group) => Ok(self.add(directory, None, group)),
            [] => Err(NotFound::Unknown),
            _ => Err(NotFound::Ambiguous),
        }
    }

    fn fitted(&self, directory: &str, group: &str) -> bool {
        let read =
            self.directory(directory).is_none_or(|directory| begins_with(group, directory.group_prefix()));
        let here =
            |reference: &GroupReference| reference.directory.as_ref().is_none_or(|named| named == directory);
        read && self.patterns().any(|(reference, pattern)| here(reference) && fits(pattern, group))
    }

    /// The references by pattern.
    fn patterns(&self) -> impl Iterator<Item = (&'p GroupReference, &'p NamePattern)> {
        self.patterns.iter().filter_map(|reference| Some((*reference, pattern_of(reference)?)))
    }

    fn known(&self, directory: &str) -> Vec<String> {
        let groups = self.groups.iter().filter(|group| group.directory == directory);
        // A group that policies refer to only by id has an invented name.
        let name = |group: &TestGroup| match group.name.ends_with(&group.id) {
            true => group.id.clone(),
            false => group.name.clone(),
        };
        let mut known: Vec<String> = groups.map(name).collect();
        known.extend(self.patterns().flat_map(|(_, pattern)| spellings(pattern)));
        known
    }

    /// All groups of the test.
    pub(super) fn finish(self) -> Vec<TestGroup> {
        self.groups
    }
}

fn pattern_of(reference: &GroupReference) -> Option<&NamePattern> {
    match &reference.selector {
        GroupSelector::Pattern(pattern) => Some(pattern),
        GroupSelector::Id { .. } | GroupSelector::Name(_) | GroupSelector::AppRole(_) => None,
    }
}

/// The first group of a directory under a key.
fn first(index: &BTreeMap<(String, String), Vec<usize>>, directory: &str, key: &str) -> Option<usize> {
    index.get(&(directory.to_owned(), key.to_owned()))?.first().copied()
}

enum NotFound {
    Unknown,
    Ambiguous,
}

/// Names that a pattern matches, if its captures are closed sets; otherwise the pattern.
fn spellings(pattern: &NamePattern) -> Vec<String> {
    let mut names = vec![String::new()];
    for part in &pattern.parts {
        let texts: Vec<&str> = match part {
            PatternPart::Text(text) => vec![text],
            PatternPart::Capture(capture) => match pattern.captures.get(capture) {
                Some(CaptureSet::Closed(values)) if names.len() * values.len() <= MOST_SPELLINGS => {
                    values.iter().map(|(text, _)| text.as_str()).collect()
                }
                _ => return vec![pattern.source.clone()],
            },
        };
        names = names.iter().flat_map(|name| texts.iter().map(move |text| format!("{name}{text}"))).collect();
    }
    names
}

fn fits(pattern: &NamePattern, name: &str) -> bool {
    matches!(fit(pattern, name), Fit::One(_))
}

impl Compiler<'_, '_, '_> {
    /// Adds a group that a test gives, or completes one that policies refer to.
    pub(super) fn given_group(
        &mut self,
        group: &Spanned<document::GivenGroup>,
        groups: Option<&mut TestGroups<'_>>,
    ) {
        let (id, name, directory, created) = match &group.value {
            Shorthand::Text(name) => (None, Some(name.as_str()), None, None),
            Shorthand::Object(object) => (
                object.id.as_ref().map(|id| id.value.as_str()),
                object.name.as_ref().map(|name| name.value.as_str()),
                object.directory.as_ref(),
                Spanned::value_of(&object.created),
            ),
        };
        let directory = self.test_directory(directory, group.span, "the group is in");
        let Some(either) = name.or(id) else {
            let message = "a group has a `name` or an `id`";
            self.error("schema/shape", message, group.span, "a key is missing here");
            return;
        };
        let (Some(directory), Some(groups)) = (directory, groups) else { return };
        let place = groups.add(&directory, id, either);
        let known = &mut groups.groups[place];
        known.created = created.or(known.created);
        if let Some(name) = name {
            groups.rename(place, name);
        }
    }

    /// The index of a user's group.
    pub(super) fn group_of_user(
        &mut self,
        group: &Spanned<String>,
        directory: &str,
        groups: &mut TestGroups<'_>,
    ) -> Option<usize> {
        match groups.find(directory, &group.value) {
            Ok(place) => Some(place),
            Err(NotFound::Ambiguous) => {
                let message = format!("several groups are called `{}`", group.value);
                self.error("check/test-subject", message, group.span, "which one?").help =
                    Some("write the group's id".to_owned());
                None
            }
            Err(NotFound::Unknown) => {
                let known = groups.known(directory);
                let what = "group that policies name or fit, or that the test gives,";
                self.unknown(what, group, known.iter().map(String::as_str));
                None
            }
        }
    }

    /// Checks a role: policies name it, or it is matched by `'*'`.
    pub(super) fn app_role(&mut self, role: &Spanned<String>, directory: &str, policy: &ApplicationPolicy) {
        let place = policy.directories.iter().position(|name| name == directory);
        let application = place.and_then(|place| policy.enterprise_applications.get(place)?.as_ref());
        if application.is_none() {
            let message = format!("no enterprise application of `{directory}` is named whose role this is");
            self.error("check/missing-enterprise-application", message, role.span, "this role");
            return;
        }
        let mut known = vec![DEFAULT_ACCESS];
        let mut any = false;
        for reference in policy.group_references() {
            match &reference.selector {
                GroupSelector::AppRole(Some(named)) => known.push(named),
                GroupSelector::AppRole(None) => any = true,
                _ => {}
            }
        }
        if !any && !known.contains(&role.value.as_str()) {
            self.unknown("role that policies name", role, known);
        }
    }
}
