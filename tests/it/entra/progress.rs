//! The progress output of a long read.

use crate::support::entra::double::{Answer, Double, error};
use crate::support::entra::tenant::Tenant;
use crate::support::entra::workspace::{on_graph, tenant_of};
use crate::support::playground::Playground;
use crate::support::terminal;
use std::sync::mpsc;
use std::time::Duration;

const WAITING: &str = "reading contoso: waiting for the first answer, ";
const CREDENTIAL: &str = "{ env: ROLEWRIGHT_CONTOSO }";

/// A tenant of two pages; the double calls a function before the first page, and requests a pause before the second.
fn slow(mut first: impl FnMut() + Send + 'static) -> Double {
    let mut tenant = tenant_of(&Playground::new().read("policies/directories/people.yaml"));
    tenant.users.extend(Tenant::new(1500).users);
    let mut pages = 0;
    let double = Double::faulty(tenant, move |request, _, _| {
        pages += u32::from(request.path() == "/v1.0/users");
        match (request.path(), pages) {
            ("/v1.0/users", 1) => {
                first();
                None
            }
            ("/v1.0/users", 2) => {
                let headers = vec![("Retry-After", "3".to_owned())];
                let refusal = error(429, "TooManyRequests", "Please retry again later.");
                Some(Answer { headers, ..refusal }.into())
            }
            _ => None,
        }
    });
    double.unjudged()
}

#[test]
fn pd_06_a_long_read_tells_a_terminal_of_counts_rate_and_what_is_waited_for() {
    let (told, seen) = mpsc::channel();
    // The first page is sent only after the terminal showed that it is awaited.
    let double = slow(move || {
        // If nothing is printed, the assertions below fail.
        let _ = seen.recv_timeout(Duration::from_secs(20));
    });
    let playground = on_graph(&double, CREDENTIAL);
    let (code, shown) = terminal::run(playground.command(&["plan"]), |shown| {
        if shown.contains(WAITING) {
            // Only the first send has a receiver.
            let _ = told.send(());
        }
    });
    assert_eq!(code, 0, "{shown}");
    // Each line overwrites the one before, and is not wrapped.
    let lines = shown.split("\r\u{1b}[2K\u{1b}[?7l").skip(1);
    let lines: Vec<&str> = lines.map(|line| line.split("\u{1b}[?7h").next().unwrap_or_default()).collect();
    assert!(lines.iter().any(|line| line.starts_with(WAITING) && line.ends_with(" s")), "{lines:#?}");
    let paused: Vec<&&str> = lines.iter().filter(|line| line.contains("asked")).collect();
    assert!(!paused.is_empty(), "{lines:#?}");
    for line in paused {
        let rest =
            line.strip_prefix("reading contoso 999 (").and_then(|line| line.split_once("/s): waiting "));
        let (rate, rest) = rest.unwrap_or_else(|| panic!("{line}"));
        let (left, seconds) =
            rest.split_once(" s, as Microsoft Graph asked, ").unwrap_or_else(|| panic!("{line}"));
        let number =
            |text: &str| text.trim_end_matches(" s").parse::<u64>().unwrap_or_else(|_| panic!("{line}"));
        assert_eq!(number(rate), 999 / number(seconds), "{line}");
        assert!((1..=3).contains(&number(left)), "{line}");
    }
    assert_eq!(lines.last(), Some(&""), "the line is cleared in the end: {lines:#?}");
    assert_eq!(shown.matches("\u{1b}[?7h").count(), lines.len(), "what follows is wrapped again: {shown}");
}

#[test]
fn pd_06_a_pipe_is_told_nothing_of_a_long_read() {
    let double = slow(|| ());
    let ran = on_graph(&double, CREDENTIAL).run(&["plan"]).ends(0);
    assert_eq!(double.count("/v1.0/users"), 3, "one was refused, and asked again three seconds later");
    for sign in ["reading", "waits", "\r", "\u{1b}"] {
        assert!(!ran.stderr.contains(sign), "{}", ran.stderr);
    }
}
