//! Turns one error of the validator into findings with exact places.

use super::words::{expected, shown, takes_text, type_of};
use crate::language::document::{is_later_key, is_later_number, is_later_value, pattern};
use crate::language::spelling;
use crate::model::{Advice, FileId, Finding, Location, Span};
use crate::yaml::{Kind as NodeKind, Node};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is needed to find the place of an error.
pub(super) struct Report<'d> {
    pub(super) file: FileId,
    pub(super) node: &'d Node,
    pub(super) schema: &'d Value,
}

impl Report<'_> {
    /// The findings of one error; one for each unknown key.
    pub(super) fn findings(&self, error: &ValidationError<'_>) -> Vec<Finding> {
        use ValidationErrorKind as K;
        let path = error.instance_path().as_str();
        let value = self.node.locate(path).map_or(self.node.span, |(_, value)| value);
        let finding = match error.kind() {
            K::AdditionalProperties { unexpected } => {
                return self.unknown_keys(error, path, unexpected);
            }
            K::Required { property } => self.missing_key(path, property),
            K::Type { kind } => self.another_type(error, kind, value),
            K::Enum { options } => self.not_a_value(error, options, value),
            K::Constant { expected_value } => {
                let message = format!("expected {}", shown(expected_value));
                self.error("schema/value", message, value, "another value")
            }
            K::Pattern { pattern } => self.pattern(error.instance(), pattern, value),
            K::PropertyNames { error } => {
                let name = error.instance().as_str().unwrap_or_default();
                let key = self.key(path, name).unwrap_or(value);
                match error.kind() {
                    K::Pattern { pattern } => self.pattern(error.instance(), pattern, key),
                    _ => self.error(
                        "schema/pattern",
                        format!("`{name}` can't be a name here"),
                        key,
                        "this key",
                    ),
                }
            }
            K::MinLength { .. } => self.error("schema/value", "the text is empty", value, "nothing here"),
            K::MaxLength { limit } => {
                self.error("schema/value", format!("at most {limit} characters"), value, "too long")
            }
            K::Minimum { limit } => {
                self.error("schema/value", format!("at least {limit}"), value, "too little")
            }
            K::Maximum { limit } => self.error("schema/value", format!("at most {limit}"), value, "too much"),
            K::UniqueItems => self.repeated_item(path, value),
            K::MinItems { .. } => self.error("schema/count", "the list is empty", value, "nothing here"),
            K::MinProperties { limit } => self.too_few_keys(error, *limit, value),
            K::MaxProperties { limit } => self.too_many_keys(error, path, *limit, value),
            _ => self.error("schema/value", error.to_string(), value, "not as the schema says"),
        };
        vec![finding]
    }

    /// A schema that is wrong itself: a defect of this program.
    pub(super) fn defect(&self, error: &str) -> Finding {
        let message = format!("this program's own schema is wrong, please report it: {error}");
        self.error("schema/defect", message, super::opening(self.node), "while reading this document")
    }

    fn error(&self, code: &'static str, message: impl Into<String>, span: Span, label: &str) -> Finding {
        Finding::error(code, message, Location { file: self.file, span }, label)
    }

    fn key(&self, path: &str, key: &str) -> Option<Span> {
        let step = key.replace('~', "~0").replace('/', "~1");
        self.node.locate(&format!("{path}/{step}")).and_then(|(key, _)| key)
    }

    fn unknown_keys(&self, error: &ValidationError<'_>, path: &str, unexpected: &[String]) -> Vec<Finding> {
        let known = self.known_keys(error);
        let written = match self.node_at(path).map(|node| &node.kind) {
            Some(NodeKind::Mapping(entries)) => entries.as_slice(),
            _ => &[],
        };
        let places: BTreeMap<&str, Span> = written.iter().map(|(key, _)| (&*key.name, key.span)).collect();
        let finding = |key: &String| {
            let span = places.get(key.as_str()).copied().unwrap_or(self.node.span);
            if is_later_key(key) {
                return self.later(format!("`{key}`"), span);
            }
            self.error("schema/unknown-key", format!("unknown key `{key}`"), span, "unknown here")
                .help(spelling::help(key, known.iter().map(String::as_str)))
        };
        unexpected.iter().map(finding).collect()
    }

    /// The keys that the object's schema allows.
    fn known_keys(&self, error: &ValidationError<'_>) -> Vec<String> {
        let keyword = error.schema_path().as_str();
        let object = keyword.rsplit_once('/').map_or("", |(object, _)| object);
        let properties = self.schema.pointer(&format!("{object}/properties")).and_then(Value::as_object);
        properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
    }

    fn missing_key(&self, path: &str, property: &Value) -> Finding {
        let span = self.node_at(path).map_or(self.node.span, super::opening);
        let message = format!("missing key {}", shown(property));
        self.error("schema/missing-key", message, span, "in this object")
    }

    fn node_at(&self, path: &str) -> Option<&Node> {
        path.split('/').skip(1).try_fold(self.node, |node, step| match &node.kind {
            NodeKind::Sequence(items) => items.get(step.parse::<usize>().ok()?),
            _ => node.get(&step.replace("~1", "/").replace("~0", "~")),
        })
    }

    fn another_type(&self, error: &ValidationError<'_>, kind: &TypeKind, span: Span) -> Finding {
        let message = format!("expected {}, found {}", expected(kind), type_of(error.instance()));
        let finding = self.error("schema/type", message, span, "of another type");
        if error.instance().is_number() && takes_text(kind) {
            return finding.help(Advice::quote("put text that looks like a number in quotes"));
        }
        finding
    }

    fn not_a_value(&self, error: &ValidationError<'_>, options: &Value, span: Span) -> Finding {
        let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
        let value = plain(error.instance());
        let key = key_of(error);
        if is_later_value(key, &value) {
            return self.later(format!("`{key}: {value}`"), span);
        }
        self.error(
            "schema/value",
            format!("`{value}` is not one of the values of `{key}`"),
            span,
            "another value",
        )
        .help(spelling::help(&value, options.iter().map(String::as_str)))
    }

    fn later(&self, what: String, span: Span) -> Finding {
        let message = format!("{what} is not supported by this version");
        self.error("schema/unsupported", message, span, "not supported")
    }

    fn pattern(&self, instance: &Value, expression: &str, span: Span) -> Finding {
        let message = match instance.as_str() {
            Some("") => "the text is empty".to_owned(),
            _ => format!("{} has not the form that is needed here", shown(instance)),
        };
        let help =
            pattern::explain(expression).map_or_else(|| format!("it has to fit {expression}"), str::to_owned);
        self.error("schema/pattern", message, span, "this text").help(help)
    }

    fn repeated_item(&self, path: &str, list: Span) -> Finding {
        let items = match self.node_at(path).map(|node| &node.kind) {
            Some(NodeKind::Sequence(items)) => items.as_slice(),
            _ => &[],
        };
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let repeated = items.iter().find_map(|item| {
            let first = seen.insert(item.to_json().to_string(), item.span)?;
            Some((first, item.span))
        });
        let (first, again) = repeated.unwrap_or((list, list));
        self.error("schema/repeated-item", "the list has one value twice", again, "again here")
            .and(Location { file: self.file, span: first }, "first here")
    }

    fn too_few_keys(&self, error: &ValidationError<'_>, limit: u64, span: Span) -> Finding {
        let known = self.known_keys(error);
        let message = match (limit, known.as_slice()) {
            (1, _) => "the object is empty".to_owned(),
            (limit, _) => format!("the object needs at least {limit} keys"),
        };
        let finding = self.error("schema/count", message, span, "too little here");
        if known.is_empty() { finding } else { finding.help(spelling::choice(&known)) }
    }

    fn too_many_keys(&self, error: &ValidationError<'_>, path: &str, limit: u64, span: Span) -> Finding {
        let keys = match self.node_at(path).map(|node| &node.kind) {
            Some(NodeKind::Mapping(entries)) => entries.as_slice(),
            _ => &[],
        };
        let extra = keys.get(limit as usize).map_or(span, |(key, _)| key.span);
        let key = key_of(error);
        if is_later_number(key) {
            return self.later(format!("more than one of `{key}`"), extra);
        }
        let known = self.known_keys(error);
        let message = if limit == 1 {
            "only one key is allowed here".to_owned()
        } else {
            format!("at most {limit} keys are allowed here")
        };
        let finding = self.error("schema/count", message, extra, "one too many");
        if known.is_empty() { finding } else { finding.help(spelling::choice(&known)) }
    }
}

/// The key whose value is wrong; for an item of a list, the list's key.
fn key_of<'e>(error: &'e ValidationError<'_>) -> &'e str {
    let mut steps = error.instance_path().as_str().rsplit('/');
    steps.find(|step| step.parse::<usize>().is_err()).unwrap_or_default()
}

/// A constant, written as in YAML.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
