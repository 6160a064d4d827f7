//! Hand-written people: everybody has one id, every index leads somewhere, and the same people written anew are read again.

use super::support::{as_yaml, check_problems, text};
use rolewright::model::{AttributeType, Field};
use rolewright::wire::people::{People, PeopleGroup, Person, parse};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Reads a file of people.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let attributes = [
        ("accountEnabled".to_owned(), AttributeType::Boolean),
        ("businessPhones".to_owned(), AttributeType::List),
        ("mail".to_owned(), AttributeType::Text),
        ("onPremisesExtensionAttributes.extensionAttribute1".to_owned(), AttributeType::Text),
    ];
    match parse("people.yaml", text, &attributes) {
        Ok(people) => {
            check(&people);
            let again = as_yaml(&written(&people));
            match parse("again.yaml", &again, &attributes) {
                Ok(again) => assert_eq!(sorted(again), sorted(people)),
                Err(problems) => panic!("what was read cannot be written: {problems:?}"),
            }
        }
        Err(problems) => check_problems(&problems, text),
    }
}

fn check(people: &People) {
    let ids = people.users.iter().map(|user| &user.id).chain(people.groups.iter().map(|group| &group.id));
    let ids: Vec<&String> =
        ids.chain(people.applications.iter().map(|application| &application.id)).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    assert!(ids.iter().all(|id| !id.is_empty()));
    let lists =
        people.users.iter().map(|user| &user.groups).chain(people.groups.iter().map(|group| &group.members));
    for list in lists {
        assert!(list.iter().all(|group| *group < people.groups.len()));
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "a group stands twice");
    }
    let roles = people.users.iter().map(|user| &user.app_roles);
    for (application, role) in roles.chain(people.groups.iter().map(|group| &group.app_roles)).flatten() {
        assert!(people.applications[*application].roles.contains(role));
    }
}

fn written(people: &People) -> Value {
    let application = |application: &rolewright::wire::people::EnterpriseApplication| json!({ "id": application.id, "name": application.name, "roles": application.roles[1..] });
    json!({
        "enterpriseApplications": people.applications.iter().map(application).collect::<Vec<_>>(),
        "groups": people.groups.iter().map(|group| written_group(group, people)).collect::<Vec<_>>(),
        "users": people.users.iter().map(|user| written_user(user, people)).collect::<Vec<_>>(),
    })
}

fn written_group(group: &PeopleGroup, people: &People) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "created": group.created,
        "distinguishedName": group.distinguished_name,
        "members": ids(&group.members, people),
        "appRoles": written_roles(&group.app_roles, people),
    })
}

fn written_user(user: &Person, people: &People) -> Value {
    let mut object = Map::new();
    for (name, field) in &user.fields {
        let value = match field {
            Field::Empty => Value::Null,
            Field::Text(text) => text.as_ref().into(),
            Field::Boolean(value) => (*value).into(),
            Field::List(texts) => texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into(),
        };
        object.insert(name.clone(), value);
    }
    object.insert("id".to_owned(), user.id.as_str().into());
    object.insert("groups".to_owned(), ids(&user.groups, people));
    object.insert("appRoles".to_owned(), written_roles(&user.app_roles, people));
    Value::Object(object)
}

fn ids(groups: &[usize], people: &People) -> Value {
    groups.iter().map(|group| people.groups[*group].id.as_str()).collect::<Vec<_>>().into()
}

fn written_roles(roles: &[(usize, String)], people: &People) -> Value {
    let mut written: Map<String, Value> = Map::new();
    for (application, role) in roles {
        let list = written.entry(people.applications[*application].id.clone()).or_insert_with(|| json!([]));
        list.as_array_mut().expect("a list").push(role.as_str().into());
    }
    Value::Object(written)
}

fn sorted(mut people: People) -> People {
    people.users.iter_mut().for_each(|user| user.app_roles.sort());
    people.groups.iter_mut().for_each(|group| group.app_roles.sort());
    people
}
