//! The users of all of an application's directories as one list of rows.

use crate::model::Field;
use crate::policy::{ApplicationPolicy, UserSlot};
use crate::snapshot::{Column, Complete, DirectorySnapshot};

/// Users of several directories: those of the first have the first rows, and so on. A row is a `u32`.
#[derive(Debug)]
pub struct Population<'a> {
    parts: Vec<Part<'a>>,
}

#[derive(Debug)]
struct Part<'a> {
    directory: &'a DirectorySnapshot,
    first: u32,
    columns: Vec<Option<&'a Column>>,
    enterprise_application: Option<&'a str>,
}

impl<'a> Population<'a> {
    /// The users of these directories, with the attributes that the application's policies read.
    pub fn new(policy: &'a ApplicationPolicy, directories: &[&'a Complete<DirectorySnapshot>]) -> Self {
        let mut first = 0;
        let mut parts = Vec::new();
        for (at, directory) in directories.iter().enumerate() {
            let directory: &'a DirectorySnapshot = directory;
            let columns = policy
                .user_attributes
                .iter()
                .map(|attribute| directory.users.column(&attribute.name))
                .collect();
            let enterprise_application = policy.enterprise_applications.get(at).and_then(Option::as_deref);
            parts.push(Part { directory, first, columns, enterprise_application });
            first += directory.users.len() as u32;
        }
        Self { parts }
    }

    /// How many users there are.
    pub fn len(&self) -> u32 {
        self.parts.last().map_or(0, |part| part.first + part.directory.users.len() as u32)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The directories, each with the row of its first user.
    pub fn directories(&self) -> impl Iterator<Item = (&'a DirectorySnapshot, u32)> {
        self.parts.iter().map(|part| (part.directory, part.first))
    }

    /// The directories whose enterprise application is named, with its object id and the row of the first user.
    pub fn enterprise_applications(&self) -> impl Iterator<Item = (&'a DirectorySnapshot, &'a str, u32)> {
        self.parts.iter().filter_map(|part| Some((part.directory, part.enterprise_application?, part.first)))
    }

    /// The place of a user's directory among the application's.
    pub fn directory(&self, row: u32) -> usize {
        self.parts.partition_point(|part| part.first <= row).saturating_sub(1)
    }

    /// The name of a user's directory, and the user's immutable id in it.
    pub fn id(&self, row: u32) -> (&'a str, &'a str) {
        let (part, local) = self.locate(row);
        (&part.directory.name, part.directory.users.ids.id(local))
    }

    /// The row of the user with an immutable id, in the first directory that has it.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.parts.iter().find_map(|part| part.directory.users.ids.row(id).map(|local| part.first + local))
    }

    /// The rows of the users with immutable ids, each in the first directory that has it, with the ids' keys; those that
    /// no directory has are left out. Directory by directory.
    pub fn find_all(&self, mut ids: Vec<(u32, &str)>) -> Vec<(u32, u32)> {
        let mut found = Vec::with_capacity(ids.len());
        for part in &self.parts {
            let mut others = Vec::new();
            part.directory.users.ids.rows_of(ids, |key, id, local| match local {
                Some(local) => found.push((key, part.first + local)),
                None => others.push((key, id)),
            });
            ids = others;
        }
        found
    }

    /// A user's value of an attribute.
    pub fn field(&self, slot: UserSlot, row: u32) -> Field<'a> {
        self.column(slot, row).map_or(Field::Empty, |(column, local)| column.field(local))
    }

    /// The column that holds a user's value of an attribute, and the row in it.
    pub fn column(&self, slot: UserSlot, row: u32) -> Option<(&'a Column, u32)> {
        let (part, local) = self.locate(row);
        part.columns[slot.0 as usize].map(|column| (column, local))
    }

    fn locate(&self, row: u32) -> (&Part<'a>, u32) {
        let at = self.parts.partition_point(|part| part.first <= row).saturating_sub(1);
        let part = &self.parts[at];
        (part, row - part.first)
    }
}
