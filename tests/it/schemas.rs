//! The published schemas: up to date, described, and without constructs that give poor messages.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use crate::support::blessing::assert_written;
use crate::support::workspaces::{cases, workspace};
use rolewright::language::schema;
use rolewright::yaml::{self, Budget};
use serde_json::Value;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn printed(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap() + "\n"
}

/// The schemas of the documents, of the plan and of explanations.
fn published() -> Vec<(String, Value)> {
    let plan = ("plan.schema.json".to_owned(), rolewright::plan::PlanDocument::schema());
    let explanation = ("explanation.schema.json".to_owned(), rolewright::plan::ExplanationDocument::schema());
    schema::published().into_iter().chain([plan, explanation]).collect()
}

/// `BLESS=1` rewrites them.
#[test]
fn the_committed_schemas_are_those_of_the_document_types() {
    for (name, schema) in published() {
        assert_written(&format!("schemas/{name}"), &printed(&schema));
    }
}

#[test]
fn no_other_file_stands_beside_the_schemas() {
    let known: Vec<String> = published().into_iter().map(|(name, _)| name).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "schemas/{name} is not generated");
    }
}

/// Every object of a schema with its pointer.
fn walk<'s>(pointer: String, schema: &'s Value, visit: &mut impl FnMut(&str, &'s Value)) {
    visit(&pointer, schema);
    let children: Vec<(String, &Value)> = match schema {
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        walk(format!("{pointer}/{step}"), child, visit);
    }
}

#[test]
fn every_key_of_every_document_is_described() {
    for (name, schema) in schema::all() {
        walk(String::new(), &schema, &mut |pointer, value| {
            let Some(properties) = value.get("properties").and_then(Value::as_object) else { return };
            if pointer.ends_with("/if") || pointer.ends_with("/properties") {
                return;
            }
            for (key, property) in properties {
                let described =
                    property.get("description").and_then(Value::as_str).is_some_and(|text| text.len() > 3);
                assert!(described, "{name}{pointer}/properties/{key} has no description");
            }
        });
    }
}

#[test]
fn schemas_are_closed_and_branch_on_nothing_but_the_kind() {
    for (name, schema) in schema::all() {
        walk(String::new(), &schema, &mut |pointer, value| {
            for word in ["oneOf", "anyOf", "$defs", "format"] {
                assert!(value.get(word).is_none(), "{name}{pointer} has `{word}`");
            }
            let is_object = value.get("type").is_some_and(|kind| kind.to_string().contains("object"));
            let umbrella = pointer.is_empty() && name == "rolewright.schema.json";
            if is_object && !umbrella {
                assert!(value.get("additionalProperties").is_some(), "{name}{pointer} is open");
            }
        });
    }
}

/// An editor that knows only the umbrella schema reports the same documents as wrong as this program does.
#[test]
fn the_umbrella_judges_every_document_as_its_kinds_schema_does() {
    let umbrella = jsonschema::draft7::new(&schema::umbrella()).unwrap();
    let mut judged = (0, 0);
    for case in
        std::fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for (id, file) in workspace(&case).iter() {
            for node in yaml::read(id, &file.text, &Budget::default()).unwrap_or_default() {
                let Ok(kind) = schema::kind_of(id, &node) else { continue };
                let here = schema::validate(id, kind, &node).is_empty();
                assert_eq!(here, umbrella.is_valid(&node.to_json()), "{} {}", case.display(), file.path);
                judged = if here { (judged.0 + 1, judged.1) } else { (judged.0, judged.1 + 1) };
            }
        }
    }
    assert!(judged.0 > 100 && judged.1 > 20, "{judged:?}");
}

/// Every schema is itself one of draft-07.
#[test]
fn the_schemas_are_schemas() {
    for (name, schema) in schema::all() {
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{name}");
    }
}

#[test]
fn one_name_means_one_definition_in_the_umbrella() {
    let umbrella = schema::umbrella();
    for (name, schema) in schema::all() {
        for (definition, own) in schema["definitions"].as_object().into_iter().flatten() {
            assert_eq!(&umbrella["definitions"][definition], own, "{name}: {definition}");
        }
    }
}
