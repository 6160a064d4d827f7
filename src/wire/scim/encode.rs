//! Bodies that create users and groups.

use super::filter::Equality;
use super::path::{Pick, ScimPath};
use super::{FilterError, GROUP_SCHEMA, USER_SCHEMA};
use crate::model::Value;
use serde_json::{Map, Value as Json, json};

/// Values that cannot be written together, or cannot be written at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Two paths need different things in the same place.
    #[error("`{0}` cannot be written: another mapped attribute is part of it, or it of another")]
    Conflict(String),
    /// A value that a path in brackets cannot hold.
    #[error(transparent)]
    Filter(#[from] FilterError),
}

/// Attributes of the core user whose values are objects with `value` (RFC 7643, 4.1.2).
const VALUED: [&str; 9] = [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// The body that creates a user: only these attributes (S12), `active` as a JSON boolean, and every schema in use (S7).
///
/// # Errors
/// When two paths contradict each other.
pub fn create_body(attributes: &[(&ScimPath, &Value)], active: bool) -> Result<Json, EncodeError> {
    let mut body = Map::new();
    let mut schemas = vec![USER_SCHEMA];
    body.insert("active".to_owned(), active.into());
    for (path, value) in attributes {
        let conflict = || EncodeError::Conflict(path.to_string());
        let level = match &path.schema {
            None => &mut body,
            Some(schema) => {
                let known = schemas.iter().find(|known| known.eq_ignore_ascii_case(schema)).copied();
                let name = known.unwrap_or_else(|| {
                    schemas.push(schema);
                    schema
                });
                let extension = body.entry(name).or_insert_with(|| json!({}));
                extension.as_object_mut().ok_or_else(conflict)?
            }
        };
        put(level, path, value).ok_or_else(conflict)?;
    }
    body.insert("schemas".to_owned(), schemas.into());
    Ok(body.into())
}

/// The body that creates a group. It has no members, since some services drop them (S43).
pub fn group_body(name: &str) -> Json {
    json!({ "schemas": [GROUP_SCHEMA], "displayName": name })
}

/// The same for a service that makes no group without a list of members, and be it empty.
pub fn empty_group_body(name: &str) -> Json {
    json!({ "schemas": [GROUP_SCHEMA], "displayName": name, "members": [] })
}

/// Writes a value at its path; `None` if something else is already there.
fn put(level: &mut Map<String, Json>, path: &ScimPath, value: &Value) -> Option<()> {
    let name = entry_name(level, &path.attribute);
    match (&path.pick, &path.sub) {
        (Pick::All, None) => put_new(level, &name, plain(&path.attribute, value)),
        (Pick::All, Some(sub)) => {
            put_new(level.entry(name).or_insert_with(|| json!({})).as_object_mut()?, sub, json_of(value))
        }
        _ => {
            let elements = level.entry(name).or_insert_with(|| json!([])).as_array_mut()?;
            put_element(elements, path, value)
        }
    }
}

fn put_new(map: &mut Map<String, Json>, name: &str, value: Json) -> Option<()> {
    map.insert(name.to_owned(), value).is_none().then_some(())
}

/// Writes a value into the element that the path selects; creates the element if it is missing.
fn put_element(elements: &mut Vec<Json>, path: &ScimPath, value: &Value) -> Option<()> {
    let at = match &path.pick {
        Pick::Where(equality) => chosen(elements, equality),
        _ => (!elements.is_empty()).then_some(0),
    };
    let at = at.unwrap_or_else(|| {
        elements.push(new_element(&path.pick));
        elements.len() - 1
    });
    let sub = path.sub.as_deref().unwrap_or("value");
    put_new(elements[at].as_object_mut()?, sub, json_of(value))
}

/// A new element that the path selects, still without its value.
pub(super) fn new_element(pick: &Pick) -> Json {
    match pick {
        Pick::Where(equality) => json!({ equality.attribute(): equality.operand() }),
        _ => json!({}),
    }
}

/// The first element that matches.
pub(super) fn chosen(elements: &[Json], equality: &Equality) -> Option<usize> {
    elements.iter().position(|element| {
        let value = element.as_object().and_then(|element| member(element, equality.attribute()));
        value.is_some_and(|value| match value {
            Json::String(text) => text.eq_ignore_ascii_case(equality.value()),
            Json::Bool(value) => equality.value().eq_ignore_ascii_case(if *value { "true" } else { "false" }),
            _ => false,
        })
    })
}

/// A member of an object by name, ignoring case.
pub(super) fn member<'j>(map: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    map.get(name)
        .or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The name under which a member already exists, else the given one.
pub(super) fn entry_name(map: &Map<String, Json>, name: &str) -> String {
    map.keys().find(|key| key.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), Clone::clone)
}

/// A value as JSON: booleans and numbers keep their type.
pub(super) fn json_of(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(value) => value.as_str().into(),
        Value::List(values) => values.as_slice().into(),
    }
}

/// The value of a whole attribute; as objects with `value` if the core schema has those.
pub(super) fn plain(attribute: &str, value: &Value) -> Json {
    if !VALUED.iter().any(|name| name.eq_ignore_ascii_case(attribute)) {
        return json_of(value);
    }
    match value {
        Value::List(values) => values.iter().map(|value| json!({ "value": value })).collect(),
        one => json!([{ "value": json_of(one) }]),
    }
}
