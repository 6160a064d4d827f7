//! The variables of a GitHub Actions job.

use rolewright::wire::github::{
    Actions, ActionsError, actions, decode_event, parse_queue_branch, queue_prefix,
};
use serde_json::json;

fn read(pairs: &[(&str, &str)]) -> Result<Option<Actions>, ActionsError> {
    actions(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

const JOB: &[(&str, &str)] = &[
    ("GITHUB_API_URL", "https://ghe.contoso.example/api/v3"),
    ("GITHUB_REPOSITORY", "contoso/access.policies"),
    ("GITHUB_EVENT_NAME", "pull_request"),
    ("GITHUB_REF", "refs/pull/17/merge"),
    ("GITHUB_BASE_REF", "main"),
    ("GITHUB_RUN_ID", "1234567890123"),
    ("GITHUB_RUN_ATTEMPT", "2"),
    ("GITHUB_ACTOR", "ida"),
    ("GITHUB_ACTOR_ID", "583231"),
    ("GITHUB_EVENT_PATH", "/home/runner/event.json"),
];

#[test]
fn a_job_of_a_pull_request_knows_its_number() {
    let job = read(JOB).unwrap().unwrap();
    assert_eq!(job.address.api, "https://ghe.contoso.example/api/v3");
    assert_eq!(job.address.repository.to_string(), "contoso/access.policies");
    assert_eq!(job.address.app, "github-actions");
    assert_eq!((job.event.as_deref(), job.pull_request), (Some("pull_request"), Some(17)));
    assert_eq!((job.base_branch.as_deref(), job.branch), (Some("main"), None));
    assert_eq!((job.run, job.attempt), (Some(1_234_567_890_123), Some(2)));
    assert_eq!((job.actor.as_deref(), job.actor_id), (Some("ida"), Some(583_231)));
}

#[test]
fn a_push_names_its_branch_and_no_pull_request() {
    let job = read(&[
        ("GITHUB_REPOSITORY", "a/b"),
        ("GITHUB_REF", "refs/heads/release/1"),
        ("GITHUB_EVENT_NAME", "push"),
    ]);
    let job = job.unwrap().unwrap();
    assert_eq!((job.branch.as_deref(), job.pull_request, job.run), (Some("release/1"), None, None));
    assert_eq!(job.address.api, "https://api.github.com");
    assert_eq!(read(&[]), Ok(None));
    assert_eq!(read(&[("GITHUB_REPOSITORY", "")]), Ok(None));
}

#[test]
fn a11_what_github_never_says_is_an_error_or_nothing() {
    for hostile in ["a", "a/b/c", "../b", "a/..", "a/.", "a/b?x", "a/b#", "a b/c", "/b", "a/", "a/b\n", "ä/b"]
    {
        let job = read(&[("GITHUB_REPOSITORY", hostile)]);
        assert!(matches!(job, Err(ActionsError::Repository(_))), "{hostile}: {job:?}");
    }
    for hostile in [
        "refs/pull/x/merge",
        "refs/pull/-1/merge",
        "refs/pull/+1/merge",
        "refs/pull/0/merge",
        "refs/pull/1/merge/2",
        "refs/pull/99999999999999999999/merge",
        "refs/pull//merge",
        "refs/pull/1",
    ] {
        let job = read(&[("GITHUB_REPOSITORY", "a/b"), ("GITHUB_REF", hostile)]).unwrap().unwrap();
        assert_eq!(job.pull_request, None, "{hostile}");
    }
    let job = read(&[("GITHUB_REPOSITORY", "a/b"), ("GITHUB_RUN_ID", "1e3")]).unwrap_err();
    assert_eq!(job.to_string(), "`GITHUB_RUN_ID` is `1e3`: expected a number");
}

#[test]
fn an_event_names_its_head_commit() {
    let end = |digit: &str, branch: &str, id: u64| json!({ "ref": branch, "sha": digit.repeat(40), "repo": { "id": id } });
    let pull = json!({ "number": 17, "state": "open", "head": end("a", "more", 2), "base": end("b", "main", 1),
        "user": { "id": 5, "login": "ida", "type": "User" }, "merged_at": null, "merge_commit_sha": null });
    let event = decode_event(json!({ "action": "opened", "pull_request": pull }).to_string().as_bytes());
    let pull = event.unwrap().unwrap();
    assert_eq!((pull.number, pull.head.0, pull.from_fork, pull.author), (17, "a".repeat(40), true, Some(5)));
    assert_eq!(decode_event(br#"{"ref":"refs/heads/main"}"#).unwrap(), None);
    assert!(decode_event(b"{").is_err());
}

#[test]
fn a_queues_branch_names_the_branch_and_the_pull_request() {
    let commit = "a".repeat(40);
    let name = |number: &str| format!("gh-readonly-queue/release/1/pr-{number}-{commit}");
    assert_eq!(parse_queue_branch(&name("17")), Some(("release/1", 17)));
    assert!(name("17").starts_with(&queue_prefix("release/1")));
    for number in ["0", "-1", "+1", "", "x", "99999999999999999999"] {
        assert_eq!(parse_queue_branch(&name(number)), None, "{number}");
    }
    for other in
        ["main", "gh-readonly-queue/pr-1", "gh-readonly-queue/main/pr-1-main", "gh-readonly-queue/main/1"]
    {
        assert_eq!(parse_queue_branch(other), None, "{other}");
    }
}
