//! Whether a throw-away group takes the throw-away user as its member, and shows it.

use super::connection::{Connection, target};
use crate::http::{Call, HttpError, Method};
use crate::model::{Members, Tried, UpdateMethod};
use crate::wire::scim::{GROUP_SCHEMA, add_members, decode_group, group_body};
use serde_json::{Value as Json, json};

/// What groups do.
#[derive(Debug)]
pub(super) struct Groups {
    /// Which method adds a member.
    pub(super) method: Tried<UpdateMethod>,
    /// Whether members are shown.
    pub(super) members: Tried<Members>,
}

const ROUTE: &str = "/Groups/{id}";

impl Connection {
    /// Makes a group, whose id is noted at once, and gives it the user.
    pub(super) async fn try_groups(&self, user: &str, name: &str, made: &mut Option<String>) -> Groups {
        match self.groups(user, name, made).await {
            Ok(groups) => groups,
            Err(error) => Groups { method: Err(error.to_string()), members: Err(error.to_string()) },
        }
    }

    async fn groups(&self, user: &str, name: &str, made: &mut Option<String>) -> Result<Groups, HttpError> {
        let call = Call::new(Method::Post, "/Groups", "/Groups").body(&group_body(name));
        let answer = self.service.send(&call).await?;
        let Ok(group) = decode_group(&answer.body) else {
            let problem = "the answer to creating a group has no `id`".to_owned();
            return Ok(Groups { method: Err(problem.clone()), members: Err(problem) });
        };
        let id = group.id.into_owned();
        *made = Some(id.clone());
        let whole = json!({
            "schemas": [GROUP_SCHEMA], "id": id, "displayName": name, "members": [{ "value": user }],
        });
        let tries = [
            (UpdateMethod::Patch, Method::Patch, add_members(&[user])),
            (UpdateMethod::Put, Method::Put, whole),
        ];
        let mut problems = Vec::new();
        for (method, verb, body) in tries {
            let call = Call::new(verb, ROUTE, target("/Groups", &id)?).body(&body);
            match self.service.send(&call).await {
                Err(error) => problems.push(error.to_string()),
                Ok(_) if self.shows(&id, user).await? => {
                    return Ok(Groups { method: Ok(method), members: Ok(Members::Shown) });
                }
                Ok(_) if self.is_in(user, &id).await? => {
                    return Ok(Groups { method: Ok(method), members: Ok(Members::Hidden) });
                }
                Ok(_) => problems.push(format!("{} is accepted and shows no member", verb.name())),
            }
        }
        // Whether the members are there is something that only people can see then.
        let told = if problems.len() == 2
            && problems.iter().all(|problem| problem.contains("shows no member"))
        {
            "; if the application itself has the member, write `groups: { update: patch, members: hidden }`"
        } else {
            ""
        };
        let problem = format!("{}{told}", problems.join("; "));
        Ok(Groups { method: Err(problem.clone()), members: Err(problem) })
    }

    /// Whether the group shows the user as its member.
    async fn shows(&self, group: &str, user: &str) -> Result<bool, HttpError> {
        let answer = self.service.send(&Call::new(Method::Get, ROUTE, target("/Groups", group)?)).await?;
        let members = decode_group(&answer.body).map(|group| group.members).unwrap_or_default();
        Ok(members.iter().any(|member| member == user))
    }

    /// Whether the user shows that it is in the group.
    async fn is_in(&self, user: &str, group: &str) -> Result<bool, HttpError> {
        let user: Json = serde_json::from_slice(&self.user(user).await?.body).unwrap_or_default();
        let groups = user.get("groups").and_then(Json::as_array).into_iter().flatten();
        let mut ids = groups.filter_map(|one| one.get("value").and_then(Json::as_str));
        Ok(ids.any(|id| id == group))
    }
}
