//! Rewrites schemas of schemars into a form whose errors have exact places.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

/// Rewrites a schema and all schemas in it: enum words with descriptions become one `enum`, objects of one key become
/// one object, optional values don't accept `null`, text is not empty, and numbers have bounds instead of a `format`.
#[derive(Clone, Debug)]
pub(super) struct Collapse;

impl Transform for Collapse {
    fn transform(&mut self, schema: &mut Schema) {
        collapse(schema);
        one_key(schema);
        refuse_null(schema);
        refuse_empty(schema);
        bound(schema);
        unwrap_lines(schema);
        transform_subschemas(self, schema);
    }
}

/// Rewrites an enum whose variants have descriptions. schemars writes `oneOf` constants; a plain `enum` gives one
/// message instead of one for each branch. The meaning of each word goes into the description.
fn collapse(schema: &mut Schema) {
    let Some(words) = schema.get("oneOf").and_then(Value::as_array).and_then(|branches| words(branches))
    else {
        return;
    };
    let meanings: Vec<String> = words
        .iter()
        .filter_map(|(word, meaning)| Some(format!("- `{}`: {}", word.as_str()?, meaning.as_deref()?)))
        .collect();
    let description = [schema.get("description").and_then(Value::as_str), Some(&*meanings.join("\n"))]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    schema.remove("oneOf");
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), words.into_iter().map(|(word, _)| word).collect());
    schema.insert("description".into(), description.into());
}

fn words(branches: &[Value]) -> Option<Vec<(Value, Option<String>)>> {
    let mut words = Vec::new();
    for branch in branches {
        let meaning = branch.get("description").and_then(Value::as_str).map(str::to_owned);
        match (branch.get("const"), branch.get("enum").and_then(Value::as_array)) {
            (Some(word), _) => words.push((word.clone(), meaning)),
            (None, Some(more)) => words.extend(more.iter().map(|word| (word.clone(), meaning.clone()))),
            (None, None) => return None,
        }
    }
    Some(words)
}

/// Rewrites an enum whose variants hold values. schemars writes `oneOf` objects of one key each; one object with
/// exactly one key gives one message.
fn one_key(schema: &mut Schema) {
    let key = |branch: &Value| {
        let (key, value) = branch.get("properties")?.as_object()?.iter().next()?;
        let mut value = value.clone();
        let meaning = branch.get("description").cloned();
        value.as_object_mut()?.extend(meaning.map(|meaning| ("description".to_owned(), meaning)));
        Some((key.clone(), value))
    };
    let branches = schema.get("oneOf").and_then(Value::as_array);
    let Some(keys) = branches.and_then(|branches| branches.iter().map(key).collect::<Option<Map<_, _>>>())
    else {
        return;
    };
    schema.remove("oneOf");
    schema.ensure_object().entry("type").or_insert_with(|| "object".into());
    schema.insert("properties".into(), Value::Object(keys));
    schema.insert("additionalProperties".into(), false.into());
    schema.insert("minProperties".into(), 1.into());
    schema.insert("maxProperties".into(), 1.into());
}

/// Replaces a number's `format`, which only some validators know, by its `maximum`.
fn bound(schema: &mut Schema) {
    let format = schema.remove("format");
    if format.is_some_and(|format| format == "uint32") && schema.get("maximum").is_none() {
        schema.insert("maximum".into(), u32::MAX.into());
    }
}

/// Joins the lines of a doc comment; paragraphs and lists stay.
fn unwrap_lines(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let paragraphs: Vec<String> = text
            .split("\n\n")
            .map(|paragraph| {
                if paragraph.starts_with("- ") { paragraph.to_owned() } else { paragraph.replace('\n', " ") }
            })
            .collect();
        *text = paragraphs.join("\n\n");
    }
}

/// Refuses empty text for a key, unless the key sets `minLength: 0` or the text has a pattern of its own.
fn refuse_empty(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    let properties = properties.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    for property in properties {
        let text =
            property.get("type").is_some_and(|kind| *kind == "string" || *kind == json!(["string", "null"]));
        if text && !["pattern", "enum", "const"].iter().any(|word| property.contains_key(*word)) {
            property.entry("minLength").or_insert_with(|| 1.into());
        }
        if property.get("minLength").is_some_and(|length| *length == 0) {
            property.remove("minLength");
        }
    }
}

/// Removes `null` from optional values: a key without a value is a mistake, not a choice.
fn refuse_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(types) = object.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".into(), one);
        }
    }
    if let Some(words) = object.get_mut("enum").and_then(Value::as_array_mut) {
        words.retain(|word| !word.is_null());
    }
    if let Some(inner) = object.get_mut("anyOf").and_then(Value::as_array_mut).and_then(the_other_than_null) {
        object.remove("anyOf");
        match (inner.get("$ref"), object.is_empty()) {
            // Beside `$ref`, draft-07 ignores every other key, including the description.
            (Some(_), false) => {
                object.insert("allOf".into(), Value::Array(vec![Value::Object(inner)]));
            }
            _ => {
                for (key, value) in inner {
                    object.entry(key).or_insert(value);
                }
            }
        }
    }
}

fn the_other_than_null(branches: &mut Vec<Value>) -> Option<Map<String, Value>> {
    let null = branches.iter().position(|branch| branch.get("type").is_some_and(|name| name == "null"))?;
    if branches.len() != 2 {
        return None;
    }
    branches.remove(null);
    branches.pop().and_then(|branch| match branch {
        Value::Object(inner) => Some(inner),
        _ => None,
    })
}
