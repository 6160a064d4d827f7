//! The number of requests to a directory, compared with the minimum that the protocol allows (L1).
#![expect(
    clippy::disallowed_methods,
    reason = "a larger directory is asked for by a variable; memory is a file"
)]
#![expect(clippy::disallowed_macros, reason = "the numbers are what it is about")]

use crate::support::ldap::double::{Content, Double, RequestKind, Step, group, user};
use std::time::{Duration, Instant};

/// `ROLEWRIGHT_USERS=100000` measures a larger directory.
const USERS: usize = 10_000;
const GROUPS: usize = 100;
const PAGE: usize = 500;

/// The peak memory of this process in MiB, if the operating system reports it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
}

#[test]
fn l_01_requests_are_as_few_as_the_protocol_needs() {
    let users =
        std::env::var_os("ROLEWRIGHT_USERS").and_then(|value| value.to_str()?.parse().ok()).unwrap_or(USERS);
    let groups = (0..GROUPS).map(|at| group(at, &(at..users).step_by(4 + at % 50).collect::<Vec<_>>()));
    let content = Content { users: (0..users).map(user).collect(), groups: groups.collect(), values: 0 };
    let double = Double::start(content, |_, _| Step::Serve);
    let mut wanted = double.wanted();
    wanted.limits.page = PAGE as u32;
    wanted.limits.answer = Duration::from_secs(60);
    let (before, began) = (peak(), Instant::now());
    let snapshot = wanted.snapshot();
    assert_eq!((snapshot.users.len(), snapshot.groups.len()), (users, GROUPS));
    // The final unbind has no answer, so it may arrive after the reader is done: it is not counted.
    let asked: Vec<RequestKind> = double
        .seen()
        .into_iter()
        .map(|(_, asked)| asked)
        .filter(|request| *request != RequestKind::Unbind)
        .collect();
    // Sign-in, the root entry, pages of users, pages of groups. Members come with their groups.
    let least = 2 + users.div_ceil(PAGE) + GROUPS.div_ceil(PAGE);
    assert_eq!(asked.len(), least, "{:?}", &asked[asked.len().saturating_sub(5)..]);
    println!(
        "{users} users: {least} requests, {} bytes, {:?}, peak of reader and double {:?} MiB before, {:?} MiB after",
        double.sent(),
        began.elapsed(),
        before,
        peak()
    );
}
