//! Answers of GitHub and GitLab, and the event of a job: no decoder panics, a commit is hexadecimal, a marker marks only what
//! it wrote, and a body holds its text.

use super::support::text;
use rolewright::wire::github::{self, Marker, same_text};
use rolewright::wire::gitlab;

/// Reads an answer as each kind.
pub fn target(data: &[u8]) {
    pulls(data);
    if let Ok(runs) = github::decode_check_runs(data) {
        assert!(runs.iter().all(|run| is_commit(&run.head.0)));
    }
    if let Ok(run) = github::decode_check_run(data) {
        assert!(is_commit(&run.head.0) && (!run.completed_by("github-actions") || run.app.is_some()));
    }
    if let Ok(rules) = github::decode_rules(data) {
        // Rules add up; none takes another away.
        let both = rules.clone().and(rules.clone());
        assert_eq!((both.pull_request, both.approvals), (rules.pull_request, rules.approvals));
    }
    if let Ok(account) = github::decode_account(data) {
        assert!(!account.is_bot_of("github-actions") || account.login == "github-actions[bot]");
    }
    let _ = (github::decode_protection(data).is_ok(), github::decode_branch(data).is_ok());
    let _ = (
        github::decode_repository(data).is_ok(),
        github::decode_issue(data).is_ok(),
        github::decode_issues(data).is_ok(),
    );
    let _ = (github::decode_comment(data).is_ok(), github::decode_comments(data).is_ok());
    let _ = (
        gitlab::decode_user(data).is_ok(),
        gitlab::decode_note(data).is_ok(),
        gitlab::decode_notes(data).is_ok(),
    );
    let _ = gitlab::decode_merge_request(data).is_ok();
    if let Some(text) = text(data) {
        markers(text);
    }
}

fn pulls(data: &[u8]) {
    let one = github::decode_pull(data).ok();
    let event = github::decode_event(data).ok().flatten();
    let many = github::decode_pulls(data).unwrap_or_default();
    for pull in one.into_iter().chain(event).chain(many) {
        assert!(is_commit(&pull.head.0) && is_commit(&pull.base.0));
        assert!(pull.merge_commit.as_ref().is_none_or(|commit| is_commit(&commit.0)));
        assert!(!pull.merged_into("main") || pull.base_branch == "main");
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn markers(text: &str) {
    let marker = Marker::new("plan default/dstny").expect("a name");
    assert!(marker.marks(&marker.mark(text)));
    assert!(!marker.marks(text) || text.starts_with("<!-- rolewright: plan default/dstny -->"));
    assert!(same_text(text, text) && same_text(&text.replace('\n', "\r\n"), text));
    if let Ok(other) = Marker::new(text) {
        let marked = other.mark("");
        // A marker is one comment of HTML, on one line.
        assert!(marked.matches("-->").count() == 1 && marked.matches("<!--").count() == 1, "{marked:?}");
        assert_eq!(marker.marks(&marked), text == "plan default/dstny");
    }
    assert_eq!(github::comment_body(text)["body"].as_str(), Some(text));
    assert_eq!(gitlab::note_body(text)["body"].as_str(), Some(text));
}
