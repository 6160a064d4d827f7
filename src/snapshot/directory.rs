//! The contents of a directory: users with their attributes, groups with their members.

use super::texts::Texts;
use super::{Column, Complete, Excerpt, IdColumn, Incomplete};
use crate::model::{AttributeType, Field};
use std::borrow::Cow;

/// Everything that was read from one directory.
#[derive(Debug)]
pub struct DirectorySnapshot {
    /// The directory's name, from its document.
    pub name: String,
    /// Its users.
    pub users: Users,
    /// Its groups.
    pub groups: Groups,
    /// Roles of enterprise applications, in the order read.
    pub app_roles: Vec<AppRole>,
}

/// The role of an assignment that names no role (Microsoft Graph, `appRoleAssignment`: the id of zeros).
pub const DEFAULT_ACCESS: &str = "Default Access";

/// A role of an enterprise application, and its assignees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRole {
    /// Object id of the enterprise application.
    pub application: String,
    /// The role's name.
    pub name: String,
    /// The users assigned directly, or as direct members of an assigned group; sorted, each once (PM-2).
    pub users: Vec<u32>,
}

/// Users, one a row, in the order read.
#[derive(Debug)]
pub struct Users {
    /// Immutable ids.
    pub ids: IdColumn,
    names: Vec<String>,
    columns: Vec<Column>,
}

/// Groups, one a row, and their members.
#[derive(Debug, Default)]
pub struct Groups {
    /// Immutable ids.
    pub ids: IdColumn,
    records: Vec<GroupRecord>,
    users: Vec<Vec<u32>>,
    children: Vec<Vec<u32>>,
}

/// The properties of a group besides its id and members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRecord {
    /// Display name; two groups may have the same one.
    pub name: String,
    /// When it was created, RFC 3339, UTC; decides between rules of equal order.
    pub created: Option<String>,
    /// Distinguished name, if the directory has one.
    pub distinguished_name: Option<String>,
}

impl Users {
    /// The number of users.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The column of an attribute, if it was read.
    pub fn column(&self, attribute: &str) -> Option<&Column> {
        self.names.iter().position(|name| name == attribute).map(|at| &self.columns[at])
    }

    /// The attributes that were read, in the requested order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Column)> {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }
}

impl Groups {
    /// The number of groups.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Name, creation date and distinguished name of a group.
    pub fn record(&self, group: u32) -> &GroupRecord {
        &self.records[group as usize]
    }

    /// The users directly in a group, by row, sorted, each once.
    pub fn direct_users(&self, group: u32) -> &[u32] {
        &self.users[group as usize]
    }

    /// The groups directly in a group, by row, sorted, each once.
    pub fn direct_groups(&self, group: u32) -> &[u32] {
        &self.children[group as usize]
    }

    /// The users in a group; if `nested`, through nested groups to any depth. Sorted, each once. Cycles end.
    pub fn users(&self, group: u32, nested: bool) -> Cow<'_, [u32]> {
        if !nested || self.direct_groups(group).is_empty() {
            return self.direct_users(group).into();
        }
        let mut seen = vec![false; self.len()];
        let mut open = vec![group];
        let mut users = Vec::new();
        while let Some(next) = open.pop() {
            if std::mem::replace(&mut seen[next as usize], true) {
                continue;
            }
            users.extend_from_slice(self.direct_users(next));
            open.extend_from_slice(self.direct_groups(next));
        }
        users.sort_unstable();
        users.dedup();
        users.into()
    }
}

/// Collects the records of one directory. Users and groups come before memberships.
#[derive(Debug)]
pub struct DirectoryBuilder {
    snapshot: DirectorySnapshot,
    last_group: Option<(String, u32)>,
    waiting: Waiting,
    /// Index of a role, row of a group assigned to it.
    assigned_groups: Vec<(usize, u32)>,
}

/// Memberships whose members are not looked up yet; the look-up is done for many at a time.
#[derive(Debug, Default)]
struct Waiting {
    groups: Vec<u32>,
    members: Texts,
}

impl Waiting {
    /// The most memberships that wait.
    const MAX: usize = 1024;

    /// Looks up all members, first among the users, then among the groups.
    fn settle(&mut self, snapshot: &mut DirectorySnapshot) {
        let DirectorySnapshot { users, groups, .. } = snapshot;
        let memberships = self.groups.iter().map(|group| *group as usize).zip(self.members.iter());
        users.ids.rows_of(memberships, |group, member, user| {
            if let Some(user) = user {
                groups.users[group].push(user);
            } else if let Some(child) = groups.ids.row(member) {
                groups.children[group].push(child);
            }
        });
        self.groups.clear();
        self.members.clear();
    }
}

impl DirectoryBuilder {
    /// A builder for the directory `name`, whose users have these attributes with their types.
    pub fn new(name: impl Into<String>, attributes: &[(String, AttributeType)]) -> Self {
        let users = Users {
            ids: IdColumn::default(),
            names: attributes.iter().map(|(name, _)| name.clone()).collect(),
            columns: attributes.iter().map(|(_, kind)| Column::new(*kind)).collect(),
        };
        Self {
            snapshot: DirectorySnapshot {
                name: name.into(),
                users,
                groups: Groups::default(),
                app_roles: Vec::new(),
            },
            assigned_groups: Vec::new(),
            last_group: None,
            waiting: Waiting::default(),
        }
    }

    /// Adds a user: its id, and a value for each attribute in the builder's order.
    ///
    /// # Errors
    /// When the id is empty or was already added, or a value does not have its attribute's type.
    pub fn user(&mut self, id: &str, fields: &[Field<'_>]) -> Result<(), Incomplete> {
        if id.is_empty() {
            return Err(self.incomplete("a user without `id`"));
        }
        if self.snapshot.users.ids.insert(id).is_err() {
            return Err(self.incomplete(format!("two users with the id `{id}`")));
        }
        let users = &mut self.snapshot.users;
        for (at, column) in users.columns.iter_mut().enumerate() {
            let pushed = column.push(fields.get(at).unwrap_or(&Field::Empty));
            if let Err(expected) = pushed {
                let attribute = &users.names[at];
                let problem = format!("`{attribute}` of user `{id}` is not {expected}");
                return Err(self.incomplete(problem));
            }
        }
        Ok(())
    }

    /// Whether a user with this id was added.
    pub fn has_user(&self, id: &str) -> bool {
        self.snapshot.users.ids.row(id).is_some()
    }

    /// Whether a group with this id was added.
    pub fn has_group(&self, id: &str) -> bool {
        self.snapshot.groups.ids.row(id).is_some()
    }

    /// The number of users added.
    pub fn user_count(&self) -> usize {
        self.snapshot.users.len()
    }

    /// Adds a group.
    ///
    /// # Errors
    /// When the id is empty or was already added.
    pub fn group(&mut self, id: &str, record: GroupRecord) -> Result<(), Incomplete> {
        let groups = &mut self.snapshot.groups;
        if id.is_empty() {
            return Err(self.incomplete("a group without `id`"));
        }
        if groups.ids.insert(id).is_err() {
            return Err(self.incomplete(format!("two groups with the id `{id}`")));
        }
        groups.records.push(record);
        groups.users.push(Vec::new());
        groups.children.push(Vec::new());
        Ok(())
    }

    /// Adds a membership. Members that are neither users nor groups (devices, contacts) are skipped.
    ///
    /// # Errors
    /// When the group was not added, which means a group is missing.
    pub fn member(&mut self, group: &str, member: &str) -> Result<(), Incomplete> {
        let row = match &self.last_group {
            Some((id, row)) if id == group => *row,
            _ => {
                let Some(row) = self.snapshot.groups.ids.row(group) else {
                    return Err(
                        self.incomplete(format!("a membership of the group `{group}`, which was not read"))
                    );
                };
                self.last_group = Some((group.to_owned(), row));
                row
            }
        };
        if !self.waiting.members.push(member) {
            return Err(self.incomplete("an id takes more than 4 GiB"));
        }
        self.waiting.groups.push(row);
        if self.waiting.groups.len() == Waiting::MAX {
            self.waiting.settle(&mut self.snapshot);
        }
        Ok(())
    }

    /// Adds a user to a group, both by row, in the order added.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn member_user(&mut self, group: u32, user: u32) -> Result<(), Incomplete> {
        let snapshot = &mut self.snapshot;
        match snapshot.groups.users.get_mut(group as usize) {
            Some(members) if (user as usize) < snapshot.users.len() => members.push(user),
            _ => return Err(self.incomplete("a membership of what was not read")),
        }
        Ok(())
    }

    /// Adds a group to a group, both by row.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn member_group(&mut self, group: u32, child: u32) -> Result<(), Incomplete> {
        let groups = &mut self.snapshot.groups;
        let count = groups.records.len();
        match groups.children.get_mut(group as usize) {
            Some(children) if (child as usize) < count => children.push(child),
            _ => return Err(self.incomplete("a membership of what was not read")),
        }
        Ok(())
    }

    /// Adds a role of an enterprise application, assigned or not.
    pub fn app_role(&mut self, application: &str, name: &str) {
        let role = AppRole { application: application.to_owned(), name: name.to_owned(), users: Vec::new() };
        let roles = &mut self.snapshot.app_roles;
        if !roles.iter().any(|known| known.application == application && known.name == name) {
            roles.push(role);
        }
    }

    /// Adds an assignment of a user or group to a role. Other principals are skipped.
    ///
    /// # Errors
    /// When the role was not added, which means a role is missing.
    pub fn assignment(&mut self, application: &str, role: &str, principal: &str) -> Result<(), Incomplete> {
        let roles = &self.snapshot.app_roles;
        let index = roles.iter().position(|known| known.application == application && known.name == role);
        let Some(index) = index else {
            let problem =
                format!("an assignment to the role `{role}` of `{application}`, which was not read");
            return Err(self.incomplete(problem));
        };
        let snapshot = &mut self.snapshot;
        if let Some(user) = snapshot.users.ids.row(principal) {
            snapshot.app_roles[index].users.push(user);
        } else if let Some(group) = snapshot.groups.ids.row(principal) {
            self.assigned_groups.push((index, group));
        }
        Ok(())
    }

    /// Ends the read; everything must have been added.
    ///
    /// # Errors
    /// When a column was too large.
    pub fn finish(mut self) -> Result<Complete<DirectorySnapshot>, Incomplete> {
        self.waiting.settle(&mut self.snapshot);
        let (users, groups) = (&self.snapshot.users, &self.snapshot.groups);
        let ids_overflowed = users.ids.overflowed() || groups.ids.overflowed();
        if ids_overflowed || users.columns.iter().any(Column::overflowed) {
            return Err(self.incomplete("an attribute takes more than 4 GiB"));
        }
        let groups = &mut self.snapshot.groups;
        for members in groups.users.iter_mut().chain(&mut groups.children) {
            members.sort_unstable();
            members.dedup();
            members.shrink_to_fit();
        }
        for (role, group) in self.assigned_groups {
            let members = self.snapshot.groups.users[group as usize].clone();
            self.snapshot.app_roles[role].users.extend(members);
        }
        for role in &mut self.snapshot.app_roles {
            role.users.sort_unstable();
            role.users.dedup();
        }
        Ok(Complete::new(self.snapshot))
    }

    /// Ends a read of selected users; everything about them must have been added.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn excerpt(self) -> Result<Excerpt<DirectorySnapshot>, Incomplete> {
        self.finish().map(Excerpt::from)
    }

    fn incomplete(&self, problem: impl Into<String>) -> Incomplete {
        Incomplete::new(format!("directory `{}`", self.snapshot.name), problem)
    }
}
