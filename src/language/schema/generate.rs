//! The schemas, made from the document types.

use super::collapse::Collapse;
use super::editors::for_editors;
use crate::language::document::{API_VERSION, Kind};
use crate::language::documents::Documents;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The keys of files of people and accounts.
const DATA: [&str; 5] = ["accounts", "enterpriseApplications", "entitlements", "groups", "users"];

/// The schema of one kind's documents, draft-07.
pub fn of_kind(kind: Kind) -> Value {
    let mut settings = SchemaSettings::draft07().for_deserialize();
    settings.transforms.insert(0, Box::new(Collapse));
    let mut schema = Documents::schema(kind, settings.into_generator());
    let kind = json!({ "description": format!("`{}`.", kind.word()), "const": kind.word() });
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("apiVersion".into(), version());
        properties.insert("kind".into(), kind);
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.splice(0..0, ["apiVersion".into(), "kind".into()]);
    }
    schema.to_value()
}

/// The schema of any document, for editors: it reads `kind` and continues with that kind's schema.
pub fn umbrella() -> Value {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let mut definitions = Map::new();
    let mut branches = Vec::new();
    for kind in Kind::ALL.iter().copied() {
        let mut schema = of_kind(kind);
        if let Some(object) = schema.as_object_mut() {
            object.remove("$schema");
            if let Some(Value::Object(own)) = object.remove("definitions") {
                definitions.extend(own);
            }
        }
        definitions.insert(format!("{}Document", kind.word()), schema);
        branches.push(json!({
            "if": { "properties": { "kind": { "const": kind.word() } }, "required": ["kind"] },
            "then": { "$ref": format!("#/definitions/{}Document", kind.word()) },
        }));
    }
    // Files of people and accounts may stand beside policies, in a folder that an editor takes for policies as a whole.
    let is_data = json!({ "propertyNames": { "enum": DATA }, "minProperties": 1 });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A policy document of Rolewright",
        "type": "object",
        "properties": {
            "apiVersion": version(),
            "kind": { "description": "What the document is about.", "enum": kinds },
        },
        "if": is_data,
        "else": { "required": ["apiVersion", "kind"] },
        "allOf": branches,
        "definitions": definitions,
    })
}

/// Every schema with its file name: one for each kind, and `rolewright.schema.json` for any document.
pub fn all() -> Vec<(String, Value)> {
    let one_a_kind = Kind::ALL.iter().copied().map(|kind| (file_name(kind.word()), of_kind(kind)));
    one_a_kind.chain([("rolewright.schema.json".to_owned(), umbrella())]).collect()
}

/// The same as they are published, for editors.
pub fn published() -> Vec<(String, Value)> {
    let mut all = all();
    all.iter_mut().for_each(|(_, schema)| for_editors(schema));
    all
}

fn version() -> Value {
    json!({ "description": "The version of the policy language.", "const": API_VERSION })
}

/// The file name of a kind's schema: `LinkingRules` is in `linking-rules.schema.json`.
fn file_name(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name + ".schema.json"
}
