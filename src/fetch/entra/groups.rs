//! Groups that policies link, and their direct members to any depth; `DirectoryBuilder` counts through nested ones.

use super::session::Part;
use super::{Fault, Reader, Stranger};
use crate::fetch::progress::count;
use crate::snapshot::{GroupRecord, IdColumn};
use crate::wire::graph::record::KeptMembers;
use crate::wire::graph::{BATCH, Interest, MemberKind, decode_listed_group, decode_listed_member, query};
use std::collections::BTreeSet;

const GROUPS: &str = "/groups";
const MEMBERS: &str = "/groups/{id}/members";

/// A group whose members are asked for.
pub(super) struct Open {
    pub(super) id: String,
    /// What messages call it.
    pub(super) name: String,
    /// Whether its members are shown only to those with a permission of their own.
    pub(super) hidden: bool,
}

impl Reader<'_, '_> {
    /// Reads the groups that policies name; gives those whose members count.
    pub(super) async fn groups(&mut self) -> Result<Vec<Open>, Fault> {
        let mut linked = Vec::new();
        for target in self.wanted.targets(self.request.page_size) {
            self.named_groups(&target, &mut linked).await?;
        }
        let builder = &self.builder;
        for target in self.wanted.namesakes(|id| builder.has_group(id), self.request.page_size) {
            self.named_groups(&target, &mut linked).await?;
        }
        Ok(linked)
    }

    /// Walks one query's groups.
    async fn named_groups(&mut self, target: &str, linked: &mut Vec<Open>) -> Result<(), Fault> {
        // One group may fit two queries, but comes once in each.
        let mut here = IdColumn::default();
        self.walk(GROUPS, target, &mut |reader, json| {
            let group = decode_listed_group(json).map_err(|error| reader.undecodable(GROUPS, &error))?;
            if here.insert(&group.id).is_err() {
                return Err(Fault::Drift(format!("{GROUPS} lists the group `{}` twice", group.id)));
            }
            let hidden = group.is_hidden();
            let Some(name) = group.display_name.as_deref() else {
                return Err(Fault::Error(
                    "a group came without `displayName`: grant the application permission `GroupMember.Read.All`"
                        .to_owned(),
                ));
            };
            let interest = reader.wanted.interest(&reader.request.asked.groups, &group.id, name);
            if interest == Interest::None || reader.builder.has_group(&group.id) {
                return Ok(());
            }
            let created = group.created_date_time.map(Into::into);
            let record = GroupRecord { name: name.to_owned(), created, distinguished_name: None };
            count();
            reader.builder.group(&group.id, record)?;
            if interest == Interest::Linked {
                linked.push(Open { id: group.id.into_owned(), name: name.to_owned(), hidden });
            }
            Ok(())
        })
        .await
    }

    /// Reads the members of groups, and of groups nested in them. A cycle is harmless: each group is asked for once.
    pub(super) async fn members(&mut self, groups: Vec<Open>) -> Result<(), Fault> {
        let mut asked = BTreeSet::new();
        let mut open: Vec<Open> = groups.into_iter().filter(|group| asked.insert(group.id.clone())).collect();
        while !open.is_empty() {
            let (kept, unread): (Vec<Open>, Vec<Open>) = open.into_iter().partition(|group| {
                self.record.as_ref().is_some_and(|record| record.groups.contains_key(&group.id))
            });
            let mut nested = Vec::new();
            for group in &kept {
                nested.extend(self.kept_members(group)?);
            }
            let ids: Vec<String> = unread.iter().map(|group| group.id.clone()).collect();
            self.watch_groups(&ids).await;
            for batch in unread.chunks(BATCH) {
                nested.extend(self.batch_of_members(batch).await?);
            }
            nested.retain(|id| asked.insert(id.clone()));
            open = nested.into_iter().map(|id| Open { name: id.clone(), id, hidden: false }).collect();
        }
        if let Some(record) = &mut self.record {
            record.retain(&asked);
        }
        Ok(())
    }

    /// Reads the members of a few groups; gives the groups among them.
    async fn batch_of_members(&mut self, batch: &[Open]) -> Result<Vec<String>, Fault> {
        let targets: Vec<String> =
            batch.iter().map(|group| query::members(&group.id, self.request.page_size)).collect();
        let parts = self.session.batch(MEMBERS, &targets).await.map_err(Fault::Error)?;
        let mut nested = Vec::new();
        for (group, part) in batch.iter().zip(parts) {
            let Part::Body(page) = part else {
                return Err(Fault::Drift(format!("the group `{}` is listed, but not there", group.name)));
            };
            nested.extend(self.members_of(group, &page).await?);
        }
        Ok(nested)
    }

    /// The members of a group as the record has them; gives the groups among them.
    fn kept_members(&mut self, group: &Open) -> Result<Vec<String>, Fault> {
        let Some(kept) = self.record.as_ref().and_then(|record| record.groups.get(&group.id)).cloned() else {
            return Err(Fault::Stale);
        };
        for user in kept.users {
            self.user_member(&group.id, user)?;
        }
        for nested in &kept.groups {
            self.nested_member(&group.id, nested)?;
        }
        Ok(kept.groups.into_iter().filter(|_| self.request.nested).collect())
    }

    /// A user in a group; one who was not on the list is looked at later.
    fn user_member(&mut self, group: &str, user: String) -> Result<(), Fault> {
        if self.builder.has_user(&user) {
            return Ok(self.builder.member(group, &user)?);
        }
        self.strangers.push((user, Stranger::Member { group: group.to_owned() }));
        Ok(())
    }

    /// A group in a group, where nesting counts.
    fn nested_member(&mut self, group: &str, nested: &str) -> Result<(), Fault> {
        if !self.request.nested {
            return Ok(());
        }
        if !self.builder.has_group(nested) {
            // Without a name: no rule finds it, its members count in the other one.
            self.builder.group(nested, GroupRecord::default())?;
        }
        Ok(self.builder.member(group, nested)?)
    }

    /// Reads the members of one group whose first page is here; gives the groups among them, where nesting counts.
    async fn members_of(&mut self, group: &Open, page: &[u8]) -> Result<Vec<String>, Fault> {
        let (mut seen, mut kept) = (IdColumn::default(), KeptMembers::default());
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
                    kept.users.insert(id.clone());
                    reader.user_member(&group.id, id)?;
                }
                MemberKind::Group => {
                    reader.nested_member(&group.id, &id)?;
                    kept.groups.insert(id);
                }
                MemberKind::Other => {}
            }
            Ok(())
        })
        .await?;
        if group.hidden && seen.is_empty() {
            return Err(Fault::Error(format!(
                "the membership of the group `{}` is hidden, and nobody was shown: grant the application permission \
                 `Member.Read.Hidden`",
                group.name
            )));
        }
        let nested = kept.groups.iter().filter(|_| self.request.nested).cloned().collect();
        if let Some(record) = &mut self.record {
            record.groups.insert(group.id.clone(), kept);
        }
        Ok(nested)
    }
}
