//! Groups that policies link, and their direct members to any depth; `DirectoryBuilder` counts through nested ones.

use super::session::Part;
use super::{Fault, Reader, Stranger};
use crate::snapshot::{GroupRecord, IdColumn};
use crate::wire::graph::{BATCH, Interest, MemberKind, decode_listed_group, decode_listed_member, query};
use std::collections::{BTreeSet, VecDeque};

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
            // One group may fit two queries, but comes once in each.
            let mut here = IdColumn::default();
            self.walk(GROUPS, &target, &mut |reader, json| {
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
                reader.builder.group(&group.id, record)?;
                if interest == Interest::Linked {
                    linked.push(Open { id: group.id.into_owned(), name: name.to_owned(), hidden });
                }
                Ok(())
            })
            .await?;
        }
        Ok(linked)
    }

    /// Reads the members of groups, and of groups nested in them. A cycle is harmless: each group is asked for once.
    pub(super) async fn members(&mut self, groups: Vec<Open>) -> Result<(), Fault> {
        let mut asked = BTreeSet::new();
        let mut open: VecDeque<Open> =
            groups.into_iter().filter(|group| asked.insert(group.id.clone())).collect();
        while !open.is_empty() {
            let batch: Vec<Open> = open.drain(..open.len().min(BATCH)).collect();
            let targets: Vec<String> =
                batch.iter().map(|group| query::members(&group.id, self.request.page_size)).collect();
            let parts = self.session.batch(MEMBERS, &targets).await.map_err(Fault::Error)?;
            for (group, part) in batch.iter().zip(parts) {
                let Part::Body(page) = part else {
                    return Err(Fault::Drift(format!("the group `{}` is listed, but not there", group.name)));
                };
                for nested in self.members_of(group, &page).await? {
                    if asked.insert(nested.clone()) {
                        open.push_back(Open { name: nested.clone(), id: nested, hidden: false });
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads the members of one group whose first page is here; gives the groups among them, where nesting counts.
    async fn members_of(&mut self, group: &Open, page: &[u8]) -> Result<Vec<String>, Fault> {
        let (mut seen, mut nested) = (IdColumn::default(), Vec::new());
        self.walk_on(MEMBERS, page, &mut |reader, json| {
            let member = decode_listed_member(json).map_err(|error| reader.undecodable(MEMBERS, &error))?;
            if seen.insert(&member.id).is_err() {
                let problem =
                    format!("a member of the group `{}` is listed twice: a page was repeated", group.name);
                return Err(Fault::Drift(problem));
            }
            match member.kind {
                MemberKind::User if !reader.builder.has_user(&member.id) => {
                    let place = Stranger::Member { group: group.id.clone() };
                    reader.strangers.push((member.id.into_owned(), place));
                }
                MemberKind::Group if !reader.request.nested => {}
                MemberKind::Group => {
                    if !reader.builder.has_group(&member.id) {
                        // Without a name: no rule finds it, its members count in this one.
                        reader.builder.group(&member.id, GroupRecord::default())?;
                    }
                    reader.builder.member(&group.id, &member.id)?;
                    nested.push(member.id.into_owned());
                }
                MemberKind::User | MemberKind::Other => reader.builder.member(&group.id, &member.id)?,
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
        Ok(nested)
    }
}
