//! Parts of a URL built from data (threat B12).

use super::Equality;

/// An id that cannot be one segment of a URL path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id `{0}` cannot stand in a URL: expected text other than `.` and `..`")]
pub struct TargetError(String);

/// An id as one path segment; everything but RFC 3986's unreserved characters is percent-encoded.
///
/// # Errors
/// When the id is empty, `.` or `..`: URL parsers treat those as a path step, even encoded.
pub fn segment(id: &str) -> Result<String, TargetError> {
    if matches!(id, "" | "." | "..") {
        return Err(TargetError(id.to_owned()));
    }
    Ok(encode(id))
}

/// The query of a list: where it starts (from 1), the most results, and the filter; each is optional.
pub fn list_query(start_index: Option<u64>, count: Option<u32>, filter: Option<&Equality>) -> String {
    let parts = [
        filter.map(|filter| format!("filter={}", encode(&filter.to_string()))),
        start_index.map(|start| format!("startIndex={start}")),
        count.map(|count| format!("count={count}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("&")
}

/// The query of a page by cursor (RFC 9865, 2); the first page has none.
pub fn cursor_query(cursor: Option<&str>, count: Option<u32>) -> String {
    let cursor = cursor.map_or_else(|| "cursor".to_owned(), |cursor| format!("cursor={}", encode(cursor)));
    count.map_or_else(|| cursor.clone(), |count| format!("{cursor}&count={count}"))
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
