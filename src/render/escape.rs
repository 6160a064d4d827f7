//! Directory text made harmless, a function for each kind of sink.

use crate::policy::yaml::invisible_character;
use std::borrow::Cow;
use std::fmt::Write;

/// Text for a terminal or a log: control, format and invisible characters stand as `\u{202e}` (threats C4, C9).
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(['\t', '\n']) && invisible_character(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            letter if invisible_character(letter.encode_utf8(&mut [0; 4])).is_some() => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "\\u{{{:x}}}", letter as u32);
            }
            letter => escaped.push(letter),
        }
    }
    Cow::Owned(escaped)
}

/// An id or address for a terminal: letters outside ASCII are named after it, since they may look like others
/// (threat C8).
pub fn identity(text: &str) -> String {
    let mut shown = visible(text).into_owned();
    let foreign: Vec<String> = text
        .chars()
        .filter(|letter| !letter.is_ascii())
        .take(4)
        .map(|letter| format!("U+{:04X}", letter as u32))
        .collect();
    if text.contains('@') && !foreign.is_empty() {
        let _ = write!(shown, " [not ASCII: {}]", foreign.join(" "));
    }
    shown
}

/// Text for Markdown, as a code span that no content can leave (threats C1 to C3): inside it nothing is a mention, a
/// link, an image, a heading, HTML or an emoji.
pub fn code_span(text: &str) -> String {
    let text = identity(text);
    if text.trim().is_empty() {
        return "*empty*".to_owned();
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A cell of a table of text: one line, no tab, and nothing that a spreadsheet takes for a formula (threat C6).
pub fn cell(text: &str) -> String {
    let shown = visible(text);
    let formula = shown.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula { format!("'{shown}") } else { shown.into_owned() }
}
