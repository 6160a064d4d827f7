//! Reads only what changed since the record was made (MG8 to MG11, E7). If anything is unclear, everything is read
//! again: a reported removal counts only once the object itself is missing.

use super::session::BatchPart;
use super::{Fault, Reader};
use crate::fetch::progress::count;
use crate::http::HttpError;
use crate::wire::graph::record::{
    Chain, ChangePage, MAX_WATCHED_GROUPS, decode_changes, groups_from_now, users_from_now,
};
use crate::wire::graph::{BATCH, MemberKind, Walk, query};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

const USERS: &str = "/users/delta";
const GROUPS: &str = "/groups/delta";

impl Reader<'_, '_> {
    /// Updates the record's users, and adds them to the builder.
    pub(super) async fn changed_users(&mut self) -> Result<(), Fault> {
        let Some(record) = &self.record else { return Ok(()) };
        let link = record.users_link.clone();
        let mut changed: BTreeMap<String, bool> = BTreeMap::new();
        let next = self
            .changes(USERS, &link, &mut |_, page| {
                for change in page.value {
                    // An object may occur several times, in any order (MG8).
                    *changed.entry(change.id.into_owned()).or_default() |= change.removed.is_some();
                }
            })
            .await?;
        if self.record.as_ref().is_none_or(|record| !record.is_worth_updating(changed.len())) {
            return Err(Fault::Stale);
        }
        self.read_changed(&changed).await?;
        if let Some(record) = &mut self.record {
            record.users_link = next;
        }
        self.recorded_users()
    }

    /// Reads the changed users. A missing user who was not reported as removed is a contradiction.
    async fn read_changed(&mut self, changed: &BTreeMap<String, bool>) -> Result<(), Fault> {
        const ROUTE: &str = "/users/{id}";
        let ids: Vec<&String> = changed.keys().collect();
        for ids in ids.chunks(BATCH) {
            let targets: Vec<String> = ids.iter().map(|id| query::user(id, &self.select)).collect();
            let parts = self.session.batch(ROUTE, &targets).await.map_err(Fault::Error)?;
            let Some(record) = &mut self.record else { return Err(Fault::Stale) };
            for (id, part) in ids.iter().zip(parts) {
                match part {
                    BatchPart::Body(body) => drop(record.users.insert((*id).clone(), raw_user(&body)?)),
                    BatchPart::Absent if changed[*id] => drop(record.users.remove(*id)),
                    BatchPart::Absent => return Err(Fault::Stale),
                }
            }
        }
        Ok(())
    }

    fn recorded_users(&mut self) -> Result<(), Fault> {
        let Self { record, decoder, builder, .. } = self;
        for (id, json) in record.iter().flat_map(|record| &record.users) {
            let user = decoder.decode(json.get().as_bytes()).map_err(|_| Fault::Stale)?;
            if user.id != *id {
                return Err(Fault::Stale);
            }
            count();
            builder.user(&user.id, &user.fields)?;
        }
        Ok(())
    }

    /// Updates the record's groups: added members are added; a group that lost a member, or is reported as removed, is
    /// read again.
    pub(super) async fn changed_groups(&mut self) -> Result<(), Fault> {
        let chains = self.record.iter().flat_map(|record| record.chains.clone()).collect::<Vec<_>>();
        let mut unclear: BTreeSet<String> = BTreeSet::new();
        for (index, chain) in chains.into_iter().enumerate() {
            let link = self
                .changes(GROUPS, &chain.link, &mut |reader, page| reader.merge(page, &mut unclear))
                .await?;
            if let Some(record) = &mut self.record {
                record.chains[index].link = link;
            }
        }
        if let Some(record) = &mut self.record {
            record.groups.retain(|id, _| !unclear.contains(id));
        }
        Ok(())
    }

    fn merge(&mut self, page: ChangePage<'_>, unclear: &mut BTreeSet<String>) {
        let Some(record) = &mut self.record else { return };
        for change in page.value {
            let Some(kept) = record.groups.get_mut(&*change.id) else { continue };
            let lost_member = change.members.iter().any(|member| member.removed.is_some());
            if change.removed.is_some() || lost_member {
                unclear.insert(change.id.into_owned());
                continue;
            }
            for member in change.members {
                match member.kind() {
                    MemberKind::User => drop(kept.users.insert(member.id.into_owned())),
                    MemberKind::Group => drop(kept.groups.insert(member.id.into_owned())),
                    MemberKind::Other => {}
                }
            }
        }
    }

    /// Starts a cursor for changes of users. It must start before they are read, so that changes during the read are
    /// seen next time.
    pub(super) async fn watch_users(&mut self) {
        if self.record.is_none() {
            return;
        }
        let target = format!("{}{}", self.session.origin(), users_from_now(&self.select));
        let link = self.changes(USERS, &target, &mut |_, _| {}).await;
        match (&mut self.record, link) {
            (Some(record), Ok(link)) => record.users_link = link,
            _ => self.record = None,
        }
    }

    /// The same for groups without a cursor. If it fails, no record is kept and the next read is a full one.
    pub(super) async fn watch_groups(&mut self, groups: &[String]) {
        let Some(record) = &self.record else { return };
        let unwatched: Vec<String> = groups.iter().filter(|id| !record.watches(id)).cloned().collect();
        for groups in unwatched.chunks(MAX_WATCHED_GROUPS) {
            let target = format!("{}{}", self.session.origin(), groups_from_now(groups));
            let link = self.changes(GROUPS, &target, &mut |_, _| {}).await;
            match (&mut self.record, link) {
                (Some(record), Ok(link)) => record.chains.push(Chain { groups: groups.to_vec(), link }),
                _ => self.record = None,
            }
        }
    }

    /// Follows a cursor to its end and returns the next one. An expired cursor means a full read (MG11).
    async fn changes(
        &mut self,
        route: &'static str,
        link: &str,
        take: &mut impl FnMut(&mut Self, ChangePage<'_>),
    ) -> Result<String, Fault> {
        let mut walk = Walk::new(self.session.origin());
        let mut target = walk.follow(link)?;
        loop {
            let answer = match self.session.get(route, &target).await {
                Ok(answer) => answer,
                Err(HttpError::Status { status: 400..=428 | 430..=499, .. }) => return Err(Fault::Stale),
                Err(error) => return Err(Fault::Error(self.session.explain(&error))),
            };
            let incomplete =
                |problem: String| Fault::Error(format!("{route} cannot be understood: {problem}"));
            let page = decode_changes(&answer.body).map_err(incomplete)?;
            let (next, delta) = (page.next.clone(), page.delta.clone());
            take(self, page);
            match (next, delta) {
                (Some(next), _) => {
                    target = walk.follow(&next).map_err(|error| Fault::Error(format!("{route}: {error}")))?
                }
                (None, Some(delta)) => return Ok(delta.into_owned()),
                (None, None) => return Err(Fault::Stale),
            }
        }
    }
}

/// A user as stored in the record.
pub(super) fn raw_user(json: &[u8]) -> Result<Box<RawValue>, Fault> {
    serde_json::from_slice(json)
        .map_err(|error| Fault::Error(format!("/users cannot be understood: {error}")))
}
