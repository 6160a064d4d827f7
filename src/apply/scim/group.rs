//! Finds groups by name, and creates those that do not exist yet.

use super::{ATTEMPTS, Failure, Kind, ScimWriter, WriteError};
use crate::http::{Call, Method};
use crate::wire::scim::{decode_group, empty_group_body, group_body};
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
        let list = Kind::Group.list();
        let post = |body| Call::new(Method::Post, list, list).body(&body);
        let (mut call, mut is_plain, mut attempts) = (post(group_body(name)), true, 1);
        loop {
            match self.group_id(GroupRef::Name(name)).await {
                Err(WriteError::Failed(Failure::NoGroup(_))) => {}
                other => return other,
            }
            let error = match self.service.send(&call).await {
                Ok(answer) => {
                    let id = decode_group(&answer.body)?.id.into_owned();
                    // Its members come next, so it is waited for.
                    drop(self.appeared(Kind::Group, &id).await);
                    return Ok(self.remember(name, id));
                }
                Err(error) => error,
            };
            if error.status() == Some(400) && is_plain {
                (call, is_plain) = (post(empty_group_body(name)), false);
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
