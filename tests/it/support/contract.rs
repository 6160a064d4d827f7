//! The contract of a service: every request to its double and every answer of the double is checked against it.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "the contract is a file")]

use super::http_server::Request;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The contract, and the validators that were compiled from it so far.
pub(crate) struct Contract {
    paths: Value,
    schemas: Value,
    validators: BTreeMap<String, Validator>,
}

/// Microsoft's contract; all doubles share it, because it takes long to load.
pub(crate) fn contract() -> MutexGuard<'static, Contract> {
    static CONTRACT: OnceLock<Mutex<Contract>> = OnceLock::new();
    let read = || Mutex::new(Contract::read("microsoft-graph.json"));
    CONTRACT.get_or_init(read).lock().unwrap_or_else(PoisonError::into_inner)
}

impl Contract {
    /// The contract in a file of `tests/contracts`.
    pub(crate) fn read(file: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts").join(file);
        let text = std::fs::read_to_string(file).unwrap();
        let mut contract: Value = serde_json::from_str(&text).unwrap();
        let schemas = draft(contract["components"]["schemas"].take());
        Self { paths: contract["paths"].take(), schemas, validators: BTreeMap::new() }
    }

    /// The problems of a request (its path below the base), and of the status and body of its answer.
    pub(crate) fn judge(&mut self, request: &Request, path: &str, status: u16, body: &[u8]) -> Vec<String> {
        let method = request.method.to_lowercase();
        let Some(template) = self.template(path) else {
            return vec![format!("{path} is no path of the service's")];
        };
        let operation = self.paths[&template][&method].clone();
        if operation.is_null() {
            return vec![format!("{method} {template} is no operation of the service's")];
        }
        let mut wrong = request_problems(request, &operation);
        let answer = &operation["responses"][status.to_string()];
        if answer.is_null() {
            wrong.push(format!("{template} is not answered with {status}"));
        }
        if let Some(schema) = answer.pointer("/content/application~1json/schema") {
            wrong.extend(self.body_problems(&format!("{template} {status}"), schema, body));
        }
        wrong
    }

    /// The path template of the contract that matches a path; fixed words are preferred to parameters.
    fn template(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &&String| {
            let wanted: Vec<&str> = template.split('/').collect();
            let mut pairs = wanted.iter().zip(&parts);
            wanted.len() == parts.len() && pairs.all(|(pair, part)| pair == part || pair.starts_with('{'))
        };
        let mut found: Vec<&String> = self.paths.as_object()?.keys().filter(fits).collect();
        found.sort_by_key(|template| template.contains('{'));
        found.first().map(ToString::to_string)
    }

    /// A minimal answer with what the contract requires, overwritten by the values of `with`.
    pub(crate) fn sample(&self, path: &str, method: &str, with: &Value) -> Value {
        let mut sample = self.least(self.answered(path, method));
        overlay(&mut sample, with);
        sample
    }

    /// [`Self::sample`] for an item of a list.
    pub(crate) fn sample_item(&self, path: &str, method: &str, with: &Value) -> Value {
        let mut sample = self.least(&self.answered(path, method)["items"]);
        overlay(&mut sample, with);
        sample
    }

    /// The schema of a successful answer.
    fn answered(&self, path: &str, method: &str) -> &Value {
        let template = self.template(path).unwrap_or_else(|| panic!("{path} is in the contract"));
        let answers = self.paths[&template][method]["responses"].as_object().unwrap();
        let (_, answer) = answers.iter().find(|(status, _)| status.starts_with('2')).unwrap();
        answer.pointer("/content/application~1json/schema").unwrap()
    }

    /// The smallest value that a schema allows.
    fn least(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            return self.least(&self.schemas[name.rsplit('/').next().unwrap()]);
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            if let Some(first) = schema[choice].get(0) {
                return self.least(first);
            }
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        match kind {
            Some("null") => Value::Null,
            Some("string") => match schema["format"].as_str() {
                Some("date-time") => json!("2026-11-20T12:00:00Z"),
                Some("uri") => json!("https://contoso.example/"),
                Some("email") => json!("ida@contoso.example"),
                _ => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1) as usize)),
            },
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(false),
            Some("array") => json!([]),
            _ => {
                let names = schema["required"].as_array().cloned().unwrap_or_default();
                let names = names.iter().map(|name| name.as_str().unwrap());
                names.map(|name| (name.to_owned(), self.least(&schema["properties"][name]))).collect()
            }
        }
    }

    fn body_problems(&mut self, key: &str, schema: &Value, body: &[u8]) -> Vec<String> {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return vec![format!("{key}: the answer is no JSON")];
        };
        let validator = self.validators.entry(key.to_owned()).or_insert_with(|| {
            let mut whole = draft(schema.clone());
            whole["components"] = json!({ "schemas": self.schemas.clone() });
            jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
        });
        let errors = validator.iter_errors(&value).take(3);
        errors.map(|error| format!("{key}{}: {error}", error.instance_path())).collect()
    }
}

/// Overwrites one value with another, objects key by key.
fn overlay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                overlay(under.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

/// Parameters that the operation does not have, or whose values it does not allow.
fn request_problems(request: &Request, operation: &Value) -> Vec<String> {
    let known = operation["parameters"].as_array().cloned().unwrap_or_default();
    let named = |place: &str, name: &str| {
        known
            .iter()
            .find(|known| known["in"] == place && known["name"].as_str().unwrap().eq_ignore_ascii_case(name))
            .cloned()
    };
    let mut wrong = Vec::new();
    for (name, value) in request.parameters() {
        match named("query", &name) {
            None => wrong.push(format!("{} has no parameter `{name}`", request.path())),
            Some(parameter) => {
                let typed = match parameter["schema"]["type"].as_str() {
                    Some("integer") => value.parse::<i64>().map_or(Value::Null, Value::from),
                    Some("boolean") => value.parse::<bool>().map_or(Value::Null, Value::from),
                    _ => Value::from(value.clone()),
                };
                if !jsonschema::is_valid(&parameter["schema"], &typed) {
                    wrong.push(format!("`{name}` cannot be `{value}`"));
                }
            }
        }
    }
    if let (Some(value), Some(parameter)) =
        (request.header("consistencylevel"), named("header", "ConsistencyLevel"))
        && !jsonschema::is_valid(&parameter["schema"], &json!(value))
    {
        wrong.push(format!("`ConsistencyLevel` cannot be `{value}`"));
    }
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    if let Some(schema) = body {
        let value: Value = serde_json::from_str(&request.body).unwrap_or_default();
        if !jsonschema::is_valid(&draft(schema.clone()), &value) {
            wrong.push(format!("{}: the body is not what the service takes", request.path()));
        }
    }
    wrong
}

/// Converts a schema of OpenAPI 3.0 to JSON Schema, where `null` is a type of its own.
fn draft(schema: Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let nullable = entries.get("nullable") == Some(&Value::Bool(true));
            let mut entries: Map<String, Value> = entries
                .into_iter()
                .filter(|(key, _)| key != "nullable")
                .map(|(key, entry)| (key, draft(entry)))
                .collect();
            if let (true, Some(kind)) = (nullable, entries.get("type").cloned()) {
                entries.insert("type".to_owned(), json!([kind, "null"]));
                // GitHub's lists of words omit it.
                if let Some(Value::Array(words)) = entries.get_mut("enum")
                    && !words.contains(&Value::Null)
                {
                    words.push(Value::Null);
                }
            } else if nullable && entries.contains_key("allOf") {
                return json!({ "anyOf": [{ "type": "null" }, entries] });
            }
            Value::Object(entries)
        }
        Value::Array(items) => items.into_iter().map(draft).collect(),
        other => other,
    }
}
