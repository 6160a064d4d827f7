//! The Dstny policies with an independent, real SCIM server.

use crate::support::playground::Playground;
use crate::support::scim::server::Server;
use crate::support::scim::stub::{Reply, Stub};
use crate::support::scim::workspace::{dstny_by_scim, on_scim};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn dstny_is_applied_to_a_real_scim_server_and_the_second_plan_is_empty() {
    let server = Server::start();
    let playground = on_scim(&server);
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 6 create, 3 grant."), "{}", applied.stdout);
    let plan = playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    // A leaver, a promotion and a new phone number.
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: []",
    );
    playground.edit("policies/directories/people.yaml", "'+4533112201'", "'+4533119901'");
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 1 delete, 1 update."), "{}", applied.stdout);
    assert!(playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

#[test]
fn h17_an_application_that_never_ends_stops_no_other() {
    let stub = Stub::start(|line| {
        let start = line.split("startIndex=").nth(1).and_then(|part| part.split('&').next()).unwrap_or("0");
        let user = format!(r#"{{"id":"{start}","userName":"u{start}","active":true}}"#);
        Reply::Whole(200, "", format!(r#"{{"totalResults":1000000000,"Resources":[{user}]}}"#))
    });
    let mut playground = Playground::of(&["dstny", "promapp"]).at_any_hour("promapp");
    dstny_by_scim(&playground, &stub.url());
    playground.secret("ROLEWRIGHT_DSTNY", "a-token-of-this-test");
    playground.secret("ROLEWRIGHT_READ_RECORDS", "50");
    for command in ["plan", "apply"] {
        let ended = playground.run(&[command]).ends(7);
        assert!(ended.stderr.contains("the whole read may take 50 records"), "{}", ended.stderr);
        let other = if command == "plan" { "promapp" } else { "Applied: " };
        assert!(ended.stdout.contains(other), "{}\n{}", ended.stdout, ended.stderr);
    }
    playground.run(&["plan", "--application", "promapp", "--detailed-exitcode"]).ends(0);
    let history = playground.run(&["history", "--application", "promapp"]).ends(0);
    assert!(history.stdout.contains("r-1"), "{}", history.stdout);
}

#[test]
fn f1_killed_in_the_middle_and_run_again_it_converges_without_duplicates() {
    let server = Server::start();
    let playground = on_scim(&server);
    let mut people = playground.read("policies/directories/people.yaml");
    for number in 0..40 {
        let _ = write!(
            people,
            "\n  - {{ id: b1000000-0000-4000-8000-0000000000{number:02}, userPrincipalName: p{number}@contoso.example, \
             mail: p{number}@contoso.example, givenName: P, surname: N{number}, businessPhones: ['+45331133{number:02}'], \
             groups: [Telephony users, Call centre agents] }}\n"
        );
    }
    playground.write("policies/directories/people.yaml", &people);
    for kill_after in [7, 20] {
        let mut child = playground
            .command(&["apply"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let done =
            lines.map_while(Result::ok).filter(|line| line.starts_with("  done")).take(kill_after).count();
        assert_eq!(done, kill_after, "it ended before it could be killed");
        child.kill().expect("killed");
        child.wait().expect("ended");
        playground.run(&["unlock", "--dead"]).ends(0);
    }
    playground.run(&["apply"]).ends(0);
    assert!(playground.run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
    let names = server.user_names();
    let mut unique = names.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((names.len(), unique.len()), (46, 46));
    assert!(playground.run(&["history"]).ends(0).stdout.contains("lost"));
}
