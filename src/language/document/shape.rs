//! Which keys of an object may stand together, where a schema can't express it.

use crate::model::Span;
use crate::yaml::Spanned;

/// Keys of one object that exclude each other, or a missing key. Reported as `schema/shape`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// The text beside the place in the finding.
    pub label: String,
}

impl ShapeError {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, message: message.into(), label: label.into() }
    }
}

/// One of the keys that exclude each other, and its value if it is written.
pub(super) struct Key<F> {
    pub(super) name: &'static str,
    written: Option<WrittenKey<F>>,
}

struct WrittenKey<F> {
    span: Span,
    form: F,
}

/// A key with its value, and the form that the object has if the key is written.
pub(super) fn key<'a, T, F>(
    name: &'static str,
    value: Option<&'a Spanned<T>>,
    form: impl FnOnce(&'a Spanned<T>) -> F,
) -> Key<F> {
    Key { name, written: value.map(|value| WrittenKey { span: value.span, form: form(value) }) }
}

/// The form of an object in which exactly one of these keys must be written.
///
/// # Errors
/// None or several are written; several are reported at the second one.
pub(super) fn exactly_one<F, const N: usize>(
    whole: Span,
    what: &str,
    keys: [Key<F>; N],
) -> Result<F, ShapeError> {
    let names = keys.each_ref().map(|key| format!("`{}`", key.name)).join(", ");
    let mut written = keys.into_iter().filter_map(|key| Some((key.name, key.written?)));
    let Some((first, WrittenKey { form, .. })) = written.next() else {
        let message = format!("{what} says nothing: exactly one of {names} is needed");
        return Err(ShapeError::new(whole, message, "one key is missing here"));
    };
    match written.next() {
        None => Ok(form),
        Some((second, WrittenKey { span, .. })) => {
            let message =
                format!("`{first}` and `{second}` exclude each other: {what} says exactly one of {names}");
            Err(ShapeError::new(span, message, format!("`{first}` is there already")))
        }
    }
}

/// The first of these keys that is written, with its place.
pub(super) fn first<F>(keys: impl IntoIterator<Item = Key<F>>) -> Option<Spanned<&'static str>> {
    keys.into_iter().find_map(|key| Some(Spanned { value: key.name, span: key.written?.span }))
}
