//! Schemas as editors need them. What a document may hold is the same; editors only read schemas more narrowly than validators.

use serde_json::{Map, Value, json};

/// Says at each key what editors look for there and not in the definition that it refers to: the key's own meaning, which a
/// definition's would hide; its type, by which a colon and a space follow; and the least number, which snippets would else
/// write as 0.
pub(super) fn for_editors(schema: &mut Value) {
    let definitions = schema.get("definitions").and_then(Value::as_object).cloned().unwrap_or_default();
    spell_out(schema, &definitions);
    let own = schema.get_mut("definitions").and_then(Value::as_object_mut);
    // A kind's own meaning stays: nothing refers to it but the umbrella.
    let inner = own.into_iter().flatten().filter(|(name, _)| !name.ends_with("Document"));
    for object in inner.filter_map(|(_, definition)| definition.as_object_mut()) {
        object.remove("description");
    }
}

fn spell_out(schema: &mut Value, definitions: &Map<String, Value>) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| spell_out(item, definitions)),
        Value::Object(object) => {
            if let Some(least) = least(object) {
                object.insert("examples".to_owned(), json!([least]));
            }
            for (key, value) in object.iter_mut() {
                match (key.as_str(), value.as_object_mut()) {
                    ("properties", Some(keys)) => {
                        keys.values_mut()
                            .filter_map(Value::as_object_mut)
                            .for_each(|key| refer(key, definitions));
                    }
                    ("additionalProperties", Some(table)) => refer(table, definitions),
                    _ => {}
                }
                spell_out(value, definitions);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The smallest number that may stand here, where 0 may not.
fn least(object: &Map<String, Value>) -> Option<u64> {
    let is_number = object.get("type").is_some_and(|kind| *kind == "integer");
    object.get("minimum").and_then(Value::as_u64).filter(|least| is_number && *least > 0)
}

/// Says beside a reference what the key means, and of which type it is.
fn refer(key: &mut Map<String, Value>, definitions: &Map<String, Value>) {
    let all = key.get("allOf").and_then(|all| all.get(0));
    let reference = all.and_then(|first| first.get("$ref")).or_else(|| key.get("$ref")).cloned();
    let name =
        reference.as_ref().and_then(Value::as_str).and_then(|path| path.strip_prefix("#/definitions/"));
    let Some(definition) = name.and_then(|name| definitions.get(name)).and_then(Value::as_object) else {
        return;
    };
    key.remove("$ref");
    key.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    if let Some(kind) = definition.get("type") {
        key.entry("type").or_insert_with(|| kind.clone());
    }
    let text =
        |object: &Map<String, Value>| object.get("description").and_then(Value::as_str).map(str::to_owned);
    let words = text(definition).filter(|_| definition.contains_key("enum"));
    let words = words.and_then(|text| text.find("- `").map(|at| text[at..].to_owned()));
    let meaning = match (text(key), words) {
        (Some(own), Some(words)) => Some(format!("{own}\n\n{words}")),
        (own, _) => own.or_else(|| text(definition)),
    };
    key.extend(meaning.map(|meaning| ("description".to_owned(), meaning.into())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_its_own_meaning_and_type() {
        let mut schema = json!({
            "properties": { "mode": { "description": "How.", "allOf": [{ "$ref": "#/definitions/Mode" }] } },
            "additionalProperties": { "$ref": "#/definitions/Part" },
            "definitions": {
                "Mode": { "description": "Ways.\n\n- `a`: One.", "enum": ["a"], "type": "string" },
                "Part": { "description": "A part.", "type": "integer", "minimum": 2 },
            },
        });
        for_editors(&mut schema);
        assert_eq!(
            schema,
            json!({
                "properties": { "mode": {
                    "description": "How.\n\n- `a`: One.", "type": "string", "allOf": [{ "$ref": "#/definitions/Mode" }],
                } },
                "additionalProperties": {
                    "description": "A part.", "type": "integer", "allOf": [{ "$ref": "#/definitions/Part" }],
                },
                "definitions": {
                    "Mode": { "enum": ["a"], "type": "string" },
                    "Part": { "type": "integer", "minimum": 2, "examples": [2] },
                },
            })
        );
    }
}
