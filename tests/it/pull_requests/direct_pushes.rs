//! Commits without review, rewritten or renamed branches, clones without history.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{
    APPLICATION, Company, How, LEDGER, LIFECYCLE, RULES, WORKSPACE, changes_titles, deletes_disabled,
};
use std::net::TcpListener;

const HIRE: (&str, &str) = ("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");

fn leave(company: &Company) {
    company.directory("groups: [Telephony users, Call centre agents]", "groups: []");
    company.directory("groups: [Support, Call centre supervisors]", "groups: []");
    company.directory("groups: [Support, Call centre agents]", "groups: []");
    company.directory("groups: [Telephony users]\n\n  # Is disabled", "groups: []\n\n  # Is disabled");
}

fn raises_limits(company: &Company) {
    company.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 90, floor: 30");
    company.edit(LIFECYCLE, "percent: 10, floor: 5", "percent: 90, floor: 50");
}

#[test]
fn scenario_15_what_a_direct_push_causes_is_held_until_it_is_released() {
    let company = Company::running();
    let settled = company.settled();
    let pushed = company.force(|company| {
        deletes_disabled(company);
        changes_titles(company);
    });
    company.directory(HIRE.0, HIRE.1);
    let applied = company.apply().ends(4);
    let held = "nobody saw an account being made with such a title";
    assert!(!applied.stdout.contains("done    create"), "{held}: {}", applied.stdout);
    assert!(
        applied.stderr.contains(&format!("commit {pushed} was not shown: it came through no pull request"))
    );
    assert_eq!(company.settled(), settled);
    let run = company.last_run();
    let released = company.apply_with(&["--release", &run]).ends(0);
    assert!(
        released.stdout.contains("1 delete") && released.stdout.contains("1 create"),
        "{}",
        released.stdout
    );
    assert_eq!(company.settled(), pushed);
    assert_eq!(company.ledger_file("state.json")["shown"], serde_json::json!([]));
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_15_a_pushed_rule_for_a_group_that_is_empty_stays_unsettled() {
    let company = Company::running();
    let group = "  - { id: 1f2b3c4d-0001-4a5b-8c9d-0e1f2a3b4c01, name: Support }\n";
    let night = "  - { id: 1f2b3c4d-0077-4a5b-8c9d-0e1f2a3b4c77, name: Night shift }\n";
    company.directory(group, &format!("{group}{night}"));
    let settled = company.settled();
    company.force(|company| {
        let rule = "  - { id: night, group: Night shift, grant: { callCentre: supervisor } }\n";
        company.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    let waits = company.waits();
    assert!(
        waits.stderr.contains("nothing waits today, but no pull request has shown these policies"),
        "{}",
        waits.stderr
    );
    assert_eq!(company.settled(), settled);
    company.directory("groups: [Telephony users]", "groups: [Telephony users, Night shift]");
    let waits = company.waits();
    assert!(waits.stderr.contains("2 changes wait for a person"), "{}", waits.stderr);
    company.apply_with(&["--release", &company.last_run()]).ends(0);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_17_a_raised_limit_is_in_force_by_pull_request_and_not_by_push() {
    for reviewed in [true, false] {
        let company = Company::running();
        match reviewed {
            true => drop(company.bring("limits", raises_limits)),
            false => drop(company.force(raises_limits)),
        }
        leave(&company);
        let before = company.store();
        let applied = company.apply();
        match reviewed {
            true => assert!(applied.ends(0).stdout.contains("Applied: 4 delete.")),
            false => {
                applied.ends(3);
                assert_eq!(company.store(), before);
            }
        }
    }
}

#[test]
fn scenario_17_a_limit_lowered_by_push_is_in_force_at_once() {
    let company = Company::running();
    company.force(|company| company.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 5, floor: 1"));
    company.directory("groups: [Support, Call centre supervisors]", "groups: []");
    company.directory("groups: [Support, Call centre agents]", "groups: []");
    let before = company.store();
    company.apply().ends(3);
    assert_eq!(company.store(), before);
}

#[test]
fn scenario_17_a_connection_changed_by_push_is_not_read() {
    let company = Company::running();
    company.force(|company| company.edit(APPLICATION, "file: dstny.db", "file: other.db"));
    let waits = company.waits();
    assert!(waits.stderr.contains("nothing is read"), "{}", waits.stderr);
    assert!(!company.path("data/other.db").exists());
    assert!(!waits.stderr.contains("reads"), "{}", waits.stderr);
}

#[test]
fn scenario_17_review_and_protections_taken_away_by_push_still_hold() {
    let company = Company::running();
    company.force(|company| {
        company.edit(WORKSPACE, "review: { forge: github }\n", "");
        company.edit(LIFECYCLE, "equals: active", "equals: never");
        deletes_disabled(company);
    });
    let waits = company.waits();
    assert!(waits.stderr.contains("2 changes wait for a person"), "{}", waits.stderr);
}

#[test]
fn scenario_18_a_pull_request_cannot_send_a_credential_to_another_host() {
    let mut company = Company::running();
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.set_nonblocking(true).expect("it need not wait");
    let host = listener.local_addr().expect("a bound socket has an address").to_string();
    let number = company.propose("elsewhere", |company| {
        company.edit(
            APPLICATION,
            "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }",
            &format!("scim: {{ url: 'http://{host}/scim', credential: {{ env: ROLEWRIGHT_DSTNY }} }}"),
        );
        company.edit(
            APPLICATION,
            "[agent, supervisor] }",
            "[agent, supervisor], wire: { group: 'Call {callCentre}' } }",
        );
    });
    company.set("ROLEWRIGHT_DSTNY", "canary-credential");
    let waits = company.plan(number).ends(4);
    assert!(waits.stderr.contains("no credential is sent"), "{}", waits.stderr);
    assert!(listener.accept().is_err(), "nobody called");
    let shown = company.forge.state().ours(number)[0].body.clone();
    assert!(shown.contains("no credential is sent"), "{shown}");
    let conclusion = company.forge.state().checks.last().expect("a check run")["conclusion"].clone();
    assert_eq!(conclusion, "action_required");
}

#[test]
fn scenario_26_settled_by_an_older_binary_nothing_is_held() {
    let company = Company::running();
    let folder = company.path("ledger");
    company.remote(&["worktree", "add", "-q", "--detach", folder.to_str().expect("a path"), LEDGER]);
    let state = company.ledger_file("state.json").to_string();
    let policy =
        company.ledger_file("state.json")["settled"]["policy"].as_str().expect("a digest").to_owned();
    std::fs::write(folder.join("state.json"), state.replace(&policy, &"0".repeat(policy.len())))
        .expect("a file");
    crate::support::company::git(&folder, &["commit", "-q", "-a", "-m", "An older binary's"]);
    company.remote(&["update-ref", LEDGER, &crate::support::company::git(&folder, &["rev-parse", "HEAD"])]);
    company.forge.state().down = true;
    company.directory(HIRE.0, HIRE.1);
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 create."));
}

#[test]
fn scenario_34_a_shallow_clone_knows_what_was_settled_and_holds_the_rest() {
    let company = Company::running();
    company.directory(HIRE.0, HIRE.1);
    let job = company.clone("origin/main", &["--depth", "1"]);
    company.forge.state().down = true;
    assert!(
        company.run(&job, &["apply"]).ends(0).stdout.contains("Applied: 1 create."),
        "nothing changed, nobody is asked"
    );
    company.forge.state().down = false;
    company.bring("more", deletes_disabled);
    let job = company.clone("origin/main", &["--depth", "1"]);
    company.directory("jobTitle: Controller", "jobTitle: Chief controller");
    let waits = company.run(&job, &["apply"]).ends(4);
    assert!(waits.stdout.contains("Applied: 1 update."), "{}", waits.stdout);
    assert!(waits.stderr.contains("fetch-depth: 0"), "{}", waits.stderr);
    company.apply().ends(0);
}

#[test]
fn scenario_34_what_a_rewritten_branch_causes_is_held_and_what_the_settled_policies_want_flows() {
    let company = Company::running();
    let settled = company.settled();
    let rewrite = |edit: fn(&Company)| {
        company.desk(&["fetch", "-q", "origin"]);
        company.desk(&["checkout", "-q", "--detach", &settled]);
        company.desk(&["checkout", "-q", "--orphan", "anew"]);
        edit(&company);
        company.commit("As if it had always been so");
        company.desk(&["push", "-q", "--force", "origin", "HEAD:main"]);
        company.desk(&["checkout", "-q", "--detach"]);
        company.desk(&["branch", "-q", "-D", "anew"]);
    };
    rewrite(deletes_disabled);
    company.directory(HIRE.0, HIRE.1);
    let waits = company.apply().ends(4);
    assert!(waits.stdout.contains("Applied: 1 create."), "{}", waits.stdout);
    assert!(waits.stderr.contains("it was rewritten"), "{}", waits.stderr);
    assert!(company.store().iter().any(|line| line.starts_with("account d-5 ")));
    let held = company.last_run();
    // The old policies in an unknown history: nothing is held.
    rewrite(|_| ());
    company.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 update."));
    // What a person released of the new history is applied, and settles there.
    let tip = company.desk(&["rev-parse", &company.force(deletes_disabled)]);
    company.waits();
    assert_ne!(held, company.last_run());
    assert!(
        company.apply_with(&["--release", &company.last_run()]).ends(0).stdout.contains("Applied: 1 delete.")
    );
    assert_eq!(company.settled(), tip);
}

#[test]
fn scenario_36_a_branch_renamed_in_one_place_waits_and_in_both_goes_on() {
    let company = Company::running();
    let window = company.ledger_file("state.json")["window"].clone();
    company.remote(&["branch", "-m", "main", "trunk"]);
    company.desk(&["fetch", "-q", "--prune", "origin"]);
    let before = company.store();
    let job = company.clone("origin/trunk", &[]);
    let waits = company.run(&job, &["apply"]).ends(4);
    assert!(waits.stderr.contains("the policies say it is `main`"), "{}", waits.stderr);
    assert_eq!(company.store(), before);
    company.desk(&["checkout", "-q", "--no-track", "-B", "rename", "origin/trunk"]);
    company.push(|company| company.edit(WORKSPACE, "protectedBranch: main", "protectedBranch: trunk"));
    let number = company.forge.open("rename", "trunk");
    company.plan(number).ends(0);
    company.merge(number, How::Merge);
    let job = company.clone("origin/trunk", &[]);
    company.run(&job, &["apply"]).ends(0);
    assert_eq!(company.ledger_file("state.json")["window"], window);
}
