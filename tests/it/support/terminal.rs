//! Runs a command whose stderr is a terminal, and captures what that terminal receives.
#![expect(clippy::disallowed_types, reason = "tests start the binary")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::process::{Command, Stdio};

/// Runs the command to its end; `seen` is called with all output so far whenever more arrives. Gives the exit code too.
pub(crate) fn run(mut command: Command, mut seen: impl FnMut(&str)) -> (i32, String) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let end = open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    let mut child = command.stdout(Stdio::null()).stderr(end).spawn().unwrap();
    // The command also holds the terminal's end; reading ends only after all copies of it are closed.
    drop(command);
    let (mut raw, mut piece) = (Vec::new(), [0; 4096]);
    // If a terminal's other end is closed, reading fails instead of returning nothing.
    while let Ok(count @ 1..) = rustix::io::read(&screen, &mut piece) {
        raw.extend_from_slice(&piece[..count]);
        seen(&String::from_utf8_lossy(&raw));
    }
    let code = child.wait().unwrap().code().unwrap_or(-1);
    (code, String::from_utf8_lossy(&raw).into_owned())
}
