//! Finds users by a filter, and the groups of a user, in the double's tenant.

use super::double::literals;
use super::tenant::Tenant;
use crate::support::http_server::Request;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Properties that Graph filters without the delayed index (its table of `$filter` by property).
const BY_DEFAULT: [&str; 14] = [
    "city",
    "country",
    "department",
    "displayName",
    "employeeId",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "onPremisesUserPrincipalName",
    "state",
    "surname",
    "usageLocation",
    "userPrincipalName",
];

/// The users that match the filter of a request, or all; none if the filter needs an advanced query (MG6).
pub(crate) fn found<'t>(tenant: &'t Tenant, request: &Request) -> Option<Vec<&'t Value>> {
    let Some(filter) = request.parameter("$filter") else { return Some(tenant.users.iter().collect()) };
    let clauses: Vec<Clause> = filter.split(" or ").map(Clause::parse).collect::<Option<_>>()?;
    // Graph accepts 15 clauses.
    (clauses.len() <= 15).then_some(())?;
    Some(tenant.users.iter().filter(|user| clauses.iter().any(|clause| clause.holds(user))).collect())
}

struct Clause {
    name: String,
    text: String,
    begins: bool,
}

impl Clause {
    fn parse(text: &str) -> Option<Self> {
        let begins = text.strip_prefix("startswith(").and_then(|rest| rest.strip_suffix(')'));
        let (name, literal) = match begins {
            Some(rest) => rest.split_once(',')?,
            None => text.split_once(" eq ")?,
        };
        BY_DEFAULT.contains(&name).then_some(())?;
        let [text] = <[String; 1]>::try_from(literals(literal)?).ok()?;
        (begins.is_none() || name != "jobTitle").then_some(())?;
        Some(Self { name: name.to_owned(), text: text.to_lowercase(), begins: begins.is_some() })
    }

    fn holds(&self, user: &Value) -> bool {
        let Some(held) = user[&self.name].as_str().map(str::to_lowercase) else { return false };
        if self.begins { held.starts_with(&self.text) } else { held == self.text }
    }
}

/// The groups of a user and a directory role, mixed as in Graph's answer; none if the user does not exist.
pub(crate) fn member_of(tenant: &Tenant, user: &str, transitive: bool) -> Option<Vec<Value>> {
    tenant.users.iter().find(|known| known["id"] == user)?;
    let above = |id: &str| {
        let hidden = |group: &str| {
            tenant
                .groups
                .iter()
                .any(|known| known["id"] == group && known["visibility"] == "HiddenMembership")
        };
        let holds = |group: &str, members: &[(&str, String)]| {
            members.iter().any(|member| member.1 == id)
                && (!hidden(group) || tenant.permissions.contains("Member.Read.Hidden"))
        };
        let all = tenant.members.iter().filter(|(group, members)| holds(group, members));
        all.map(|(group, _)| group.clone()).collect::<Vec<_>>()
    };
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut open = above(user);
    while let Some(group) = open.pop() {
        if found.insert(group.clone()) && transitive {
            open.extend(above(&group));
        }
    }
    let object =
        |kind: &str, id: &str| json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": id });
    let groups = found.iter().map(|id| object("group", id));
    Some(groups.chain([object("directoryRole", "44444444-0000-4000-8000-000000000001")]).collect())
}
