//! What a schema can't say: which keys stand together.

use crate::model::Span;

/// Keys of one object that don't go together, or one that is missing. Reported as `schema/shape`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to say at the place.
    pub label: String,
}

impl ShapeError {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, message: message.into(), label: label.into() }
    }
}

/// The one key that is there, of those that exclude each other.
///
/// # Errors
/// None is there, or several are: at the second.
pub(super) fn exactly_one(
    whole: Span,
    what: &str,
    keys: &[(&'static str, Option<Span>)],
) -> Result<&'static str, ShapeError> {
    let mut present = keys.iter().filter_map(|(key, span)| span.map(|span| (*key, span)));
    let Some((first, _)) = present.next() else {
        let message = format!("{what} says nothing: exactly one of {} is needed", list(keys));
        return Err(ShapeError::new(whole, message, "one key is missing here"));
    };
    match present.next() {
        None => Ok(first),
        Some((second, span)) => {
            let message = format!(
                "`{first}` and `{second}` exclude each other: {what} says exactly one of {}",
                list(keys)
            );
            Err(ShapeError::new(span, message, format!("`{first}` is there already")))
        }
    }
}

fn list(keys: &[(&'static str, Option<Span>)]) -> String {
    keys.iter().map(|(key, _)| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
