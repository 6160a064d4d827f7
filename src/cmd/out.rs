#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "door: data goes to stdout, talk to stderr"
)]
//! Output: data goes to stdout, messages to stderr. A closed pipe ends output, not the program.

use super::choices::Colour;
use super::private_file;
use crate::render::escape::visible;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, io};

/// Writes data.
pub(super) fn data(text: &str) {
    bytes(text.as_bytes());
}

/// Writes data that is not text.
pub(super) fn bytes(bytes: &[u8]) {
    if is_silent() {
        return;
    }
    let mut out = io::stdout().lock();
    // If the reader closed the pipe, nothing can be done.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes data to the file that the user named; others may not read it.
pub(super) fn file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_file::write(path, bytes)
}

/// Whether stdout is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether messages are printed.
static SILENT: AtomicBool = AtomicBool::new(false);

/// From now on only events are written: no data and no message, in which there could be names.
pub(super) fn only_events() {
    SILENT.store(true, Ordering::SeqCst);
}

/// Writes a line of the log of events.
pub(super) fn event(line: &str) {
    let mut out = io::stdout().lock();
    // If the reader closed the pipe, nothing can be done.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

fn is_silent() -> bool {
    SILENT.load(Ordering::SeqCst)
}

/// Prints a message. Text from services or data in it is escaped.
pub(super) fn talk(text: &str) {
    if is_silent() {
        return;
    }
    text.lines().for_each(|line| eprintln!("{}", visible(line)));
}

/// Prints a message that `render` has already escaped and coloured.
pub(super) fn talk_face(face: &str) {
    if is_silent() {
        return;
    }
    eprintln!("{face}");
}

/// Whether stderr is a terminal.
pub(super) fn is_talk_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Overwrites the current line of stderr. The terminal cuts text that is too long: wrapped, it would take two lines, of
/// which only one is overwritten later.
pub(super) fn line(text: &str) {
    if is_silent() {
        return;
    }
    // Written at once, so that the terminal is never left with wrapping switched off.
    let whole = format!("\r\x1b[2K\x1b[?7l{text}\x1b[?7h");
    let mut talk = io::stderr().lock();
    // If the reader closed the pipe, nothing can be done.
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

/// The columns of the terminal; 80 without one.
pub(super) fn width() -> usize {
    env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| *columns >= 40)
        .unwrap_or(100)
}

/// Appends to a file, which is created if it does not exist.
pub(super) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_file::append(path, bytes)
}
