//! `plan --user` and `explain` with a tenant: if the policies allow it, only one user is read; otherwise all users, and
//! a line gives the reason.

use crate::support::entra::double::Double;
use crate::support::entra::tenant::Tenant;
use crate::support::entra::workspace::{on_graph, tenant_of};
use crate::support::playground::Playground;
use crate::support::terminal;
use serde_json::{Value, json};
use std::sync::mpsc;
use std::time::Duration;

const CREDENTIAL: &str = "{ env: ROLEWRIGHT_CONTOSO }";
const ANNA: &str = "a1000000-0000-4000-8000-000000000001";

fn tenant() -> Tenant {
    tenant_of(&Playground::new().read("policies/directories/people.yaml"))
}

/// The phone system's policies without the minimum number of members, which needs all users.
fn one_by_one(double: &Double) -> Playground {
    let playground = on_graph(double, CREDENTIAL);
    playground.edit("policies/dstny/lifecycle.yaml", ", minMembers: 1", "");
    playground.commit("Nobody is counted");
    playground
}

#[test]
fn one_users_lines_and_explanation_from_a_part_of_the_tenant_are_those_of_the_whole() {
    let double = Double::start(tenant()).unjudged();
    let playground = one_by_one(&double);
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    let listed = double.count("/v1.0/users");
    let mut named: Vec<String> = Vec::new();
    double.change(|tenant| {
        named = tenant.users.iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect();
        named.extend(tenant.users.iter().filter_map(|user| Some(user["mail"].as_str()?.to_uppercase())));
    });
    assert!(named.len() > 10, "{named:?}");
    let mut changes = 0;
    for name in named.iter().step_by(2) {
        for words in [&["plan", "--format", "json", "--user"][..], &["explain"]] {
            let part = playground.run(&[words, &[name]].concat()).ends(0);
            let whole = playground.run(&[words, &[name, "--snapshot", "saved"]].concat()).ends(0);
            let only = "dstny: only this user was read, and users who share a value with them";
            assert!(part.stderr.contains(only), "{}", part.stderr);
            if words[0] == "explain" {
                assert_eq!(part.stdout, whole.stdout, "{name}");
                continue;
            }
            let [part, whole] = [part, whole].map(|ran| serde_json::from_str::<Value>(&ran.stdout).unwrap());
            assert_eq!(
                (&part["changes"], &part["reports"]),
                (&whole["changes"], &whole["reports"]),
                "{name}"
            );
            changes += part["changes"].as_array().unwrap().len();
        }
    }
    assert!(changes > 3, "{changes}");
    assert_eq!(double.count("/v1.0/users"), listed, "nobody is listed");
    for words in [&["plan", "--user"][..], &["explain"]] {
        let ran = playground.run(&[words, &["nobody@contoso.example"]].concat()).ends(1);
        assert!(ran.stderr.contains("no user and no account has the id"), "{}", ran.stderr);
    }
}

#[test]
fn a_full_read_is_made_where_needed_and_its_reason_is_printed() {
    let double = Double::start(tenant()).unjudged();
    let counted = on_graph(&double, CREDENTIAL);
    for words in [&["plan", "--user", ANNA][..], &["explain", ANNA]] {
        let before = double.count("/v1.0/users") + double.count("/v1.0/users/delta");
        let ran = counted.run(words).ends(0);
        let why = "dstny: everybody is read, since `minMembers` counts everybody in a group (policies/dstny/lifecycle.yaml:";
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
        assert!(double.count("/v1.0/users") + double.count("/v1.0/users/delta") > before);
    }
    let playground = one_by_one(&double);
    double.change(|tenant| {
        let agents = tenant.groups.iter_mut().find(|group| group["displayName"] == "Call centre agents");
        agents.unwrap()["visibility"] = json!("HiddenMembership");
        tenant.permissions.insert("Member.Read.Hidden");
    });
    let ran = playground.run(&["explain", ANNA]).ends(0);
    let why = "dstny: everybody is read, since the membership of the group `Call centre agents` is hidden";
    assert!(ran.stderr.contains(why) && !ran.stderr.contains("only the user"), "{}", ran.stderr);
}

#[test]
fn pd_06_a_terminal_is_told_of_the_read_of_one_user() {
    const WAITING: &str = "reading contoso: waiting for the first answer, ";
    let (told, seen) = mpsc::channel::<()>();
    let double = Double::faulty(tenant(), move |request, _, _| {
        if request.path() == "/v1.0/$batch" {
            // If nothing is printed, the assertion below fails.
            let _ = seen.recv_timeout(Duration::from_secs(20));
        }
        None
    });
    let playground = one_by_one(&double);
    let mut once = Some(told);
    let (code, shown) = terminal::run(playground.command(&["plan", "--user", ANNA]), |shown| {
        // A line that appears later is not received: nobody listens any more.
        if shown.contains(WAITING) {
            once.take();
        }
    });
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(WAITING) && shown.contains("was read, and users who share a value"), "{shown}");
    let cleared = shown.rfind("\r\u{1b}[2K\u{1b}[?7l\u{1b}[?7h");
    assert!(cleared.is_some_and(|at| at > shown.rfind(WAITING).unwrap()), "{shown}");
}
