#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "door: data goes to stdout, talk to stderr"
)]
//! Where output goes: data to stdout, talk to stderr. A closed pipe ends output, not the program.

use super::args::Colour;
use crate::render::escape::visible;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::{env, io};

/// Writes data.
pub(super) fn data(text: &str) {
    bytes(text.as_bytes());
}

/// Writes data that is not text.
pub(super) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    // Nobody reads any more: there is nothing left to do about it.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes data to the file that the user named.
pub(super) fn file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::write(path, bytes)
}

/// Whether a person looks at stdout.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Talks to a person. Words of services and of data may be in it: they stay words.
pub(super) fn talk(text: &str) {
    text.lines().for_each(|line| eprintln!("{}", visible(line)));
}

/// Talks to a person in a face, of which the room that made it made everything harmless, and coloured it.
pub(super) fn talk_face(face: &str) {
    eprintln!("{face}");
}

/// Whether a person looks at stderr.
pub(super) fn is_talk_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Writes over the line of stderr that the cursor is in. What is too long for the terminal is cut by it: wrapped, it would
/// be two lines, of which one stays.
pub(super) fn line(text: &str) {
    // In one piece, so that no terminal is left without wrapping.
    let whole = format!("\r\x1b[2K\x1b[?7l{text}\x1b[?7h");
    let mut talk = io::stderr().lock();
    // Nobody looks any more: there is nothing left to do about it.
    let _ = talk.write_all(whole.as_bytes()).and_then(|()| talk.flush());
}

/// Whether to use colour on stdout.
pub(super) fn colour(wish: Colour) -> bool {
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = env::var("TERM").is_ok_and(|term| term == "dumb");
            set("CLICOLOR_FORCE") || (io::stdout().is_terminal() && !set("NO_COLOR") && !dumb)
        }
    }
}

/// Columns of the terminal; 80 without one.
pub(super) fn width() -> usize {
    env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| *columns >= 40)
        .unwrap_or(100)
}

/// Adds to a file, which is made where it is missing.
pub(super) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    io::Write::write_all(&mut std::fs::OpenOptions::new().create(true).append(true).open(path)?, bytes)
}
