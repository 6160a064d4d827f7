//! Times as text.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use rolewright::model::unix_of_rfc3339;

/// Seconds since 1970 of a time.
pub(crate) fn at(text: &str) -> i64 {
    unix_of_rfc3339(text).unwrap()
}
