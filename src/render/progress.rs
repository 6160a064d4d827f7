//! One line that shows the progress of reads.

use super::escape::visible;
use std::fmt::Write;

/// A source being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// Records read so far.
    pub records: u64,
    /// Who asked for a pause, and the seconds left of it; `None` without a pause.
    pub pause: Option<(String, u64)>,
    /// Whether the read has ended.
    pub done: bool,
}

/// `reading contoso 12000 (600/s): waits 12 s as Microsoft Graph asked, rooms: waiting for the first answer, 20 s`;
/// sources that are done are left out.
pub fn line(sources: &[Reading], seconds: u64) -> String {
    let mut text = String::new();
    for source in sources.iter().filter(|source| !source.done) {
        let _ = write!(text, "{}{}", if text.is_empty() { "reading " } else { ", " }, visible(&source.name));
        // Writing to a string cannot fail.
        let _ = match (source.records, &source.pause) {
            (0, None) => write!(text, ": waiting for the first answer"),
            (0, Some(_)) => Ok(()),
            (records, _) => write!(text, " {records} ({}/s)", records / seconds.max(1)),
        };
        if let Some((who, left)) = &source.pause {
            let _ = write!(text, ": waits {left} s as {} asked", visible(who));
        }
    }
    if !text.is_empty() {
        let _ = write!(text, ", {seconds} s");
    }
    text
}
