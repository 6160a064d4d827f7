//! Group memberships, and groups that don't exist yet.

use super::{ATTEMPTS, Failure, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, WriteOutcome};
use crate::http::{Call, HttpError, Method};
use crate::wire::scim::{MEMBERS_PER_REQUEST, add_members, decode_group, group_body, remove_member};
use std::collections::BTreeSet;
use std::sync::PoisonError;
use tokio::time::sleep;

/// How the plan refers to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupRef<'g> {
    /// By the application's id.
    Id(&'g str),
    /// By name, which only one group may have (S44).
    Name(&'g str),
}

impl ScimWriter {
    /// Makes an account a member of a group.
    ///
    /// # Errors
    /// The group does not exist or several have its name, the service refuses, or a fresh read does not show the
    /// member.
    pub async fn grant(&self, group: GroupRef<'_>, account: &str) -> Result<WriteOutcome, WriteError> {
        self.grant_all(group, &[account]).await
    }

    /// Makes several accounts members of a group: one read before, one after, at most a hundred members a request
    /// (S46).
    ///
    /// # Errors
    /// As for [`grant`](Self::grant).
    pub async fn grant_all(
        &self,
        group: GroupRef<'_>,
        accounts: &[&str],
    ) -> Result<WriteOutcome, WriteError> {
        let id = self.group_id(group).await?;
        let call = self.call(Method::Patch, Kind::Group, &id)?;
        let mut written = WriteOutcome::Unchanged;
        for _ in 0..ATTEMPTS {
            let absent = self.absent(&id, accounts).await?;
            if absent.is_empty() {
                return Ok(written);
            }
            written = WriteOutcome::Changed;
            match self.add(&call, &absent).await {
                Ok(()) => return self.confirm_members(&id, accounts, true, None).await,
                Err(error) if error.wants_pause() => {}
                Err(error) if error.outcome_unknown() => {
                    return self.confirm_members(&id, accounts, true, Some(error)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.confirm_members(&id, accounts, true, None).await
    }

    /// Ends an account's membership of a group. A group that does not exist has no members.
    ///
    /// # Errors
    /// Several groups have the name, the service refuses, or a fresh read still shows the member.
    pub async fn revoke(&self, group: GroupRef<'_>, account: &str) -> Result<WriteOutcome, WriteError> {
        let id = match self.group_id(group).await {
            Err(WriteError::Failed(Failure::NoGroup(_))) => return Ok(WriteOutcome::Unchanged),
            other => other?,
        };
        let call = self.call(Method::Patch, Kind::Group, &id)?.body(&remove_member(account)?);
        for _ in 0..ATTEMPTS {
            if !self.members(&id).await?.unwrap_or_default().contains(account) {
                return Ok(WriteOutcome::Unchanged);
            }
            match self.service.send(&call).await {
                Ok(_) => return self.confirm_members(&id, &[account], false, None).await,
                Err(error) if error.wants_pause() => {}
                Err(error) if error.outcome_unknown() => {
                    return self.confirm_members(&id, &[account], false, Some(error)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.confirm_members(&id, &[account], false, None).await
    }

    /// Creates a group and gives its id; if a group with the name exists, gives the id of that one.
    ///
    /// # Errors
    /// The service refuses, several groups have the name, or the answer was lost and no such group appears.
    pub async fn create_group(&self, name: &str) -> Result<String, WriteError> {
        let list = Kind::Group.list();
        let call = Call::new(Method::Post, list, list).body(&group_body(name));
        let mut attempts = 1;
        loop {
            if let Some(id) = self.group_named(name).await? {
                return Ok(self.remember(name, id));
            }
            let error = match self.service.send(&call).await {
                Ok(answer) => return Ok(self.remember(name, decode_group(&answer.body)?.id.into_owned())),
                Err(error) => error,
            };
            if error.wants_pause() && attempts < ATTEMPTS {
                attempts += 1;
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

    /// The ids of a group's members; none if the group does not exist.
    async fn members(&self, group: &str) -> Result<Option<BTreeSet<String>>, WriteError> {
        let Some(answer) = self.get(Kind::Group, group).await? else { return Ok(None) };
        let members = decode_group(&answer.body)?.members;
        Ok(Some(members.into_iter().map(std::borrow::Cow::into_owned).collect()))
    }

    /// The accounts that are not members yet: in some services, a member that is added twice is there twice (S41).
    async fn absent<'a>(&self, group: &str, accounts: &[&'a str]) -> Result<Vec<&'a str>, WriteError> {
        let members = self.members(group).await?.ok_or_else(|| Failure::NoGroup(group.to_owned()))?;
        let mut absent: Vec<_> = accounts.iter().copied().filter(|id| !members.contains(*id)).collect();
        absent.sort_unstable();
        absent.dedup();
        Ok(absent)
    }

    /// Adds members, a hundred in a request; each time the service finds a request too large, half as many.
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

    /// Whether a fresh read shows all accounts in the group, or none of them (S29).
    async fn confirm_members(
        &self,
        group: &str,
        accounts: &[&str],
        inside: bool,
        lost: Option<HttpError>,
    ) -> Result<WriteOutcome, WriteError> {
        for pause in READ_BACK_PAUSES {
            let members = self.members(group).await?.unwrap_or_default();
            if accounts.iter().all(|id| members.contains(*id) == inside) {
                return Ok(WriteOutcome::Changed);
            }
            sleep(pause).await;
        }
        let not_stored = || Failure::NotStored(vec!["members".to_owned()]).into();
        Err(lost.map_or_else(not_stored, WriteError::Unknown))
    }
}
