//! The schemas, made from the document types.

use super::collapse::Collapse;
use crate::language::document::{
    API_VERSION, ApplicationDocument, AttributeMappingDocument, ConstraintsDocument, DefaultsDocument,
    DirectoryDocument, ExclusionsDocument, Kind, LifecycleDocument, LinkingRulesDocument, OverridesDocument,
    PolicyTestsDocument, WorkspaceDocument,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of one kind's documents, draft-07.
pub fn of_kind(kind: Kind) -> Value {
    let mut schema = match kind {
        Kind::Workspace => generate::<WorkspaceDocument>(),
        Kind::Directory => generate::<DirectoryDocument>(),
        Kind::Application => generate::<ApplicationDocument>(),
        Kind::LinkingRules => generate::<LinkingRulesDocument>(),
        Kind::Exclusions => generate::<ExclusionsDocument>(),
        Kind::AttributeMapping => generate::<AttributeMappingDocument>(),
        Kind::Defaults => generate::<DefaultsDocument>(),
        Kind::Constraints => generate::<ConstraintsDocument>(),
        Kind::Lifecycle => generate::<LifecycleDocument>(),
        Kind::Overrides => generate::<OverridesDocument>(),
        Kind::PolicyTests => generate::<PolicyTestsDocument>(),
    };
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("apiVersion".into(), version());
        properties.insert(
            "kind".into(),
            json!({ "description": format!("`{}`.", kind.word()), "const": kind.word() }),
        );
    }
    if let Some(definitions) = schema.get_mut("definitions").and_then(Value::as_object_mut) {
        definitions.remove("ApiVersion");
        definitions.remove("Kind");
    }
    schema.to_value()
}

/// The schema of any document: it looks at `kind` and goes on with that kind's schema. For editors.
pub fn umbrella() -> Value {
    let kinds: Vec<&str> = Kind::ALL.into_iter().map(Kind::word).collect();
    let mut definitions = Map::new();
    let mut branches = Vec::new();
    for kind in Kind::ALL {
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
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A policy document of Rolewright",
        "type": "object",
        "properties": {
            "apiVersion": version(),
            "kind": { "description": "What the document is about.", "enum": kinds },
        },
        "required": ["apiVersion", "kind"],
        "allOf": branches,
        "definitions": definitions,
    })
}

/// Every schema with its file name: one a kind, and `rolewright.schema.json` for any document.
pub fn all() -> Vec<(String, Value)> {
    let one_a_kind = Kind::ALL.into_iter().map(|kind| (file_name(kind.word()), of_kind(kind)));
    one_a_kind.chain([("rolewright.schema.json".to_owned(), umbrella())]).collect()
}

fn version() -> Value {
    json!({ "description": "The version of the policy language.", "const": API_VERSION })
}

/// `LinkingRules` is in `linking-rules.schema.json`.
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

fn generate<T: JsonSchema>() -> Schema {
    let mut settings = SchemaSettings::draft07().for_deserialize();
    settings.transforms.insert(0, Box::new(Collapse));
    settings.into_generator().into_root_schema_for::<T>()
}
