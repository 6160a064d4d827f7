//! Bodies that change users and memberships (RFC 7644, 3.5.2), in the forms that most services understand (S30).

use super::encode::{EncodeError, chosen, entry_name, json_of, member, new_element, plain};
use super::filter::Equality;
use super::path::{Pick, ScimPath};
use super::{FilterError, PATCH_SCHEMA};
use crate::model::Value;
use serde_json::{Map, Value as Json, json};

/// The most members that one request adds (S46).
pub const MEMBERS_PER_REQUEST: usize = 100;

/// A change of one attribute; `None` clears it.
type Change<'c> = (&'c ScimPath, Option<&'c Value>);

/// The body that makes these changes to the account as it was just read (S32): one operation for each simple path; a
/// missing value is added to its list; for `[0]` the whole list is replaced. `active` comes first. `None` if nothing is
/// left to do.
///
/// # Errors
/// When the changes contradict each other.
pub fn account_patch(
    account: &Json,
    changes: &[(&ScimPath, Option<&Value>)],
    active: Option<bool>,
) -> Result<Option<Json>, EncodeError> {
    let mut operations: Vec<Json> = Vec::new();
    operations.extend(active.map(|active| json!({ "op": "replace", "path": "active", "value": active })));
    let mut rest = changes.to_vec();
    while let Some((path, _)) = rest.first() {
        let whole = path.whole();
        let (these, others): (Vec<Change<'_>>, _) =
            rest.into_iter().partition(|(path, _)| same_attribute(&whole, path));
        rest = others;
        let current = attribute(account, &whole);
        if these.iter().any(|(path, _)| path.pick == Pick::First) {
            operations.extend(replaced_list(&whole, current, &these)?);
        } else {
            operations.extend(single_operations(&whole, current, &these)?);
        }
    }
    Ok((!operations.is_empty()).then(|| patch(operations)))
}

/// The body that adds members to a group: at most [`MEMBERS_PER_REQUEST`], none of them in it yet (S41).
pub fn add_members(ids: &[&str]) -> Json {
    let members: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    patch(vec![json!({ "op": "add", "path": "members", "value": members })])
}

/// The body that removes members from a group, each by a filter in its path (S42).
///
/// # Errors
/// When an id holds a control character.
pub fn remove_members(ids: &[&str]) -> Result<Json, FilterError> {
    let operation = |id: &&str| {
        let choice = Equality::new("value", id)?;
        Ok(json!({ "op": "remove", "path": format!("members[{choice}]") }))
    };
    Ok(patch(ids.iter().map(operation).collect::<Result<_, FilterError>>()?))
}

/// The same in the form of services that do not take a filter in a path: the members are a value (S42).
pub fn remove_members_by_value(ids: &[&str]) -> Json {
    let members: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
    patch(vec![json!({ "op": "remove", "path": "members", "value": members })])
}

/// The body that adds an element to a multi-valued attribute that does not have it yet; where the path chooses elements, it
/// is one of those.
pub fn add_value(path: &ScimPath, value: &str) -> Json {
    let added = json!([new_value(path, value)]);
    patch(vec![json!({ "op": "add", "path": path.whole().to_string(), "value": added })])
}

/// The body that removes an element from a multi-valued attribute of the user as just read: by a filter if elements are
/// objects and no other has its value, else by sending the list without it.
///
/// # Errors
/// When the value holds a control character.
pub fn remove_value(user: &Json, path: &ScimPath, value: &str) -> Result<Json, FilterError> {
    let whole = path.whole();
    let elements = attribute(user, &whole).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let of_value = elements.iter().filter(|element| text_of(element) == Some(value)).count();
    if elements.iter().all(Json::is_object) && of_value <= 1 {
        let choice = Equality::new("value", value)?;
        return Ok(patch(vec![json!({ "op": "remove", "path": format!("{whole}[{choice}]") })]));
    }
    let rest: Vec<_> = elements.iter().filter(|element| !is_value(element, path, value)).cloned().collect();
    let wanted = (!rest.is_empty()).then(|| rest.into());
    Ok(patch(operation(whole.to_string(), Some(&elements.into()), wanted).into_iter().collect()))
}

/// A new element with a value, as the path chooses it.
pub(super) fn new_value(path: &ScimPath, value: &str) -> Json {
    if path.pick == Pick::All {
        let list = plain(&path.attribute, &Value::List(vec![value.to_owned()]));
        return list.get(0).cloned().unwrap_or_default();
    }
    let mut element = new_element(&path.pick);
    element["value"] = value.into();
    element
}

/// Whether an element has a value, and is one that the path chooses.
pub(super) fn is_value(element: &Json, path: &ScimPath, value: &str) -> bool {
    let is_chosen = match &path.pick {
        Pick::Where(equality) => chosen(std::slice::from_ref(element), equality).is_some(),
        Pick::All | Pick::First => true,
    };
    is_chosen && text_of(element) == Some(value)
}

/// The text of an element: itself, or its `value`.
pub(super) fn text_of(element: &Json) -> Option<&str> {
    match element {
        Json::String(text) => Some(text),
        other => member(other.as_object()?, "value")?.as_str(),
    }
}

fn patch(operations: Vec<Json>) -> Json {
    json!({ "schemas": [PATCH_SCHEMA], "Operations": operations })
}

fn same_attribute(whole: &ScimPath, path: &ScimPath) -> bool {
    let (one, other) = (whole.schema.as_deref(), path.schema.as_deref());
    one.unwrap_or_default().eq_ignore_ascii_case(other.unwrap_or_default())
        && whole.attribute.eq_ignore_ascii_case(&path.attribute)
}

/// The account's value of a whole attribute; null, `""`, `[]` and `{}` count as no value (S12).
fn attribute<'j>(account: &'j Json, whole: &ScimPath) -> Option<&'j Json> {
    let user = account.as_object()?;
    let level = match &whole.schema {
        Some(schema) => member(user, schema)?.as_object()?,
        None => user,
    };
    member(level, &whole.attribute).filter(|value| !is_empty(value))
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// One operation for each change; all new elements are added by one more operation.
fn single_operations(
    whole: &ScimPath,
    current: Option<&Json>,
    changes: &[Change<'_>],
) -> Result<Vec<Json>, EncodeError> {
    let mut operations = Vec::new();
    let mut added: Vec<Json> = Vec::new();
    for &(path, value) in changes {
        let Pick::Where(equality) = &path.pick else {
            let held = path
                .sub
                .as_ref()
                .map_or(current, |sub| current?.as_object().and_then(|object| member(object, sub)));
            let wanted = value.map(|value| match path.sub {
                Some(_) => json_of(value),
                None => plain(&path.attribute, value),
            });
            operations.extend(operation(path.to_string(), held, wanted));
            continue;
        };
        let elements = current.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        match (chosen(elements, equality), value) {
            (Some(at), _) => operations.extend(element_operation(path, &elements[at], value)),
            (None, Some(_)) => change_list(&mut added, path, value)?,
            (None, None) => {}
        }
    }
    if !added.is_empty() {
        operations.push(json!({ "op": "add", "path": whole.to_string(), "value": added }));
    }
    Ok(operations)
}

/// The operation that changes one sub-attribute of an existing element. An element without `value` is useless, so
/// clearing `value` removes the element.
fn element_operation(path: &ScimPath, element: &Json, value: Option<&Value>) -> Option<Json> {
    let sub = path.sub.as_deref().unwrap_or("value");
    let held = element.as_object().and_then(|object| member(object, sub));
    let target = match value {
        None if sub.eq_ignore_ascii_case("value") => ScimPath { sub: None, ..path.clone() },
        _ => ScimPath { sub: Some(sub.to_owned()), ..path.clone() },
    };
    operation(target.to_string(), held, value.map(json_of))
}

/// `add` if there is no value, `replace` if there is one, `remove` if none is wanted; `None` if neither exists.
fn operation(path: String, held: Option<&Json>, wanted: Option<Json>) -> Option<Json> {
    let held = held.filter(|value| !is_empty(value));
    match (held, wanted) {
        (None, None) => None,
        (Some(_), None) => Some(json!({ "op": "remove", "path": path })),
        (Some(_), Some(value)) => Some(json!({ "op": "replace", "path": path, "value": value })),
        (None, Some(value)) => Some(json!({ "op": "add", "path": path, "value": value })),
    }
}

/// The operation that replaces a list by a copy with the changes.
fn replaced_list(
    whole: &ScimPath,
    current: Option<&Json>,
    changes: &[Change<'_>],
) -> Result<Option<Json>, EncodeError> {
    let mut elements = match current {
        Some(Json::Array(elements)) => elements.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    for &(path, value) in changes {
        change_list(&mut elements, path, value)?;
    }
    elements.retain(|element| !is_empty(element));
    let wanted = (!elements.is_empty()).then(|| elements.into());
    Ok(operation(whole.to_string(), current, wanted))
}

/// Applies one change to a list's elements.
pub(super) fn change_list(
    elements: &mut Vec<Json>,
    path: &ScimPath,
    value: Option<&Value>,
) -> Result<(), EncodeError> {
    let at = match &path.pick {
        Pick::Where(equality) => chosen(elements, equality),
        Pick::First => (!elements.is_empty()).then_some(0),
        Pick::All => return Err(EncodeError::Conflict(path.to_string())),
    };
    match (at, value) {
        (None, None) => {}
        (Some(at), None) if path.sub.as_deref().is_none_or(|sub| sub.eq_ignore_ascii_case("value")) => {
            elements.remove(at);
        }
        (Some(at), value) => change_element(&mut elements[at], path, value)?,
        (None, Some(_)) => {
            let mut element = new_element(&path.pick);
            change_element(&mut element, path, value)?;
            elements.push(element);
        }
    }
    Ok(())
}

fn change_element(element: &mut Json, path: &ScimPath, value: Option<&Value>) -> Result<(), EncodeError> {
    let members: &mut Map<String, Json> =
        element.as_object_mut().ok_or_else(|| EncodeError::Conflict(path.to_string()))?;
    let name = entry_name(members, path.sub.as_deref().unwrap_or("value"));
    match value {
        Some(value) => drop(members.insert(name, json_of(value))),
        None => drop(members.remove(&name)),
    }
    Ok(())
}
