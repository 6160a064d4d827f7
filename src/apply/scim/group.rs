//! Finds groups by name, and creates those that do not exist yet.

use super::{ATTEMPTS, Failure, Kind, ScimWriter, WriteError};
use crate::http::{Call, Method};
use crate::wire::scim::{decode_group, group_body, group_body_with};
use std::collections::BTreeSet;
use std::sync::PoisonError;

/// How the plan refers to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupRef<'g> {
    /// By the application's id.
    Id(&'g str),
    /// By name, which only one group may have (S44).
    Name(&'g str),
}

impl ScimWriter {
    /// Creates a group and gives its id; if a group with the name exists, gives the id of that one.
    ///
    /// # Errors
    /// The service refuses, several groups have the name, or the answer was lost and no such group appears.
    pub async fn create_group(&self, name: &str) -> Result<String, WriteError> {
        self.create_group_for(name, None).await
    }

    /// The same; a service that makes no empty group is given this account as the first member.
    ///
    /// # Errors
    /// As [`create_group`](Self::create_group).
    pub async fn create_group_for(&self, name: &str, first: Option<&str>) -> Result<String, WriteError> {
        let list = Kind::Group.list();
        let mut call = Call::new(Method::Post, list, list).body(&group_body(name));
        let (mut first, mut made_with) = (first, None);
        let mut attempts = 1;
        loop {
            match self.group_id(GroupRef::Name(name)).await {
                Err(WriteError::Failed(Failure::NoGroup(_))) => {}
                other => return other,
            }
            let error = match self.service.send(&call).await {
                Ok(answer) => {
                    let group = decode_group(&answer.body)?;
                    let shown: BTreeSet<String> = group.members.iter().map(|one| one.to_string()).collect();
                    let id = group.id.into_owned();
                    // It may show the member that it was made with by another name, and is not to get it twice.
                    if let Some(member) = made_with.filter(|member| !shown.contains(*member)) {
                        self.names_members(member, &shown).await?;
                    }
                    // Its members come next, so it is waited for.
                    drop(self.appeared(Kind::Group, &id).await);
                    return Ok(self.remember(name, id));
                }
                Err(error) => error,
            };
            if error.status() == Some(400)
                && let Some(member) = first.take()
            {
                call = Call::new(Method::Post, list, list).body(&group_body_with(name, member)?);
                made_with = Some(member);
                continue;
            }
            if error.wants_pause() && attempts < ATTEMPTS {
                attempts += 1;
                continue;
            }
            let found = match error.status() {
                // The service has it, although its filter did not find it.
                Some(409) => self.group_in_list(name).await?,
                _ if error.outcome_unknown() => self.group_named(name).await?,
                _ => return Err(error.into()),
            };
            let refused = error.status() == Some(409);
            return match found {
                Some(id) => Ok(self.remember(name, id)),
                None if refused => Err(error.into()),
                None => Err(WriteError::Unknown(error)),
            };
        }
    }

    pub(super) async fn group_id(&self, group: GroupRef<'_>) -> Result<String, WriteError> {
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
}
