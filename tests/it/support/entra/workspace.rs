//! Workspaces whose users are in the tenant of a double.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::double::Double;
use super::tenant::{CLIENT, SECRET, TENANT, Tenant};
use crate::support::playground::Playground;
use rolewright::model::{AttributeType, Field};
use rolewright::model::{known_user_attribute, known_user_attributes};
use rolewright::wire::people::{People, parse};
use serde_json::{Value, json};

/// A tenant with the users and groups of a file. Attributes that Graph has no property for are extension attributes.
pub(crate) fn tenant_of(text: &str) -> Tenant {
    let known = known_user_attributes().into_iter();
    let mut accepted: Vec<(String, AttributeType)> =
        known.filter_map(|name| known_user_attribute(&name).map(|kind| (name, kind))).collect();
    accepted.push(("initials".to_owned(), AttributeType::Text));
    let people: People = parse("people.yaml", text, &accepted).unwrap();
    let mut tenant = Tenant::new(0);
    for group in &people.groups {
        tenant.groups.push(json!({ "id": group.id, "displayName": group.name, "createdDateTime": group.created, "visibility": null }));
        let nested = group.members.iter().map(|at| ("group", people.groups[*at].id.clone()));
        tenant.members.insert(group.id.clone(), nested.collect());
    }
    for person in &people.users {
        let mut user = json!({ "id": person.id, "businessPhones": [] });
        for (name, field) in &person.fields {
            user[name] = match field {
                Field::Empty => Value::Null,
                Field::Text(text) => json!(text),
                Field::Boolean(value) => json!(value),
                Field::List(texts) => json!(texts),
            };
        }
        user["onPremisesExtensionAttributes"] = json!({ "extensionAttribute1": user["initials"].take() });
        tenant.users.push(user);
        for at in &person.groups {
            tenant.members.get_mut(&people.groups[*at].id).unwrap().push(("user", person.id.clone()));
        }
    }
    tenant
}

/// The connection of a directory to the double's tenant.
pub(crate) fn by_graph(double: &Double, credential: &str) -> String {
    let url = double.url();
    format!(
        "entra: {{ tenantId: {TENANT}, clientId: {CLIENT}, credential: {credential}, endpoint: '{url}' }}\n"
    )
}

/// The phone system's policies with its users in the double's tenant.
pub(crate) fn on_graph(double: &Double, credential: &str) -> Playground {
    with_graph(Playground::new(), double, credential)
}

/// Worked policies with Contoso's users in the double's tenant.
pub(crate) fn with_graph(mut playground: Playground, double: &Double, credential: &str) -> Playground {
    let directory = by_graph(double, credential);
    let directory = format!("apiVersion: rolewright/v1\nkind: Directory\nname: contoso\n{directory}");
    playground.write("policies/directories/contoso.yaml", &directory);
    playground.git(&["rm", "-q", "-f", "policies/directories/people.yaml"]);
    playground.commit("Contoso by Graph");
    playground.secret("ROLEWRIGHT_CONTOSO", SECRET);
    playground
}
