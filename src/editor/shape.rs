//! What may stand at a place of a document, by the schema of its kind.

use crate::language::document::Kind;
use crate::language::schema;
use serde_json::Value;
use std::sync::OnceLock;

/// One for each kind, made when the first document of the kind is looked at.
static SCHEMAS: [OnceLock<Value>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];

/// The schema of one place, with a name: the kind or the definition that it is, or the key of such a one
/// (`LinkingRule.grant`); `[]` are the items of a list, `.*` the values of a table.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    root: &'static Value,
    /// As written at the place: what it says of itself comes before what its definition says.
    written: &'static Value,
    /// The definition that it refers to, or the same.
    own: &'static Value,
    /// Its name.
    pub(super) name: String,
}

impl Shape {
    /// The shape of a kind's documents.
    pub(super) fn of(kind: Kind) -> Self {
        let root = SCHEMAS[kind as usize].get_or_init(|| schema::of_kind(kind));
        Self { root, written: root, own: root, name: kind.word().to_owned() }
    }

    fn at(&self, written: &'static Value, step: &str) -> Self {
        let first = written.get("allOf").and_then(|all| all.get(0)).unwrap_or(written);
        let reference = first.get("$ref").and_then(Value::as_str);
        let found = reference.and_then(|reference| {
            let name = reference.strip_prefix("#/definitions/")?;
            Some((name, self.root.get("definitions")?.get(name)?))
        });
        let (name, own) = match found {
            Some((name, own)) => (name.to_owned(), own),
            None => (format!("{}{step}", self.name), written),
        };
        Self { root: self.root, written, own, name }
    }

    /// What stands behind a key.
    pub(super) fn key(&self, name: &str) -> Option<Self> {
        let written = self.own.get("properties").and_then(|keys| keys.get(name));
        match written {
            Some(written) => Some(self.at(written, &format!(".{name}"))),
            None => {
                let table = self.own.get("additionalProperties").filter(|value| value.is_object())?;
                Some(self.at(table, ".*"))
            }
        }
    }

    /// What stands in a list.
    pub(super) fn item(&self) -> Option<Self> {
        Some(self.at(self.own.get("items")?, "[]"))
    }

    /// The keys that it lists, required ones first.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let properties = self.own.get("properties").and_then(Value::as_object);
        let required: Vec<&str> = self
            .own
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut keys: Vec<&str> =
            properties.into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect();
        keys.sort_by_key(|key| {
            required.iter().position(|required| required == key).unwrap_or(required.len())
        });
        keys
    }

    /// Whether a key must be there.
    pub(super) fn requires(&self, key: &str) -> bool {
        let required = self.own.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|required| required == key))
    }

    /// Whether people choose its keys.
    pub(super) fn is_table(&self) -> bool {
        self.own.get("additionalProperties").is_some_and(Value::is_object)
    }

    /// Whether a value of this JSON type may stand here.
    pub(super) fn takes(&self, kind: &str) -> bool {
        match self.own.get("type") {
            Some(Value::String(one)) => one == kind,
            Some(Value::Array(several)) => several.iter().any(|one| one == kind),
            _ => false,
        }
    }

    /// The closed set of what may stand here; `true` and `false` are one.
    pub(super) fn words(&self) -> Vec<String> {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let condition = self.own.get("then").and_then(|then| then.get("enum"));
        let words = self.own.get("enum").or(condition).and_then(Value::as_array);
        match (words, self.own.get("const")) {
            (Some(words), _) => words.iter().map(plain).collect(),
            (None, Some(word)) => vec![plain(word)],
            (None, None) if self.own.get("type").is_some_and(|kind| *kind == "boolean") => {
                vec!["true".to_owned(), "false".to_owned()]
            }
            (None, None) => Vec::new(),
        }
    }

    /// What it means.
    pub(super) fn description(&self) -> Option<&'static str> {
        let text = |value: &'static Value| value.get("description").and_then(Value::as_str);
        text(self.written).or_else(|| text(self.own))
    }

    /// What its definition means, where the place says something of its own as well.
    pub(super) fn definition(&self) -> Option<&'static str> {
        let own = self.own.get("description").and_then(Value::as_str);
        own.filter(|own| self.description() != Some(*own))
    }

    /// What one word of a closed set means, where that is said: `schema::collapse` writes it into the description.
    pub(super) fn meaning(&self, word: &str) -> Option<&'static str> {
        let own = self.own.get("description").and_then(Value::as_str)?;
        let begin = format!("- `{word}`: ");
        own.lines().find_map(|line| line.strip_prefix(begin.as_str()))
    }
}
