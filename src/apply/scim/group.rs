//! Memberships of groups, and groups that are missing.

use super::{Failure, Kind, PATIENCE, STARTS, ScimWriter, WriteError, Written};
use crate::http::{Call, HttpError, Method};
use crate::wire::scim::{MEMBERS_PER_REQUEST, add_members, decode_group, group_body, remove_member};
use std::collections::BTreeSet;
use std::sync::PoisonError;
use tokio::time::sleep;

/// A group, as the plan knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupRef<'g> {
    /// By the application's id.
    Id(&'g str),
    /// By its name, which must be one group's only (S44).
    Name(&'g str),
}

impl ScimWriter {
    /// Makes an account a member of a group.
    ///
    /// # Errors
    /// When the group is missing or one of several, the service refuses, or a fresh read does not show the member.
    pub async fn grant(&self, group: GroupRef<'_>, account: &str) -> Result<Written, WriteError> {
        self.grant_all(group, &[account]).await
    }

    /// Makes several accounts members of a group: one read before, one after, a hundred members a request (S46).
    ///
    /// # Errors
    /// As for one.
    pub async fn grant_all(&self, group: GroupRef<'_>, accounts: &[&str]) -> Result<Written, WriteError> {
        let id = self.group_id(group).await?;
        let call = self.call(Method::Patch, Kind::Group, &id)?;
        let mut written = Written::AlreadySo;
        for _ in 0..STARTS {
            let absent = self.absent(&id, accounts).await?;
            if absent.is_empty() {
                return Ok(written);
            }
            written = Written::Changed;
            match self.add(&call, &absent).await {
                Ok(()) => return self.settled(&id, accounts, true, None).await,
                Err(error) if error.wants_pause() => {}
                Err(error) if error.outcome_unknown() => {
                    return self.settled(&id, accounts, true, Some(error)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.settled(&id, accounts, true, None).await
    }

    /// Ends an account's membership of a group. A group that is gone has no members.
    ///
    /// # Errors
    /// When the group's name is several groups', the service refuses, or a fresh read still shows the member.
    pub async fn revoke(&self, group: GroupRef<'_>, account: &str) -> Result<Written, WriteError> {
        let id = match self.group_id(group).await {
            Err(WriteError::Failed(Failure::NoGroup(_))) => return Ok(Written::AlreadySo),
            other => other?,
        };
        let call = self.call(Method::Patch, Kind::Group, &id)?.body(&remove_member(account)?);
        for _ in 0..STARTS {
            if !self.members(&id).await?.unwrap_or_default().contains(account) {
                return Ok(Written::AlreadySo);
            }
            match self.service.send(&call).await {
                Ok(_) => return self.settled(&id, &[account], false, None).await,
                Err(error) if error.wants_pause() => {}
                Err(error) if error.outcome_unknown() => {
                    return self.settled(&id, &[account], false, Some(error)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.settled(&id, &[account], false, None).await
    }

    /// Creates a group, unless one of that name is there. Gives its id.
    ///
    /// # Errors
    /// When the service refuses, several groups have the name, or the answer was lost and no such group shows.
    pub async fn create_group(&self, name: &str) -> Result<String, WriteError> {
        let list = Kind::Group.list();
        let call = Call::new(Method::Post, list, list).body(&group_body(name));
        let mut starts = 1;
        loop {
            if let Some(id) = self.group_named(name).await? {
                return Ok(self.remember(name, id));
            }
            let error = match self.service.send(&call).await {
                Ok(answer) => return Ok(self.remember(name, decode_group(&answer.body)?.id.into_owned())),
                Err(error) => error,
            };
            if error.wants_pause() && starts < STARTS {
                starts += 1;
                continue;
            }
            if error.status() != Some(409) && !error.outcome_unknown() {
                return Err(error.into());
            }
            let found = self.group_named(name).await?.ok_or(WriteError::Unknown(error))?;
            return Ok(self.remember(name, found));
        }
    }

    async fn group_id(&self, group: GroupRef<'_>) -> Result<String, WriteError> {
        let name = match group {
            GroupRef::Id(id) => return Ok(id.to_owned()),
            GroupRef::Name(name) => name,
        };
        let known = self.groups.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(id) = known {
            return Ok(id);
        }
        let found = self.group_named(name).await?;
        found.map(|id| self.remember(name, id)).ok_or_else(|| Failure::NoGroup(name.to_owned()).into())
    }

    fn remember(&self, name: &str, id: String) -> String {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        groups.insert(name.to_owned(), id.clone());
        id
    }

    /// The ids of a group's members; none where the group is gone.
    async fn members(&self, group: &str) -> Result<Option<BTreeSet<String>>, WriteError> {
        let Some(answer) = self.get(Kind::Group, group).await? else { return Ok(None) };
        let members = decode_group(&answer.body)?.members;
        Ok(Some(members.into_iter().map(std::borrow::Cow::into_owned).collect()))
    }

    /// Those who are not in the group yet: adding a member twice keeps it twice in some services (S41).
    async fn absent<'a>(&self, group: &str, accounts: &[&'a str]) -> Result<Vec<&'a str>, WriteError> {
        let members = self.members(group).await?.ok_or_else(|| Failure::NoGroup(group.to_owned()))?;
        let mut absent: Vec<_> = accounts.iter().copied().filter(|id| !members.contains(*id)).collect();
        absent.sort_unstable();
        absent.dedup();
        Ok(absent)
    }

    /// Adds members in requests of a hundred, or of half as many each time the service finds them too large.
    async fn add(&self, call: &Call, accounts: &[&str]) -> Result<(), HttpError> {
        let (mut rest, mut size) = (accounts, MEMBERS_PER_REQUEST);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(size.min(rest.len()));
            match self.service.send(&call.clone().body(&add_members(now))).await {
                Ok(_) => rest = later,
                Err(error) if error.status() == Some(413) && now.len() > 1 => size = now.len() / 2,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether a fresh read shows all of them in the group, or none (S29).
    async fn settled(
        &self,
        group: &str,
        accounts: &[&str],
        inside: bool,
        lost: Option<HttpError>,
    ) -> Result<Written, WriteError> {
        for pause in PATIENCE {
            let members = self.members(group).await?.unwrap_or_default();
            if accounts.iter().all(|id| members.contains(*id) == inside) {
                return Ok(Written::Changed);
            }
            sleep(pause).await;
        }
        let not_kept = || Failure::NotKept(vec!["members".to_owned()]).into();
        Err(lost.map_or_else(not_kept, WriteError::Unknown))
    }
}
