//! One line of what is being read, while it is.

use super::escape::visible;
use std::fmt::Write;

/// A source that is being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// Records that came so far.
    pub records: u64,
    /// Who asked for a pause, and how many seconds of it are left; none: nobody.
    pub pause: Option<(String, u64)>,
    /// Whether it was read to its end.
    pub done: bool,
}

/// `reading contoso 12000 (600/s): waits 12 s as Microsoft Graph asked, rooms: waiting for the first answer, 20 s`; what
/// was read to its end is left out.
pub fn line(sources: &[Reading], seconds: u64) -> String {
    let mut text = String::new();
    for source in sources.iter().filter(|source| !source.done) {
        let _ = write!(text, "{}{}", if text.is_empty() { "reading " } else { ", " }, visible(&source.name));
        // Writing to a string does not fail.
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
