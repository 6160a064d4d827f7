//! A saved snapshot of an application: what is read is written the same again, and a file that lost a line is refused.

use super::support::text;
use rolewright::wire::saved::{Counts, application, read_application};

/// Three files, separated by `=` lines: accounts, groups, grants.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut parts = text.splitn(3, "\n=\n").map(str::to_owned);
    let files: [String; 3] = std::array::from_fn(|_| parts.next().unwrap_or_default());
    let lines = |file: &String| file.lines().filter(|line| !line.trim().is_empty()).count() as u64;
    let counts = Counts { first: lines(&files[0]), groups: lines(&files[1]), rest: lines(&files[2]) };
    let Ok(snapshot) = read_application("crm", &files, counts) else { return };
    let (written, counted) = application(&snapshot);
    let again = read_application("crm", &written, counted).expect("what was written");
    assert_eq!(application(&again), (written.clone(), counted));
    for (at, file) in written.iter().enumerate().filter(|(_, file)| !file.is_empty()) {
        let mut torn = written.clone();
        torn[at] = file.lines().skip(1).map(|line| format!("{line}\n")).collect();
        assert!(read_application("crm", &torn, counted).is_err(), "a line is lost");
    }
}
