//! The contents of the double's tenant.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TENANT: &str = "8d0c1f0e-31f4-4a3e-9f57-0d0c5f6b1a11";
pub(crate) const CLIENT: &str = "4b1a7c52-6a0e-4b6f-8f0c-2d6e8f1b7c22";
pub(crate) const SECRET: &str = "canary~secret.value-of-forty-characters-ab";
/// The id of an enterprise application.
pub(crate) const SERVICE: &str = "5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44";
/// The ids of users, groups and roles, by number.
pub(crate) fn user(number: usize) -> String {
    format!("11111111-0000-4000-8000-{number:012x}")
}
pub(crate) fn group(number: usize) -> String {
    format!("22222222-0000-4000-8000-{number:012x}")
}
pub(crate) fn role(number: usize) -> String {
    format!("33333333-0000-4000-8000-{number:012x}")
}

/// A tenant, and the permissions of its reader.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) users: Vec<Value>,
    pub(crate) groups: Vec<Value>,
    /// For each group, the type and id of each direct member.
    pub(crate) members: BTreeMap<String, Vec<(&'static str, String)>>,
    pub(crate) roles: Vec<Value>,
    pub(crate) assignments: Vec<Value>,
    /// Application permissions that were granted.
    pub(crate) permissions: BTreeSet<&'static str>,
    /// Seconds for which a token is valid.
    pub(crate) lifetime: u64,
    /// Requests for which a token is valid, whatever its lifetime.
    pub(crate) uses: usize,
    /// The number of users in the index, if it is delayed.
    pub(crate) counted: Option<usize>,
    /// Whether stored cursors are no longer valid.
    pub(crate) forgetful: bool,
    /// The maximum number of objects a page, whatever is requested.
    pub(crate) most: usize,
}

impl Tenant {
    /// A number of users; every seventh is disabled, every tenth a guest.
    pub(crate) fn new(users: usize) -> Self {
        let permissions = ["User.Read.All", "GroupMember.Read.All", "Application.Read.All"];
        Self {
            users: (0..users).map(person).collect(),
            groups: Vec::new(),
            members: BTreeMap::new(),
            roles: Vec::new(),
            assignments: Vec::new(),
            permissions: permissions.into(),
            lifetime: 3599,
            uses: usize::MAX,
            counted: None,
            forgetful: false,
            most: 999,
        }
    }

    /// Adds a group with these users.
    pub(crate) fn with_group(
        mut self,
        number: usize,
        name: &str,
        users: impl IntoIterator<Item = usize>,
    ) -> Self {
        let id = group(number);
        self.groups.push(json!({
            "id": id, "displayName": name, "createdDateTime": "2020-01-01T00:00:00Z", "visibility": null,
            "mailNickname": format!("group{number}"), "securityEnabled": true,
        }));
        let members = users.into_iter().map(|number| ("user", user(number)));
        self.members.insert(id, members.collect());
        self
    }

    /// Adds any object to a group.
    pub(crate) fn with_member(mut self, number: usize, kind: &'static str, id: String) -> Self {
        self.members.entry(group(number)).or_default().push((kind, id));
        self
    }

    /// Adds a role of the enterprise application with its assignments: type and id.
    pub(crate) fn with_role(mut self, number: usize, name: &str, assigned: &[(&str, String)]) -> Self {
        let id = if number == 0 { "00000000-0000-0000-0000-000000000000".to_owned() } else { role(number) };
        if number > 0 {
            self.roles.push(json!({
                "id": id, "displayName": name, "value": name.to_lowercase(), "isEnabled": true,
                "allowedMemberTypes": ["User"], "description": name,
            }));
        }
        for (kind, principal) in assigned {
            let number = self.assignments.len();
            self.assignments.push(json!({
                "id": format!("assignment-{number}"), "appRoleId": id, "principalId": principal,
                "principalType": kind, "principalDisplayName": "somebody", "resourceId": SERVICE,
                "resourceDisplayName": "Promapp", "createdDateTime": "2020-01-01T00:00:00Z",
            }));
        }
        self
    }

    pub(crate) fn without(mut self, permission: &str) -> Self {
        assert!(self.permissions.remove(permission), "{permission} was granted");
        self
    }

    /// A user's record.
    pub(crate) fn user_mut(&mut self, number: usize) -> &mut Value {
        &mut self.users[number]
    }
}

fn person(number: usize) -> Value {
    let guest = number % 10 == 9;
    let name = format!("user{number}");
    let principal = match guest {
        true => format!("{name}_fabrikam.example#EXT#@contoso.onmicrosoft.com"),
        false => format!("{name}@contoso.example"),
    };
    json!({
        "id": user(number), "accountEnabled": number % 7 != 6, "userPrincipalName": principal,
        "mail": if guest { Value::Null } else { json!(format!("{name}@contoso.example")) },
        "displayName": format!("User {number}"), "givenName": "User", "surname": number.to_string(),
        "userType": if guest { "Guest" } else { "Member" }, "department": "Sales", "city": null,
        "businessPhones": [format!("+4533{number:06}")], "createdDateTime": "2020-01-01T00:00:00Z",
        "onPremisesExtensionAttributes": { "extensionAttribute1": format!("E{number}") },
    })
}
