//! Webhooks of a process that stays, on real git: a merge is applied within seconds, and nothing else comes of them.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "tests wait with a deadline")]

use crate::support::followed::{Followed, Process};
use crate::support::playground::Playground;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;
use std::time::{Duration, Instant};

const SECRET: &str = "a secret that the forge has too";
/// What GitHub posts says more; nothing of it is read.
const BODY: &str = r#"{"ref":"refs/heads/main","after":"0123456789abcdef0123456789abcdef01234567"}"#;

/// GitHub's signature of a body.
fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold("X-Hub-Signature-256: sha256=".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A process that looks at the branch once an hour, and when it is told to.
fn process() -> (Followed, Process) {
    let mut author = Playground::new().at_any_hour("dstny");
    author.secret("ROLEWRIGHT_WEBHOOK_SECRET", SECRET);
    let followed = Followed::of(author);
    let mut process = followed.process_with(&["--poll", "3600", "--listen", "127.0.0.1:0"]);
    process.says("the run ended: done", 1);
    (followed, process)
}

fn looks(process: &Process) -> f64 {
    process.metric("rolewright_branch_looks_total{outcome=\"done\"}").unwrap()
}

#[test]
fn h28_a_webhook_has_a_merge_applied_within_seconds_and_a_forged_one_nothing() {
    let (followed, mut process) = process();
    let author = &followed.author;
    author.edit("policies/dstny/attribute-mapping.yaml", "  title: jobTitle\n", "  title: department\n");
    followed.merge("Titles are departments");
    for forged in [
        signature("another secret of somebody", BODY),
        signature(SECRET, "{}"),
        "X-Gitlab-Token: a secret that the forge has".to_owned(),
        "X-Hub-Signature: sha1=00".to_owned(),
    ] {
        assert!(process.post("/webhook", &forged, BODY).contains(" 403 "), "{forged}");
    }
    let twice = format!("{0}\r\n{0}", signature(SECRET, BODY));
    assert!(process.post("/webhook", &twice, BODY).contains(" 403 "));
    let outcome = |process: &Process, word: &str| {
        process.metric(&format!("rolewright_webhooks_total{{outcome=\"{word}\"}}"))
    };
    assert_eq!((outcome(&process, "refused"), looks(&process)), (Some(5.0), 1.0));

    let begun = Instant::now();
    assert!(process.post("/webhook", &signature(SECRET, BODY), BODY).contains(" 202 "));
    process.says("a run is due: the branch has a new commit", 1);
    process.says("the run ended: done", 2);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    assert_eq!(outcome(&process, "accepted"), Some(1.0));

    // Repeated, it has the branch looked at, few times, and nothing is applied again.
    for header in [signature(SECRET, BODY), format!("X-Gitlab-Token: {SECRET}")].iter().cycle().take(20) {
        assert!(process.post("/webhook", header, BODY).contains(" 202 "));
    }
    process.says("a webhook says that the branch may have changed", 2);
    let after = looks(&process);
    assert!((2.0..=4.0).contains(&after), "{after}");
    let runs = "rolewright_runs_total{environment=\"default\",application=\"dstny\",outcome=\"done\"}";
    assert_eq!(process.metric(runs), Some(2.0));
    let said = process.said();
    assert!(!said.contains(SECRET) && !process.get("/metrics").1.contains(SECRET), "{said}");
    assert_eq!(process.ends(), Some(0), "{}", process.said());
}

#[test]
fn h28_a_webhook_that_is_too_large_is_refused_and_one_without_a_secret_has_no_path() {
    let (_followed, process) = process();
    let large = "x".repeat((1 << 20) + 1);
    assert!(process.post("/webhook", &signature(SECRET, &large), &large).contains(" 413 "));
    assert!(process.post("/metrics", &signature(SECRET, BODY), BODY).contains(" 405 "));
    assert!(process.get("/webhook").0.contains(" 404 "));
    assert_eq!(looks(&process), 1.0);
    let without = Followed::of(Playground::new().at_any_hour("dstny"));
    let mut process = without.process_with(&["--poll", "3600", "--listen", "127.0.0.1:0"]);
    process.says("the run ended: done", 1);
    assert!(process.post("/webhook", &signature(SECRET, BODY), BODY).contains(" 405 "));
}

#[test]
fn h28_a_secret_that_is_short_or_named_twice_ends_the_process_before_it_begins() {
    let mut author = Playground::new().at_any_hour("dstny");
    author.secret("ROLEWRIGHT_WEBHOOK_SECRET", "short");
    let listening = ["-C", "policies", "reconcile", "--listen", "127.0.0.1:0"];
    let ran = author.run(&listening).ends(1);
    assert!(ran.stderr.contains("it has 5 characters, expected at least 16"), "{}", ran.stderr);
    let ran = author.run(&[&listening[..], &["--webhook-secret-file", "hook"]].concat()).ends(1);
    assert!(ran.stderr.contains("`ROLEWRIGHT_WEBHOOK_SECRET` is set too"), "{}", ran.stderr);
    author.secret("ROLEWRIGHT_WEBHOOK_SECRET", "");
    let ran = author.run(&[&listening[..], &["--webhook-secret-file", "/etc/hostname"]].concat()).ends(1);
    assert!(ran.stderr.contains("is not in a folder for secrets"), "{}", ran.stderr);
    author.run(&["-C", "policies", "reconcile", "--webhook-secret-file", "hook"]).ends(64);
}
