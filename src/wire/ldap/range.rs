//! Attributes that come in pieces: `member;range=0-1499` ([MS-ADTS], 3.1.1.3.1.3.3).

use super::message::Entry;

/// The values of an attribute, or the first piece of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'e, 'a> {
    /// The values.
    pub values: &'e [&'a [u8]],
    /// Number of the first value that is still to be asked for; none: these are all.
    pub next: Option<u64>,
}

/// Why the piece cannot be used: another one was asked for, or its numbers contradict themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server gave other values than those asked for")]
pub struct RangeError;

/// The values of an attribute from number `from` on, as one answer holds them.
///
/// Windows sends an empty attribute without range beside the piece; that is not "none" (threat E3). None: the answer has
/// neither.
///
/// # Errors
/// When the piece begins elsewhere, or ends before it begins.
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

/// Whether an entry has any attribute in pieces.
pub fn in_pieces(entry: &Entry<'_>) -> bool {
    entry.attributes().any(|(description, _)| {
        let mut options = description.split(';').skip(1);
        options.any(|option| option.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("range=")))
    })
}

/// How an attribute is asked for from number `from` on.
pub fn range_name(attribute: &str, from: u64) -> String {
    format!("{attribute};range={from}-*")
}
