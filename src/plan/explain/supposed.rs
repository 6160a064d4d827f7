//! One user, supposed to be in further groups or roles: the directories as they would be for that user alone.

use super::explanation::InGroup;
use crate::desired::role_id;
use crate::model::{AttributeType, Field};
use crate::plan::context::Context;
use crate::snapshot::{Column, DirectoryBuilder, DirectorySnapshot, Excerpt};

/// The user's row in what [`excerpts`] gives: there is no other user.
pub(super) const ROW: u32 = 0;

/// Every directory of the application with its groups, and with no user but this one, who is in these groups too. None where
/// that cannot be made.
pub(super) fn excerpts(
    context: &Context<'_>,
    user: u32,
    added: &[InGroup],
) -> Option<Vec<Excerpt<DirectorySnapshot>>> {
    let population = &context.desired.population;
    let home = population.directory(user);
    let mut all = Vec::new();
    for (at, (snapshot, first)) in population.directories().enumerate() {
        let row = (at == home).then(|| user - first);
        let added = added.iter().filter(|group| group.directory == snapshot.name).collect();
        all.push(Home { snapshot, row, added }.excerpt()?);
    }
    Some(all)
}

/// One directory, the user's row in it if the user is its, and the groups that the user is supposed to be in.
struct Home<'h> {
    snapshot: &'h DirectorySnapshot,
    row: Option<u32>,
    added: Vec<&'h InGroup>,
}

impl Home<'_> {
    fn excerpt(&self) -> Option<Excerpt<DirectorySnapshot>> {
        let Self { snapshot, row, .. } = *self;
        let (users, groups) = (&snapshot.users, &snapshot.groups);
        let kinds: Vec<(String, AttributeType)> =
            users.attributes().map(|(name, column)| (name.to_owned(), kind(column))).collect();
        let mut builder = DirectoryBuilder::new(&snapshot.name, &kinds);
        if let Some(row) = row {
            let fields: Vec<Field<'_>> = users.attributes().map(|(_, column)| column.field(row)).collect();
            builder.user(users.ids.id(row), &fields).ok()?;
        }
        let count = groups.len() as u32;
        for group in 0..count {
            builder.group(groups.ids.id(group), groups.record(group).clone()).ok()?;
        }
        for group in 0..count {
            let is_in = |row: u32| groups.direct_users(group).binary_search(&row).is_ok();
            if row.is_some_and(is_in) || self.is_added(groups.ids.id(group), false) {
                builder.member_user(group, ROW).ok()?;
            }
            for child in groups.direct_groups(group) {
                builder.member_group(group, *child).ok()?;
            }
        }
        for role in &snapshot.app_roles {
            builder.app_role(&role.application, &role.name);
            let has = |row: u32| role.users.binary_search(&row).is_ok();
            let added = self.is_added(&role_id(&role.application, &role.name), true);
            if let Some(row) = row.filter(|row| has(*row) || added) {
                builder.assignment(&role.application, &role.name, users.ids.id(row)).ok()?;
            }
        }
        builder.excerpt().ok()
    }

    fn is_added(&self, id: &str, is_role: bool) -> bool {
        self.row.is_some() && self.added.iter().any(|group| group.is_role == is_role && group.id == id)
    }
}

fn kind(column: &Column) -> AttributeType {
    match column {
        Column::Text(_) => AttributeType::Text,
        Column::Boolean(_) => AttributeType::Boolean,
        Column::List(..) => AttributeType::List,
    }
}
