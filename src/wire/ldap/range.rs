//! Attributes with ranged values: `member;range=0-1499` ([MS-ADTS], 3.1.1.3.1.3.3).

use super::message::Entry;

/// The values of an attribute, or one range of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'e, 'a> {
    /// The values.
    pub values: &'e [&'a [u8]],
    /// Index of the next value to request; `None` if these are all.
    pub next: Option<u64>,
}

/// A range that cannot be used: another one was requested, or its numbers contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server returned other values than the requested ones")]
pub struct RangeError;

/// The values of an attribute from index `from` on, as one answer holds them.
///
/// Beside the range, Windows also sends an empty attribute without a range; that does not mean "no values" (threat E3).
/// `None` if the answer has neither.
///
/// # Errors
/// When the range has another start, or ends before it starts.
pub fn piece<'e, 'a>(
    entry: &'e Entry<'a>,
    attribute: &str,
    from: u64,
) -> Result<Option<Piece<'e, 'a>>, RangeError> {
    for (description, values) in entry.attributes() {
        let mut parts = description.split(';');
        if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case(attribute)) {
            continue;
        }
        let mut options = parts.filter_map(|option| {
            let (name, range) = option.split_once('=')?;
            name.eq_ignore_ascii_case("range").then_some(range)
        });
        let Some(range) = options.next() else { continue };
        let (first, last) = range.split_once('-').ok_or(RangeError)?;
        if first.parse() != Ok(from) {
            return Err(RangeError);
        }
        if last == "*" {
            return Ok(Some(Piece { values, next: None }));
        }
        let last: u64 = last.parse().map_err(|_| RangeError)?;
        let count = last.checked_sub(from).and_then(|count| count.checked_add(1)).ok_or(RangeError)?;
        if count != values.len() as u64 {
            return Err(RangeError);
        }
        return Ok(Some(Piece { values, next: Some(from + count) }));
    }
    match entry.values(attribute) {
        [] => Ok(None),
        values if from == 0 => Ok(Some(Piece { values, next: None })),
        _ => Err(RangeError),
    }
}

/// Whether the entry has a ranged attribute.
pub fn in_pieces(entry: &Entry<'_>) -> bool {
    entry.attributes().any(|(description, _)| {
        let mut options = description.split(';').skip(1);
        options.any(|option| option.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("range=")))
    })
}

/// The name that requests an attribute from index `from` on.
pub fn range_name(attribute: &str, from: u64) -> String {
    format!("{attribute};range={from}-*")
}
