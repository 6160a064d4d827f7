//! Bodies that replace a whole user or group as it was just read, for services that take no PATCH (RFC 7644, 3.5.1).

use super::encode::{EncodeError, entry_name, json_of, member, plain};
use super::patch::{change_list, is_value, new_value, text_of};
use super::path::{Pick, ScimPath};
use crate::model::Value;
use serde_json::{Map, Value as Json, json};

/// The user as it was just read, with these values in place of its own; `None` clears one. Everything else that the
/// service sent is sent back, but for `meta`, which is the service's.
///
/// # Errors
/// When the changes contradict each other, or what was read is not a user.
pub fn replaced_account(
    account: &Json,
    changes: &[(&ScimPath, Option<&Value>)],
    active: Option<bool>,
) -> Result<Json, EncodeError> {
    let mut body = whole(account);
    if let Some(active) = active {
        let name = entry_name(&body, "active");
        body.insert(name, active.into());
    }
    for (path, value) in changes {
        let conflict = || EncodeError::Conflict(path.to_string());
        let level = match &path.schema {
            None => &mut body,
            Some(schema) => {
                let name = entry_name(&body, schema);
                add_schema(&mut body, &name);
                body.entry(name).or_insert_with(|| json!({})).as_object_mut().ok_or_else(conflict)?
            }
        };
        set(level, path, *value)?;
    }
    Ok(body.into())
}

/// The group as it was just read, with members added or taken away.
pub fn replaced_members(group: &Json, ids: &[&str], gives: bool) -> Json {
    let mut body = whole(group);
    let name = entry_name(&body, "members");
    let mut members = member(&body, "members").and_then(Json::as_array).cloned().unwrap_or_default();
    members.retain(|element| text_of(element).is_none_or(|id| !ids.contains(&id)));
    if gives {
        members.extend(ids.iter().map(|id| json!({ "value": id })));
    }
    body.insert(name, members.into());
    body.into()
}

/// The user as it was just read, with an element added to a multi-valued attribute or taken from it.
pub fn replaced_values(account: &Json, path: &ScimPath, value: &str, gives: bool) -> Json {
    let mut body = whole(account);
    let level = match &path.schema {
        None => Some(&mut body),
        Some(schema) => {
            let name = entry_name(&body, schema);
            body.entry(name).or_insert_with(|| json!({})).as_object_mut()
        }
    };
    if let Some(level) = level {
        let name = entry_name(level, &path.attribute);
        let mut elements =
            member(level, &path.attribute).and_then(Json::as_array).cloned().unwrap_or_default();
        elements.retain(|element| !is_value(element, path, value));
        if gives {
            elements.push(new_value(path, value));
        }
        level.insert(name, elements.into());
    }
    body.into()
}

fn whole(object: &Json) -> Map<String, Json> {
    let mut body = object.as_object().cloned().unwrap_or_default();
    body.retain(|name, _| !name.eq_ignore_ascii_case("meta"));
    body
}

fn add_schema(body: &mut Map<String, Json>, schema: &str) {
    let name = entry_name(body, "schemas");
    let schemas = body.entry(name).or_insert_with(|| json!([]));
    if let Some(schemas) = schemas.as_array_mut() {
        let is_known = schemas
            .iter()
            .any(|known| known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(schema)));
        if !is_known {
            schemas.push(schema.into());
        }
    }
}

fn set(level: &mut Map<String, Json>, path: &ScimPath, value: Option<&Value>) -> Result<(), EncodeError> {
    let conflict = || EncodeError::Conflict(path.to_string());
    let name = entry_name(level, &path.attribute);
    match (&path.pick, &path.sub) {
        (Pick::All, None) => replace(level, name, value.map(|value| plain(&path.attribute, value))),
        (Pick::All, Some(sub)) => {
            let object =
                level.entry(name).or_insert_with(|| json!({})).as_object_mut().ok_or_else(conflict)?;
            let sub = entry_name(object, sub);
            replace(object, sub, value.map(json_of));
        }
        (Pick::First | Pick::Where(_), _) => {
            let list = level.entry(name).or_insert_with(|| json!([])).as_array_mut().ok_or_else(conflict)?;
            change_list(list, path, value)?;
        }
    }
    Ok(())
}

fn replace(object: &mut Map<String, Json>, name: String, value: Option<Json>) {
    match value {
        Some(value) => drop(object.insert(name, value)),
        None => drop(object.remove(&name)),
    }
}
