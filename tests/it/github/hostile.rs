//! Any answer of GitHub gives values or an error, never a panic; and no unchecked text becomes part of a path.

use super::reader;
use crate::support::github::double::{Answer, Double};
use crate::support::http_server::Request;
use proptest::prelude::*;
use rolewright::model::Commit;
use rolewright::wire::github::{
    Repository, decode_branch, decode_check_run, decode_check_runs, decode_comments, decode_event,
    decode_issues, decode_protection, decode_pull, decode_pulls, decode_repository, decode_rules,
};
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_no_commit_or_branch_reaches_no_path() {
    let double = Double::start(|_| |_: &Request| Answer::List(vec![], vec![]));
    let reader = reader(&double.url());
    let long = "a".repeat(41);
    for hostile in ["", "main", "../../user", &long, &"A".repeat(40), &"g".repeat(40), "a\r\nX: y"] {
        let commit = Commit(hostile.to_owned());
        assert!(reader.pulls_of_commit(&commit).await.is_err(), "{hostile}");
        assert!(reader.check_runs(&commit, "x").await.is_err(), "{hostile}");
    }
    for hostile in ["", ".", "..", "a\nb"] {
        assert!(reader.branch_rules(hostile).await.is_err(), "{hostile}");
    }
    assert_eq!(double.requests().len(), 0);
}

#[test]
fn fields_of_another_kind_are_errors() {
    let fine = || {
        json!({
            "number": 1, "state": "open", "merged_at": "2026-11-20T12:00:00Z", "merge_commit_sha": "c".repeat(40),
            "head": { "ref": "a", "sha": "a".repeat(40), "repo": null }, "base": { "ref": "main", "sha": "b".repeat(40) },
            "user": null,
        })
    };
    let read = |value: &Value| decode_pull(value.to_string().as_bytes());
    let pull = read(&fine()).unwrap();
    assert!(pull.from_fork && pull.author.is_none() && pull.open, "a repository that is gone is not ours");
    for (pointer, value) in [
        ("/number", json!("1")),
        ("/number", json!(-1)),
        ("/number", json!(1.5)),
        ("/number", json!(1e30)),
        ("/merged_at", json!("yesterday")),
        ("/merged_at", json!(1_795_176_000)),
        ("/merge_commit_sha", json!("main")),
        ("/head/sha", json!("../../../user")),
        ("/head/sha", Value::Null),
        ("/base", Value::Null),
        ("/user", json!("ida")),
        ("/user", json!({ "id": "5", "login": "ida" })),
    ] {
        let mut hostile = fine();
        *hostile.pointer_mut(pointer).unwrap() = value.clone();
        assert!(read(&hostile).is_err(), "{pointer} {value}");
    }
}

#[test]
fn who_sees_a_repository_is_unknown_unless_both_words_agree() {
    let read = |more: Value| {
        let mut all = json!({ "id": 1, "default_branch": "main" });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        format!("{:?}", decode_repository(all.to_string().as_bytes()).unwrap().visibility)
    };
    for (said, expected) in [
        (json!({ "private": false, "visibility": "public" }), "Public"),
        (json!({ "private": true, "visibility": "private" }), "Private"),
        (json!({ "private": true, "visibility": "internal" }), "Internal"),
        (json!({ "private": true }), "Private"),
        (json!({ "private": false }), "Public"),
        (json!({ "private": false, "visibility": "private" }), "Unknown"),
        (json!({ "private": true, "visibility": "public" }), "Unknown"),
        (json!({ "private": true, "visibility": "secret" }), "Unknown"),
        (json!({}), "Unknown"),
    ] {
        assert_eq!(read(said.clone()), expected, "{said}");
    }
}

#[test]
fn a_login_that_resembles_the_bot_is_not_the_bot() {
    let is_bot = |login: &str, kind: &str| {
        let comment = json!([{ "id": 1, "body": null, "user": { "id": 1, "login": login, "type": kind } }]);
        let comments = decode_comments(comment.to_string().as_bytes()).unwrap();
        comments[0].author.as_ref().unwrap().is_bot_of("github-actions")
    };
    assert!(is_bot("github-actions[bot]", "Bot"));
    for (login, kind) in [
        ("github-actions", "User"),
        ("github-actions[bot]", "User"),
        ("evil[bot]", "Bot"),
        ("github-actions", "Bot"),
        ("github-actions[bot][bot]", "Bot"),
        ("Github-Actions[bot]", "Bot"),
    ] {
        assert!(!is_bot(login, kind), "{login} {kind}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "id",
        "number",
        "state",
        "head",
        "base",
        "sha",
        "ref",
        "user",
        "login",
        "type",
        "check_runs",
        "output",
        "text",
        "parameters",
        "protection",
        "pull_request",
        "body",
        "title",
        "slug",
        "app",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-f0-9]{40}".prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(json!("pull_request"))
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(words.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_makes_a_decoder_panic(value in any_json(), cut in any::<prop::sample::Index>()) {
        let bytes = value.to_string().into_bytes();
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len() + 1)]] {
            let _ = (decode_pull(bytes), decode_pulls(bytes), decode_event(bytes), decode_check_runs(bytes));
            let _ = (decode_comments(bytes), decode_issues(bytes), decode_repository(bytes), decode_rules(bytes));
            let _ = (decode_protection(bytes), decode_branch(bytes), decode_check_run(bytes));
        }
    }

    #[test]
    fn a_repository_name_has_two_parts(text in "[a-zA-Z0-9./_?#% -]{0,12}") {
        if let Ok(repository) = Repository::parse(&text) {
            let shown = repository.to_string();
            prop_assert_eq!(&shown, &text);
            prop_assert_eq!(shown.split('/').count(), 2);
            prop_assert!(!shown.split('/').any(|part| matches!(part, "" | "." | "..")));
            prop_assert!(shown.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte)));
        }
    }
}
