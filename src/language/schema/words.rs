//! JSON types and values in the terms that people who write YAML use.

use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value;

/// Whether text is an allowed type.
pub(super) fn takes_text(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Single(one) => *one == JsonType::String,
        TypeKind::Multiple(several) => several.iter().any(|one| one == JsonType::String),
    }
}

/// The allowed types.
pub(super) fn expected(kind: &TypeKind) -> String {
    let names: Vec<&str> = match kind {
        TypeKind::Single(one) => vec![name(*one)],
        TypeKind::Multiple(several) => several.iter().map(name).collect(),
    };
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

fn name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "text",
    }
}

/// The type of a value.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(true) => "`true`",
        Value::Bool(false) => "`false`",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value in backticks, shortened if it is long.
pub(super) fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() { format!("`{short}…`") } else { format!("`{short}`") }
}
