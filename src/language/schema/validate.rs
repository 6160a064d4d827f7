//! Validates a document with the schema of its kind.

use super::report::Report;
use super::{generate, suppress};
use crate::language::document::Kind;
use crate::model::{FileId, Finding};
use crate::yaml::Node;
use jsonschema::Validator;
use serde_json::Value;
use std::sync::OnceLock;

/// A schema and its compiled validator.
struct Compiled {
    schema: Value,
    validator: Result<Validator, String>,
}

/// One for each kind, compiled when the first document of the kind is read: no workspace has every kind.
static COMPILED: [OnceLock<Compiled>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];

fn compile(kind: Kind) -> Compiled {
    let schema = generate::of_kind(kind);
    let validator = jsonschema::draft7::new(&schema).map_err(|error| error.to_string());
    Compiled { schema, validator }
}

/// A finding for everything in a document that does not match its kind's schema, in the order of places.
pub fn validate(file: FileId, kind: Kind, node: &Node) -> Vec<Finding> {
    let compiled = COMPILED[kind as usize].get_or_init(|| compile(kind));
    let report = Report { file, node, schema: &compiled.schema };
    match &compiled.validator {
        Err(error) => vec![report.defect(error)],
        Ok(validator) => {
            let instance = node.to_json();
            let errors: Vec<_> = validator.iter_errors(&instance).collect();
            suppress::implied(&errors).flat_map(|error| report.findings(error)).collect()
        }
    }
}
