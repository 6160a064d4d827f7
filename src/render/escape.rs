//! Makes directory text safe, one function for each kind of output.

use crate::model::invisible_character;
use std::borrow::Cow;
use std::fmt::Write;

/// Text for a terminal or a log: control, format and invisible characters become `\u{202e}` (threats C4, C9), and so
/// does one letter of any text that the runner of a CI job would take for a command (threat C5).
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(['\t', '\n']) && invisible_character(text).is_none() && command(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // The text behind a command is checked too: it may hide another one.
    while let Some(index) = command(rest) {
        write_visible(&mut escaped, &rest[..index]);
        escape(&mut escaped, if rest[index..].starts_with(':') { ':' } else { '#' });
        rest = &rest[index + 1..];
    }
    write_visible(&mut escaped, rest);
    Cow::Owned(escaped)
}

fn write_visible(escaped: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            letter if invisible_character(letter.encode_utf8(&mut [0; 4])).is_some() => {
                escape(escaped, letter)
            }
            letter => escaped.push(letter),
        }
    }
}

fn escape(escaped: &mut String, letter: char) {
    // Writing to a string cannot fail.
    let _ = write!(escaped, "\\u{{{:x}}}", letter as u32);
}

/// Where a text would be a command to the runner of a CI job: `::error::` at the start of a line (after white space),
/// `##[error]` and `##vso[` anywhere.
fn command(text: &str) -> Option<usize> {
    let begins = text.trim_start();
    if begins.starts_with("::") {
        return Some(text.len() - begins.len());
    }
    // One letter is found faster than two words.
    let first = text.find('#')?;
    let found = OLD_COMMANDS.iter().filter_map(|sign| text[first..].find(sign)).min();
    found.map(|index| first + index)
}

const OLD_COMMANDS: [&str; 2] = ["##[", "##vso["];

/// JSON for a terminal or a log: no text in it is a command to the runner of a CI job (threat C5), and control, format
/// and invisible characters are escaped (threats C4, C9). The JSON value stays the same.
pub fn json(text: String) -> String {
    // Plans are large and almost all ASCII.
    let hidden = |letter: char| {
        !matches!(letter, ' '..='~' | '\n') && invisible_character(letter.encode_utf8(&mut [0; 4])).is_some()
    };
    if OLD_COMMANDS.iter().all(|sign| !text.contains(sign)) && !text.contains(hidden) {
        return text;
    }
    // In JSON, `#` and invisible characters occur only in strings.
    let text = text.replace("##[", "\\u0023#[").replace("##vso[", "\\u0023#vso[");
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if hidden(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// An id or address for a terminal: non-ASCII letters are named behind it, since they may look like others (threat C8).
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

/// Text for Markdown, as a code span that no content can end (threats C1 to C3): inside it nothing is a mention, a
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

/// A cell of a text table: one line, no tab, and nothing that a spreadsheet takes for a formula (threat C6).
pub fn cell(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    let formula = shown.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if formula { Cow::Owned(format!("'{shown}")) } else { shown }
}
