//! Reads the text of a hand-written file.
#![expect(clippy::disallowed_types, reason = "verb room: opens the files it reads")]

use crate::wire::HANDWRITTEN_BUDGET;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The whole text. Reads one byte more than the limit, to detect a longer file.
///
/// # Errors
/// When it cannot be read, is too long or is not UTF-8; names the file.
pub(super) fn text(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| format!("`{shown}` cannot be read: {error}");
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(format!("`{shown}` is not a file"));
    }
    let mut bytes = Vec::new();
    let limit = HANDWRITTEN_BUDGET.bytes as u64;
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(format!("`{shown}` is larger than {limit} bytes, the most that is read"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("`{shown}` is not UTF-8 text: the byte at offset {at} cannot be read")
    })
}
