//! Errors that say again what another error says better.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// The errors without those that follow from another: a value of the wrong type is also none of the words, and an
/// unknown key also makes one key too many.
pub(super) fn implied<'e, 'i>(
    errors: &'e [ValidationError<'i>],
) -> impl Iterator<Item = &'e ValidationError<'i>> {
    errors.iter().filter(|error| !errors.iter().any(|other| implies(other, error)))
}

fn implies(cause: &ValidationError<'_>, error: &ValidationError<'_>) -> bool {
    use ValidationErrorKind as K;
    cause.instance_path() == error.instance_path()
        && matches!(
            (cause.kind(), error.kind()),
            (K::Type { .. }, K::Enum { .. } | K::Constant { .. })
                | (K::AdditionalProperties { .. }, K::MaxProperties { .. })
        )
}
