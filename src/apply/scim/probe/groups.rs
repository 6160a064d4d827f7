//! Whether a throw-away group takes the throw-away user as its member, and shows it.

use super::connection::{Connection, target};
use crate::http::{Answer, Call, HttpError, Method};
use crate::model::{MemberValue, Members, Tried, UpdateMethod};
use crate::wire::scim::{GROUP_SCHEMA, add_members, decode_group, empty_group_body, group_body};
use serde_json::{Value as Json, json};

/// What groups do.
#[derive(Debug)]
pub(super) struct Groups {
    /// Which method adds a member.
    pub(super) method: Tried<UpdateMethod>,
    /// Whether members are shown.
    pub(super) members: Tried<Members>,
    /// What they are shown by; none: they are not.
    pub(super) member_value: Option<MemberValue>,
}

impl Groups {
    fn known(method: UpdateMethod, member_value: Option<MemberValue>) -> Self {
        let members = if member_value.is_some() { Members::Shown } else { Members::Hidden };
        Self { method: Ok(method), members: Ok(members), member_value }
    }

    fn unknown(problem: String) -> Self {
        Self { method: Err(problem.clone()), members: Err(problem), member_value: None }
    }
}

/// The throw-away user, by what a group may name it.
struct Member<'m> {
    id: &'m str,
    name: Option<String>,
}

const ROUTE: &str = "/Groups/{id}";

impl Connection {
    /// Makes a group, whose id is noted at once, and gives it the user.
    pub(super) async fn try_groups(&self, user: &str, name: &str, made: &mut Option<String>) -> Groups {
        match self.groups(user, name, made).await {
            Ok(groups) => groups,
            Err(error) => Groups::unknown(error.to_string()),
        }
    }

    async fn groups(&self, user: &str, name: &str, made: &mut Option<String>) -> Result<Groups, HttpError> {
        let answer = self.make_group(name).await?;
        let Ok(group) = decode_group(&answer.body) else {
            let problem = "the answer to creating a group has no `id`".to_owned();
            return Ok(Groups::unknown(problem));
        };
        let id = group.id.into_owned();
        *made = Some(id.clone());
        let member = Member { id: user, name: self.user_name(user).await? };
        let mut problems = Vec::new();
        for value in [Some(user), member.name.as_deref()].into_iter().flatten() {
            let whole = json!({
                "schemas": [GROUP_SCHEMA], "id": id, "displayName": name, "members": [{ "value": value }],
            });
            let tries = [
                (UpdateMethod::Patch, Method::Patch, add_members(&[value])),
                (UpdateMethod::Put, Method::Put, whole),
            ];
            for (method, verb, body) in tries {
                let problem = match self.try_member(&id, verb, &body, &member).await? {
                    Ok(shown) => return Ok(Groups::known(method, shown)),
                    Err(problem) => problem,
                };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
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
        Ok(Groups::unknown(format!("{}{told}", problems.join("; "))))
    }

    /// Makes the group; some services make none without a list of members.
    async fn make_group(&self, name: &str) -> Result<Answer, HttpError> {
        let post = |body| Call::new(Method::Post, "/Groups", "/Groups").body(&body);
        match self.service.send(&post(group_body(name))).await {
            Err(HttpError::Status { status: 400, .. }) => {
                self.service.send(&post(empty_group_body(name))).await
            }
            answer => answer,
        }
    }

    /// The user's name as it is now.
    async fn user_name(&self, user: &str) -> Result<Option<String>, HttpError> {
        let user: Json = serde_json::from_slice(&self.user(user).await?.body).unwrap_or_default();
        let name = user.get("userName").and_then(Json::as_str);
        Ok(name.map(ToOwned::to_owned))
    }

    /// Adds the user, and tells by what the group shows it; none: only the user shows that it is in the group.
    async fn try_member(
        &self,
        group: &str,
        verb: Method,
        body: &Json,
        user: &Member<'_>,
    ) -> Result<Tried<Option<MemberValue>>, HttpError> {
        let call = Call::new(verb, ROUTE, target("/Groups", group)?).body(body);
        if let Err(error) = self.service.send(&call).await {
            return Ok(Err(error.to_string()));
        }
        let shown = self.shown_by(group, user).await?;
        if shown.is_some() || self.is_in(user.id, group).await? {
            return Ok(Ok(shown));
        }
        Ok(Err(format!("{} is accepted and shows no member", verb.name())))
    }

    /// By what the group shows the user as its member; none: not at all.
    async fn shown_by(&self, group: &str, user: &Member<'_>) -> Result<Option<MemberValue>, HttpError> {
        let answer = self.service.send(&Call::new(Method::Get, ROUTE, target("/Groups", group)?)).await?;
        let members = decode_group(&answer.body).map(|group| group.members).unwrap_or_default();
        let has = |value: &str| members.iter().any(|member| member == value);
        let by_name = || user.name.as_deref().is_some_and(has).then_some(MemberValue::UserName);
        Ok(has(user.id).then_some(MemberValue::Id).or_else(by_name))
    }

    /// Whether the user shows that it is in the group.
    async fn is_in(&self, user: &str, group: &str) -> Result<bool, HttpError> {
        let user: Json = serde_json::from_slice(&self.user(user).await?.body).unwrap_or_default();
        let groups = user.get("groups").and_then(Json::as_array).into_iter().flatten();
        let mut ids = groups.filter_map(|one| one.get("value").and_then(Json::as_str));
        Ok(ids.any(|id| id == group))
    }
}
