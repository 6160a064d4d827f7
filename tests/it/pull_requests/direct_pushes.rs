//! Commits that went past the review, branches that were rewritten or renamed, clones without history.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{
    APPLICATION, Company, How, LEDGER, LIFECYCLE, RULES, WORKSPACE, changes_titles, deletes_disabled,
};
use std::net::TcpListener;

const HIRE: (&str, &str) = ("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");

fn leave(it: &Company) {
    it.directory("groups: [Telephony users, Call centre agents]", "groups: []");
    it.directory("groups: [Support, Call centre supervisors]", "groups: []");
    it.directory("groups: [Support, Call centre agents]", "groups: []");
    it.directory("groups: [Telephony users]\n\n  # Is disabled", "groups: []\n\n  # Is disabled");
}

fn raises_limits(it: &Company) {
    it.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 90, floor: 30");
    it.edit(LIFECYCLE, "percent: 10, floor: 5", "percent: 90, floor: 50");
}

#[test]
fn scenario_15_what_a_direct_push_causes_is_held_until_it_is_released() {
    let it = Company::running();
    let settled = it.settled();
    let pushed = it.force(|it| {
        deletes_disabled(it);
        changes_titles(it);
    });
    it.directory(HIRE.0, HIRE.1);
    let applied = it.apply().ends(4);
    assert!(applied.out.contains("Applied: 1 create."), "the directory's own flows: {}", applied.out);
    assert!(
        applied.talk.contains(&format!("commit {pushed} is not covered: it came through no pull request"))
    );
    assert_eq!(it.settled(), settled);
    let run = it.last_run();
    let released = it.apply_with(&["--release", &run]).ends(0);
    assert!(released.out.contains("1 delete") && released.out.contains("update"), "{}", released.out);
    assert_eq!(it.settled(), pushed);
    assert_eq!(it.ledger_file("state.json")["shown"], serde_json::json!([]));
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_15_a_pushed_rule_for_a_group_that_is_empty_stays_unsettled() {
    let it = Company::running();
    let group = "  - { id: 1f2b3c4d-0001-4a5b-8c9d-0e1f2a3b4c01, name: Support }\n";
    let night = "  - { id: 1f2b3c4d-0077-4a5b-8c9d-0e1f2a3b4c77, name: Night shift }\n";
    it.directory(group, &format!("{group}{night}"));
    let settled = it.settled();
    it.force(|it| {
        let rule = "  - { id: night, group: Night shift, grant: { callCentre: supervisor } }\n";
        it.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    let waits = it.waits();
    assert!(waits.talk.contains("nothing waits today, but the policies are not settled"), "{}", waits.talk);
    assert_eq!(it.settled(), settled);
    it.directory("groups: [Telephony users]", "groups: [Telephony users, Night shift]");
    let waits = it.waits();
    assert!(waits.talk.contains("2 changes wait for a person"), "{}", waits.talk);
    it.apply_with(&["--release", &it.last_run()]).ends(0);
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_17_a_raised_limit_is_in_force_by_pull_request_and_not_by_push() {
    for reviewed in [true, false] {
        let it = Company::running();
        match reviewed {
            true => drop(it.bring("limits", raises_limits)),
            false => drop(it.force(raises_limits)),
        }
        leave(&it);
        let before = it.store();
        let applied = it.apply();
        match reviewed {
            true => assert!(applied.ends(0).out.contains("Applied: 4 delete.")),
            false => {
                applied.ends(3);
                assert_eq!(it.store(), before);
            }
        }
    }
}

#[test]
fn scenario_17_a_limit_lowered_by_push_is_in_force_at_once() {
    let it = Company::running();
    it.force(|it| it.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 5, floor: 1"));
    it.directory("groups: [Support, Call centre supervisors]", "groups: []");
    it.directory("groups: [Support, Call centre agents]", "groups: []");
    let before = it.store();
    it.apply().ends(3);
    assert_eq!(it.store(), before);
}

#[test]
fn scenario_17_a_connection_changed_by_push_is_not_read() {
    let it = Company::running();
    it.force(|it| it.edit(APPLICATION, "file: dstny.db", "file: other.db"));
    let waits = it.waits();
    assert!(waits.talk.contains("nothing is read"), "{}", waits.talk);
    assert!(!it.path("data/other.db").exists());
    assert!(!waits.talk.contains("reads"), "{}", waits.talk);
}

#[test]
fn scenario_17_review_and_protections_taken_away_by_push_still_hold() {
    let it = Company::running();
    it.force(|it| {
        it.edit(WORKSPACE, "review: { forge: github }\n", "");
        it.edit(LIFECYCLE, "equals: active", "equals: never");
        deletes_disabled(it);
    });
    let waits = it.waits();
    assert!(waits.talk.contains("2 changes wait for a person"), "{}", waits.talk);
}

#[test]
fn scenario_18_a_pull_request_cannot_send_a_credential_to_another_host() {
    let mut it = Company::running();
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.set_nonblocking(true).expect("it need not wait");
    let host = listener.local_addr().expect("a bound socket has an address").to_string();
    let number = it.propose("elsewhere", |it| {
        it.edit(
            APPLICATION,
            "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }",
            &format!("scim: {{ url: 'http://{host}/scim', credential: {{ env: ROLEWRIGHT_DSTNY }} }}"),
        );
        it.edit(
            APPLICATION,
            "[agent, supervisor] }",
            "[agent, supervisor], wire: { group: 'Call {callCentre}' } }",
        );
    });
    it.set("ROLEWRIGHT_DSTNY", "canary-credential");
    let waits = it.plan(number).ends(4);
    assert!(waits.talk.contains("a credential would be sent to"), "{}", waits.talk);
    assert!(listener.accept().is_err(), "nobody called");
    let shown = it.forge.state().ours(number)[0].body.clone();
    assert!(shown.contains("a credential would be sent to"), "{shown}");
    let conclusion = it.forge.state().checks.last().expect("a check run")["conclusion"].clone();
    assert_eq!(conclusion, "action_required");
}

#[test]
fn scenario_26_settled_by_an_older_binary_nothing_is_held() {
    let it = Company::running();
    let folder = it.path("ledger");
    it.remote(&["worktree", "add", "-q", "--detach", folder.to_str().expect("a path"), LEDGER]);
    let state = it.ledger_file("state.json").to_string();
    let policy = it.ledger_file("state.json")["settled"]["policy"].as_str().expect("a digest").to_owned();
    std::fs::write(folder.join("state.json"), state.replace(&policy, &"0".repeat(policy.len())))
        .expect("a file");
    crate::support::company::git(&folder, &["commit", "-q", "-a", "-m", "An older binary's"]);
    it.remote(&["update-ref", LEDGER, &crate::support::company::git(&folder, &["rev-parse", "HEAD"])]);
    it.forge.state().down = true;
    it.directory(HIRE.0, HIRE.1);
    assert!(it.apply().ends(0).out.contains("Applied: 1 create."));
}

#[test]
fn scenario_34_a_shallow_clone_knows_what_was_settled_and_holds_the_rest() {
    let it = Company::running();
    it.directory(HIRE.0, HIRE.1);
    let job = it.clone("origin/main", &["--depth", "1"]);
    it.forge.state().down = true;
    assert!(
        it.run(&job, &["apply"]).ends(0).out.contains("Applied: 1 create."),
        "nothing changed, nobody is asked"
    );
    it.forge.state().down = false;
    it.bring("more", deletes_disabled);
    let job = it.clone("origin/main", &["--depth", "1"]);
    it.directory("jobTitle: Controller", "jobTitle: Chief controller");
    let waits = it.run(&job, &["apply"]).ends(4);
    assert!(waits.out.contains("Applied: 1 update."), "{}", waits.out);
    assert!(waits.talk.contains("fetch-depth: 0"), "{}", waits.talk);
    it.apply().ends(0);
}

#[test]
fn scenario_34_what_a_rewritten_branch_causes_is_held_and_what_the_settled_policies_want_flows() {
    let it = Company::running();
    let settled = it.settled();
    let rewrite = |edit: fn(&Company)| {
        it.desk(&["fetch", "-q", "origin"]);
        it.desk(&["checkout", "-q", "--detach", &settled]);
        it.desk(&["checkout", "-q", "--orphan", "anew"]);
        edit(&it);
        it.commit("As if it had always been so");
        it.desk(&["push", "-q", "--force", "origin", "HEAD:main"]);
        it.desk(&["checkout", "-q", "--detach"]);
        it.desk(&["branch", "-q", "-D", "anew"]);
    };
    rewrite(deletes_disabled);
    it.directory(HIRE.0, HIRE.1);
    let waits = it.apply().ends(4);
    assert!(waits.out.contains("Applied: 1 create."), "{}", waits.out);
    assert!(waits.talk.contains("it was rewritten"), "{}", waits.talk);
    assert!(it.store().iter().any(|line| line.starts_with("account d-5 ")));
    let held = it.last_run();
    // The old policies in a history that nobody knows: nothing is held.
    rewrite(|_| ());
    it.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(it.apply().ends(0).out.contains("Applied: 1 update."));
    // What a person released of the new history flows, and settles there.
    let tip = it.desk(&["rev-parse", &it.force(deletes_disabled)]);
    it.waits();
    assert_ne!(held, it.last_run());
    assert!(it.apply_with(&["--release", &it.last_run()]).ends(0).out.contains("Applied: 1 delete."));
    assert_eq!(it.settled(), tip);
}

#[test]
fn scenario_36_a_branch_renamed_in_one_place_waits_and_in_both_goes_on() {
    let it = Company::running();
    let window = it.ledger_file("state.json")["window"].clone();
    it.remote(&["branch", "-m", "main", "trunk"]);
    it.desk(&["fetch", "-q", "--prune", "origin"]);
    let before = it.store();
    let job = it.clone("origin/trunk", &[]);
    let waits = it.run(&job, &["apply"]).ends(4);
    assert!(waits.talk.contains("the policies say it is `main`"), "{}", waits.talk);
    assert_eq!(it.store(), before);
    it.desk(&["checkout", "-q", "--no-track", "-B", "rename", "origin/trunk"]);
    it.push(|it| it.edit(WORKSPACE, "protectedBranch: main", "protectedBranch: trunk"));
    let number = it.forge.open("rename", "trunk");
    it.plan(number).ends(0);
    it.merge(number, How::Merge);
    let job = it.clone("origin/trunk", &[]);
    it.run(&job, &["apply"]).ends(0);
    assert_eq!(it.ledger_file("state.json")["window"], window);
}
