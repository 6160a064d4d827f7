//! Removes errors that repeat another error less precisely.

use crate::language::document::is_later_key;
use crate::language::spelling;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Removes errors that follow from another error: a value of the wrong type is also not one of the allowed words, an
/// unknown key is also one key too many, and a mistyped key is also a missing one.
pub(super) fn implied<'e, 'i>(
    errors: &'e [ValidationError<'i>],
) -> impl Iterator<Item = &'e ValidationError<'i>> {
    errors.iter().filter(|error| !errors.iter().any(|other| implies(other, error)))
}

fn implies(cause: &ValidationError<'_>, error: &ValidationError<'_>) -> bool {
    use ValidationErrorKind as K;
    if cause.instance_path() != error.instance_path() {
        return false;
    }
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
    property.as_str().is_some_and(|property| spelling::nearest(key, &[property]).is_some())
}
