//! Reads the groups that policies link, and their direct members to any depth; `DirectoryBuilder` resolves the nesting.

use super::session::BatchPart;
use super::{Fault, Reader, UnlistedUser};
use crate::fetch::progress::count;
use crate::snapshot::{GroupRecord, IdColumn};
use crate::wire::graph::record::DirectMembers;
use crate::wire::graph::{BATCH, Interest, MemberKind, decode_listed_group, decode_listed_member, query};
use std::collections::BTreeSet;

const GROUPS: &str = "/groups";
const MEMBERS: &str = "/groups/{id}/members";

/// A group whose members are to be read.
pub(super) struct GroupToRead {
    pub(super) id: String,
    /// Its name in messages.
    pub(super) name: String,
    /// Whether reading its members needs an extra permission.
    pub(super) hidden: bool,
}

impl Reader<'_, '_> {
    /// Reads the groups that policies name; returns those whose members count.
    pub(super) async fn groups(&mut self) -> Result<Vec<GroupToRead>, Fault> {
        let mut linked = Vec::new();
        for target in self.selection.targets(self.request.page_size) {
            self.named_groups(&target, &mut linked).await?;
        }
        let builder = &self.builder;
        for target in self.selection.namesakes(|id| builder.has_group(id), self.request.page_size) {
            self.named_groups(&target, &mut linked).await?;
        }
        Ok(linked)
    }

    /// Reads the groups of one query.
    async fn named_groups(&mut self, target: &str, linked: &mut Vec<GroupToRead>) -> Result<(), Fault> {
        // A group may be in the results of two queries, but only once in each.
        let mut seen = IdColumn::default();
        self.walk(GROUPS, target, &mut |reader, json| {
            let group = decode_listed_group(json).map_err(|error| reader.undecodable(GROUPS, &error))?;
            if seen.insert(&group.id).is_err() {
                return Err(Fault::Drift(format!("{GROUPS} lists the group `{}` twice", group.id)));
            }
            let hidden = group.is_hidden();
            let Some(name) = group.display_name.as_deref() else {
                return Err(Fault::Error(
                    "a group has no `displayName`: grant the application permission `GroupMember.Read.All`"
                        .to_owned(),
                ));
            };
            let interest = reader.selection.interest(&reader.request.needs.groups, &group.id, name);
            if interest == Interest::None || reader.builder.has_group(&group.id) {
                return Ok(());
            }
            let created = group.created_date_time.map(Into::into);
            let record = GroupRecord { name: name.to_owned(), created, distinguished_name: None };
            count();
            reader.builder.group(&group.id, record)?;
            if interest == Interest::Linked {
                linked.push(GroupToRead { id: group.id.into_owned(), name: name.to_owned(), hidden });
            }
            Ok(())
        })
        .await
    }

    /// Reads the members of groups, and of nested groups. Cycles end, since each group is read once.
    pub(super) async fn members(&mut self, groups: Vec<GroupToRead>) -> Result<(), Fault> {
        let mut requested = BTreeSet::new();
        let mut open: Vec<GroupToRead> =
            groups.into_iter().filter(|group| requested.insert(group.id.clone())).collect();
        while !open.is_empty() {
            let (recorded, unread): (Vec<GroupToRead>, Vec<GroupToRead>) =
                open.into_iter().partition(|group| {
                    self.record.as_ref().is_some_and(|record| record.groups.contains_key(&group.id))
                });
            let mut nested = Vec::new();
            for group in &recorded {
                nested.extend(self.kept_members(group)?);
            }
            let ids: Vec<String> = unread.iter().map(|group| group.id.clone()).collect();
            self.watch_groups(&ids).await;
            for batch in unread.chunks(BATCH) {
                nested.extend(self.batch_of_members(batch).await?);
            }
            nested.retain(|id| requested.insert(id.clone()));
            open = nested.into_iter().map(|id| GroupToRead { name: id.clone(), id, hidden: false }).collect();
        }
        if let Some(record) = &mut self.record {
            record.retain(&requested);
        }
        Ok(())
    }

    /// Reads the members of a few groups; returns the groups among them.
    async fn batch_of_members(&mut self, batch: &[GroupToRead]) -> Result<Vec<String>, Fault> {
        let targets: Vec<String> =
            batch.iter().map(|group| query::members(&group.id, self.request.page_size)).collect();
        let parts = self.session.batch(MEMBERS, &targets).await.map_err(Fault::Error)?;
        let mut nested = Vec::new();
        for (group, part) in batch.iter().zip(parts) {
            let BatchPart::Body(page) = part else {
                return Err(Fault::Drift(format!(
                    "the group `{}` is listed, but its members cannot be read because it does not exist",
                    group.name
                )));
            };
            nested.extend(self.members_of(group, &page).await?);
        }
        Ok(nested)
    }

    /// Adds the members of a group from the record; returns the groups among them.
    fn kept_members(&mut self, group: &GroupToRead) -> Result<Vec<String>, Fault> {
        let Some(recorded) = self.record.as_ref().and_then(|record| record.groups.get(&group.id)).cloned()
        else {
            return Err(Fault::Stale);
        };
        for user in recorded.users {
            self.user_member(&group.id, user)?;
        }
        for nested in &recorded.groups {
            self.nested_member(&group.id, nested)?;
        }
        Ok(recorded.groups.into_iter().filter(|_| self.request.nested).collect())
    }

    /// Adds a user to a group; a user who was not listed is read later.
    fn user_member(&mut self, group: &str, user: String) -> Result<(), Fault> {
        if self.builder.has_user(&user) {
            return Ok(self.builder.member(group, &user)?);
        }
        self.unlisted_users.push((user, UnlistedUser::Member { group: group.to_owned() }));
        Ok(())
    }

    /// Adds a group to a group, if nesting counts.
    fn nested_member(&mut self, group: &str, nested: &str) -> Result<(), Fault> {
        if !self.request.nested {
            return Ok(());
        }
        if !self.builder.has_group(nested) {
            // Without a name no rule finds it, but its members count in the outer group.
            self.builder.group(nested, GroupRecord::default())?;
        }
        Ok(self.builder.member(group, nested)?)
    }

    /// Reads the members of a group, of which the first page is given; returns the groups among them, if nesting
    /// counts.
    async fn members_of(&mut self, group: &GroupToRead, page: &[u8]) -> Result<Vec<String>, Fault> {
        let (mut seen, mut recorded) = (IdColumn::default(), DirectMembers::default());
        self.walk_on(MEMBERS, page, &mut |reader, json| {
            let member = decode_listed_member(json).map_err(|error| reader.undecodable(MEMBERS, &error))?;
            if seen.insert(&member.id).is_err() {
                let problem =
                    format!("a member of the group `{}` is listed twice: a page was repeated", group.name);
                return Err(Fault::Drift(problem));
            }
            let id = member.id.into_owned();
            match member.kind {
                MemberKind::User => {
                    recorded.users.insert(id.clone());
                    reader.user_member(&group.id, id)?;
                }
                MemberKind::Group => {
                    reader.nested_member(&group.id, &id)?;
                    recorded.groups.insert(id);
                }
                MemberKind::Other => {}
            }
            Ok(())
        })
        .await?;
        if group.hidden && seen.is_empty() {
            return Err(Fault::Error(format!(
                "the membership of the group `{}` is hidden, and no member was shown: grant the application permission `Member.Read.Hidden`",
                group.name
            )));
        }
        let nested = recorded.groups.iter().filter(|_| self.request.nested).cloned().collect();
        if let Some(record) = &mut self.record {
            record.groups.insert(group.id.clone(), recorded);
        }
        Ok(nested)
    }
}
