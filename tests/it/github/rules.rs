//! Branch rules: what is required before a merge.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{TOKEN, reader};
use crate::support::github::double::{Answer, Double};
use crate::support::http_server::{Reply, Request};
use crate::support::playground::Playground;
use rolewright::model::BranchRules;
use serde_json::{Value, json};

/// A double whose branch has these rules, is protected or not, and whose branch protection gets this answer.
fn double(rules: Value, protected: bool, protection: fn() -> Answer) -> Double {
    Double::start(move |_| {
        move |request: &Request| {
            let path = request.path();
            if path.contains("/rules/") {
                return Answer::Fine(200, vec![], rules.clone());
            }
            if path.ends_with("/protection") {
                return protection();
            }
            Answer::Fine(200, vec![], json!({ "protected": protected }))
        }
    })
}

async fn read(double: &Double) -> BranchRules {
    reader(&double.url()).branch_rules("release/1").await.unwrap()
}

fn said(status: u16, message: &str) -> Answer {
    Answer::Fault(Reply::json(status, &json!({ "message": message })))
}

fn rulesets() -> Value {
    let of = |kind: &str, parameters: Value| json!({ "type": kind, "parameters": parameters });
    json!([
        of("pull_request", json!({ "required_approving_review_count": 1, "dismiss_stale_reviews_on_push": true,
            "require_code_owner_review": false, "require_last_push_approval": true, "required_review_thread_resolution": false })),
        of("pull_request", json!({ "required_approving_review_count": 2, "dismiss_stale_reviews_on_push": false,
            "require_code_owner_review": true, "require_last_push_approval": false, "required_review_thread_resolution": false })),
        of("required_status_checks", json!({ "strict_required_status_checks_policy": true,
            "required_status_checks": [{ "context": "plan", "integration_id": 15368 }, { "context": "validate" }] })),
        { "type": "non_fast_forward" },
        { "type": "deletion" },
        of("branch_name_pattern", json!({ "operator": "regex", "pattern": "^x" })),
    ])
}

#[tokio::test]
async fn all_rulesets_of_a_branch_hold_together() {
    let double = double(rulesets(), true, || said(404, "Branch not protected"));
    let rules = read(&double).await;
    let expected = BranchRules {
        pull_request: true,
        approvals: 2,
        stale_dismissed: true,
        code_owners: true,
        last_push: true,
        checks: ["plan", "validate"].map(str::to_owned).into(),
        no_force: true,
        partial: false,
    };
    assert_eq!(rules, expected);
    assert!(double.requests().iter().all(|request| request.path().contains("/release%2F1")));
}

#[tokio::test]
async fn the_older_protection_counts_and_one_that_may_not_be_read_is_said() {
    let fine = || {
        Answer::Fine(
            200,
            vec![],
            json!({
                "required_pull_request_reviews": { "dismiss_stale_reviews": true, "require_code_owner_reviews": true,
                    "required_approving_review_count": 1 },
                "required_status_checks": { "contexts": ["plan"], "checks": [{ "context": "plan", "app_id": 15368 }], "strict": true },
                "allow_force_pushes": { "enabled": false },
            }),
        )
    };
    let rules = read(&double(json!([]), true, fine)).await;
    assert!(
        rules.pull_request && rules.stale_dismissed && rules.code_owners && rules.no_force && !rules.partial,
        "{rules:?}"
    );
    assert_eq!((rules.approvals, rules.checks.len()), (1, 1));
    let unseen: [fn() -> Answer; 2] =
        [|| said(403, "Resource not accessible by integration"), || said(404, "Not Found")];
    for unseen in unseen {
        let rules = read(&double(json!([]), true, unseen)).await;
        assert_eq!(rules, BranchRules { partial: true, ..BranchRules::default() });
    }
    let nobody_asks: fn() -> Answer = || said(500, "nobody should ask");
    assert_eq!(read(&double(json!([]), false, nobody_asks)).await, BranchRules::default());
    let double = double(rulesets(), true, || said(401, "Bad credentials"));
    let error = reader(&double.url()).branch_rules("main").await.unwrap_err().to_string();
    assert!(error.contains("GitHub does not accept the token"), "{error}");
}

/// The lines of `doctor` about the branch, with this GitHub in the environment.
fn doctor(double: Option<&Double>, token: &str) -> (i32, String) {
    let playground = Playground::new();
    let mut command = playground.command(&["doctor"]);
    if let Some(double) = double {
        command.env("GITHUB_REPOSITORY", "ida/access").env("GITHUB_API_URL", double.url());
        command.env("GITHUB_TOKEN", token);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn doctor_lists_the_branch_rules_that_are_off() {
    let not_protected: fn() -> Answer = || said(404, "Branch not protected");
    let (code, told) = doctor(Some(&double(rulesets(), true, not_protected)), TOKEN);
    assert!(
        code == 0
            && told.contains("passed  review      `main` demands a pull request, its checks and 2 approvals"),
        "{told}"
    );
    let mut weak = rulesets();
    weak[0]["parameters"]["dismiss_stale_reviews_on_push"] = json!(false);
    weak.as_array_mut().unwrap().remove(2);
    let (code, told) = doctor(Some(&double(weak, false, not_protected)), TOKEN);
    let expected = "warned  review      `main` does not demand that approvals fall with a new push, any check (the plan job)";
    assert!(code == 0 && told.contains(expected), "{told}");
    let (_, told) = doctor(Some(&double(json!([]), true, || said(403, "Resource not accessible"))), TOKEN);
    assert!(
        told.contains("`main` is not seen to demand a pull request") && told.contains("some of it may be on"),
        "{told}"
    );
    let refuses = Double::start(|_| |_: &Request| said(401, &format!("Bad credentials {TOKEN}")));
    let (code, told) = doctor(Some(&refuses), TOKEN);
    assert!(code == 0 && told.contains("warned  review") && !told.contains("canary"), "{told}");
    let (_, told) = doctor(Some(&refuses), "");
    assert!(told.contains("`GITHUB_TOKEN` is not set"), "{told}");
    assert!(!doctor(None, "").1.contains("  review  "));
}
