//! `docs/reference/keys.md` is written from the schemas, and these from the document types: every key of every kind.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::blessing::assert_written;
use rolewright::language::schema;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

#[test]
fn the_committed_reference_is_that_of_the_document_types() {
    assert_written("docs/reference/keys.md", &page());
}

fn page() -> String {
    let mut page = "# Every key of every document\n\n\
        Written from the schemas; `BLESS=1 cargo test reference` writes it anew. What the keys mean together is in \
        [language.md](language.md). Keys in bold are required.\n"
        .to_owned();
    let mut shared: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in schema::all().into_iter().filter(|(name, _)| name != "rolewright.schema.json") {
        let title = schema["title"].as_str().unwrap_or(&name).to_owned();
        section(&mut page, "##", &title, &schema);
        for (name, definition) in schema["definitions"].as_object().into_iter().flatten() {
            shared.insert(name.clone(), definition.clone());
        }
    }
    page += "\n## What several of them use\n";
    for (name, definition) in &shared {
        section(&mut page, "###", name, definition);
    }
    page
}

fn section(page: &mut String, level: &str, title: &str, schema: &Value) {
    write!(page, "\n{level} {title}\n\n{}\n", schema["description"].as_str().unwrap_or_default()).unwrap();
    let Some(properties) = schema["properties"].as_object() else { return };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    *page += "\n| key | is | |\n| --- | --- | --- |\n";
    for (key, property) in
        properties.iter().filter(|(key, _)| !["apiVersion", "kind"].contains(&key.as_str()))
    {
        let key = if required.contains(&key.as_str()) { format!("**`{key}`**") } else { format!("`{key}`") };
        let text =
            property["description"].as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|");
        writeln!(page, "| {key} | {} | {text} |", kind(property)).unwrap();
    }
}

/// A short description of a value's type.
fn kind(schema: &Value) -> String {
    let several = schema["allOf"].as_array().and_then(|all| all.first());
    if let Some(reference) = schema["$ref"].as_str().or_else(|| several?["$ref"].as_str()) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(constant) = schema.get("const") {
        return format!("`{}`", constant.as_str().map_or_else(|| constant.to_string(), str::to_owned));
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words
            .iter()
            .map(|word| format!("`{}`", word.as_str().map_or_else(|| word.to_string(), str::to_owned)))
            .collect();
        return words.join(" ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let words: Vec<String> =
        types.into_iter().filter(|word| *word != "null").map(|word| typed(word, schema)).collect();
    words.join(" or ")
}

fn typed(word: &str, schema: &Value) -> String {
    match word {
        "string" => "text".to_owned(),
        "boolean" => "`true` `false`".to_owned(),
        "integer" => "whole number".to_owned(),
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("table of {}", kind(&schema["additionalProperties"]))
        }
        other => other.to_owned(),
    }
}
