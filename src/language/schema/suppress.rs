//! Removes errors that repeat another error less precisely.

use crate::language::document::is_later_key;
use crate::model::nearest;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::collections::BTreeMap;

/// Removes errors that follow from another error: a value of the wrong type is also not one of the allowed words, an
/// unknown key is also one key too many, and a mistyped key is also a missing one.
pub(super) fn implied<'e, 'i>(
    errors: &'e [ValidationError<'i>],
) -> impl Iterator<Item = &'e ValidationError<'i>> {
    // Only errors of one place can imply each other.
    let mut places: BTreeMap<&str, Vec<&ValidationError<'i>>> = BTreeMap::new();
    for error in errors {
        places.entry(error.instance_path().as_str()).or_default().push(error);
    }
    errors.iter().filter(move |error| {
        !places[error.instance_path().as_str()].iter().any(|other| implies(other, error))
    })
}

fn implies(cause: &ValidationError<'_>, error: &ValidationError<'_>) -> bool {
    use ValidationErrorKind as K;
    match (cause.kind(), error.kind()) {
        (K::Type { .. }, K::Enum { .. } | K::Constant { .. }) => true,
        (K::AdditionalProperties { .. }, K::MaxProperties { .. }) => true,
        (K::AdditionalProperties { unexpected }, K::Required { property }) => {
            unexpected.iter().any(|key| is_later_key(key) || is_meant(key, property))
        }
        _ => false,
    }
}

fn is_meant(key: &str, property: &Value) -> bool {
    property.as_str().is_some_and(|property| nearest(key, &[property]).is_some())
}
