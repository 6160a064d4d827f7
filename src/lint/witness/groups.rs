//! Made-up groups and roles for those that an application's policies name.

use crate::lint::logic::conflict::directory;
use crate::lint::logic::example::name_of;
use crate::lint::logic::formula::Reader;
use crate::policy::{DirectoryPolicy, GroupReference, GroupSelector};
use std::collections::BTreeMap;

/// A made-up group of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MadeGroup {
    /// Index of the directory in the application's list.
    pub(super) directory: usize,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) distinguished_name: Option<String>,
}

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    /// The group at this index.
    Group(usize),
    /// A role of the enterprise application of a directory.
    Role(usize, String),
}

/// Made-up groups, at least one for each reference.
#[derive(Clone, Debug, Default)]
pub(super) struct MadeGroups {
    pub(super) groups: Vec<MadeGroup>,
    /// The first group of a directory with an id, or with a name in lower case.
    ids: BTreeMap<(usize, String), usize>,
    names: BTreeMap<(usize, String), usize>,
    /// By directory and name.
    pub(super) roles: Vec<(usize, String)>,
}

impl MadeGroups {
    /// The group or role of a reference for a user of a directory; created if missing.
    pub(super) fn membership(
        &mut self,
        reader: Reader<'_>,
        directories: &[&DirectoryPolicy],
        reference: &GroupReference,
        user_in: usize,
    ) -> Option<Membership> {
        let named = directory(reader, reference);
        let index = match named {
            None => user_in,
            Some(named) => directories.iter().position(|directory| directory.name == named)?,
        };
        let settings = directories.get(index)?;
        let (id, name) = match &reference.selector {
            GroupSelector::AppRole(role) => {
                let role = (index, role.clone().unwrap_or_else(|| "User".to_owned()));
                if !self.roles.contains(&role) {
                    self.roles.push(role.clone());
                }
                return Some(Membership::Role(role.0, role.1));
            }
            GroupSelector::Id { id, name } => {
                let made = || format!("{}Group {}", settings.group_prefix, self.groups.len() + 1);
                (Some(id.clone()), name.clone().unwrap_or_else(made))
            }
            GroupSelector::Name(name) => (None, name.clone()),
            GroupSelector::Pattern(pattern) => (None, name_of(pattern, &settings.group_prefix)?),
        };
        let under = reference.under.as_ref().or(settings.groups_under.as_ref());
        let at = self.find(index, id.as_deref(), &name).unwrap_or_else(|| {
            let id = id.unwrap_or_else(|| format!("group-{}", self.groups.len() + 1));
            let distinguished_name = under.map(|under| format!("CN={name},{under}"));
            self.push(MadeGroup { directory: index, id, distinguished_name, name })
        });
        Some(Membership::Group(at))
    }

    fn push(&mut self, group: MadeGroup) -> usize {
        let at = self.groups.len();
        self.ids.entry((group.directory, group.id.clone())).or_insert(at);
        self.names.entry((group.directory, group.name.to_ascii_lowercase())).or_insert(at);
        self.groups.push(group);
        at
    }

    fn find(&self, directory: usize, id: Option<&str>, name: &str) -> Option<usize> {
        match id {
            Some(id) => self.ids.get(&(directory, id.to_owned())).copied(),
            None => self.names.get(&(directory, name.to_ascii_lowercase())).copied(),
        }
    }
}
