//! What a schema can't say: which keys stand together.

use crate::model::Span;
use crate::yaml::Spanned;

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

/// One of the keys that exclude each other, and what it says where it is written.
pub(super) struct Key<F> {
    pub(super) name: &'static str,
    written: Option<Written<F>>,
}

struct Written<F> {
    span: Span,
    form: F,
}

/// A key with its value, and the form of the object where the key is written.
pub(super) fn key<'a, T, F>(
    name: &'static str,
    value: Option<&'a Spanned<T>>,
    form: impl FnOnce(&'a Spanned<T>) -> F,
) -> Key<F> {
    Key { name, written: value.map(|value| Written { span: value.span, form: form(value) }) }
}

/// The form of the one key that is written, of those that exclude each other.
///
/// # Errors
/// None is written, or several are: at the second.
pub(super) fn exactly_one<F, const N: usize>(
    whole: Span,
    what: &str,
    keys: [Key<F>; N],
) -> Result<F, ShapeError> {
    let names = keys.each_ref().map(|key| format!("`{}`", key.name)).join(", ");
    let mut written = keys.into_iter().filter_map(|key| Some((key.name, key.written?)));
    let Some((first, Written { form, .. })) = written.next() else {
        let message = format!("{what} says nothing: exactly one of {names} is needed");
        return Err(ShapeError::new(whole, message, "one key is missing here"));
    };
    match written.next() {
        None => Ok(form),
        Some((second, Written { span, .. })) => {
            let message =
                format!("`{first}` and `{second}` exclude each other: {what} says exactly one of {names}");
            Err(ShapeError::new(span, message, format!("`{first}` is there already")))
        }
    }
}

/// Nothing, where none of these keys is written; else the first that is, with its place.
pub(super) fn first<F>(keys: impl IntoIterator<Item = Key<F>>) -> Option<Spanned<&'static str>> {
    keys.into_iter().find_map(|key| Some(Spanned { value: key.name, span: key.written?.span }))
}
