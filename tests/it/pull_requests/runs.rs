//! Runs: the first one, those that fail half-way, released ones; and what others can read about them.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{
    APPLICATION, Company, How, LEDGER, LIFECYCLE, WORKSPACE, changes_titles, deletes_disabled, drops_agents,
};
use crate::support::playground::Playground;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;

/// Accounts that were created by hand, and their users.
const UNMANAGED: usize = 60;

fn with_unmanaged() -> Company {
    let company = Company::new();
    company.edit(LIFECYCLE, "adoption: allow", "adoption: hold");
    add_unmanaged(&company, 0..UNMANAGED);
    company
}

/// Adds users, and accounts that were created for them by hand, before the first run.
pub(super) fn add_unmanaged(company: &Company, numbers: Range<usize>) {
    add_people(company, numbers.clone());
    add_accounts(company, numbers);
}

pub(super) fn add_people(company: &Company, numbers: Range<usize>) {
    add(company, "data/directories/people.yaml", numbers, |number| {
        let mail = format!("p{number}@contoso.example");
        format!(
            "\n  - {{ id: b1000000-0000-4000-8000-{number:012}, userPrincipalName: {mail}, mail: {mail}, givenName: P, \
             surname: N{number}, businessPhones: ['+4533{number:06}'], groups: [Telephony users] }}\n"
        )
    });
}

pub(super) fn add_accounts(company: &Company, numbers: Range<usize>) {
    add(company, "data/dstny/start.yaml", numbers, |number| {
        let mail = format!("p{number}@contoso.example");
        format!(
            "  - {{ id: x-{number}, attributes: {{ userName: {mail}, email: {mail}, phone: '+4533{number:06}' }} }}\n"
        )
    });
}

fn add(company: &Company, file: &str, numbers: Range<usize>, line: impl Fn(usize) -> String) {
    let text = fs::read_to_string(company.path(file)).expect("a file");
    fs::write(company.path(file), text + &numbers.map(line).collect::<String>()).expect("a file");
}

#[test]
fn scenario_22_a_first_run_by_pull_request_takes_over_whom_it_showed() {
    let company = with_unmanaged();
    company.bring("first", |_| ());
    let applied = company.apply().ends(0);
    assert!(applied.stdout.contains(&format!("Applied: {} adopt", UNMANAGED + 1)), "{}", applied.stdout);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_22_a_first_run_by_push_holds_everything_until_one_release() {
    let company = with_unmanaged();
    company.branch("first");
    let pushed = company.commit("The first policies");
    company.desk(&["push", "-q", "origin", "HEAD:main"]);
    company.waits();
    let run = company.last_run();
    let released = company.apply_with(&["--release", &run]).ends(0);
    assert!(released.stdout.contains(&format!("Applied: {} adopt", UNMANAGED + 1)), "{}", released.stdout);
    assert_eq!(company.settled(), pushed);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_23_after_a_failure_a_later_run_needs_no_forge() {
    let company = Company::running();
    let number = company.propose("more", |company| {
        deletes_disabled(company);
        changes_titles(company);
    });
    company.plan(number).ends(0);
    let tip = company.merge(number, How::Merge);
    company.sql("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, '500'); END");
    let partial = company.apply().ends(5);
    assert!(partial.stdout.contains("1 failed"), "{}", partial.stdout);
    assert_eq!(company.settled(), tip);
    company.sql("DROP TRIGGER refuse");
    company.forge.state().down = true;
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 delete."));
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn an_unreachable_forge_is_an_error_and_nothing_is_reported_as_held() {
    let company = Company::running();
    company.bring("more", deletes_disabled);
    let (before, ledger) = (company.store(), company.ledger());
    company.forge.state().down = true;
    let failed = company.apply().ends(1);
    assert!(!failed.stderr.contains("wait for a person"), "{}", failed.stderr);
    assert_eq!((company.store(), company.ledger()), (before, ledger));
    company.forge.state().down = false;
    company.apply().ends(0);
}

#[test]
fn scenario_25_a_release_releases_what_that_run_listed_and_nothing_later() {
    let company = Company::running();
    company.directory("givenName: Dorthe", "accountEnabled: false\n    givenName: Dorthe");
    company.force(deletes_disabled);
    company.waits();
    let run = company.last_run();
    let later = company.force(drops_agents);
    company.directory("accountEnabled: false\n    givenName: Dorthe", "givenName: Dorthe");
    let released = company.apply_with(&["--release", &run]).ends(4);
    assert!(released.stdout.contains("Applied: 1 delete."), "{}", released.stdout);
    assert!(released.stderr.contains("2 changes wait for a person"), "{}", released.stderr);
    assert!(released.stderr.contains("1 change that was shown is no longer needed"), "{}", released.stderr);
    assert!(released.stderr.contains(&format!("commit {later} was not shown")), "{}", released.stderr);
    // Again: released changes stay released, later ones stay held.
    company.waits();
}

#[test]
fn scenario_25_a_release_passes_no_limit() {
    let company = Company::running();
    company.force(deletes_disabled);
    company.waits();
    let run = company.last_run();
    company.directory("groups: [Support, Call centre supervisors]", "groups: []");
    company.directory("groups: [Support, Call centre agents]", "groups: []");
    company.directory("groups: [Telephony users, Call centre agents]", "groups: []");
    let before = company.store();
    company.apply_with(&["--release", &run]).ends(3);
    assert_eq!(company.store(), before);
    company.apply_with(&["--release", "r-99"]).ends(1);
}

#[test]
fn scenario_39_without_a_remote_another_branch_is_refused_and_the_merge_flows_and_settles() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    playground.git(&["switch", "-q", "-c", "feature"]);
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    playground.commit("Who is disabled loses the account");
    let ledger = playground.git(&["rev-parse", LEDGER]);
    playground.run(&["apply"]).ends(4);
    assert_eq!(playground.git(&["rev-parse", LEDGER]), ledger);
    playground.git(&["switch", "-q", "main"]);
    playground.git(&["merge", "-q", "--no-ff", "-m", "Merge", "feature"]);
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("Applied: 1 delete."));
    let state = playground.git(&["show", &format!("{LEDGER}:state.json")]);
    assert!(state.contains(playground.git(&["rev-parse", "HEAD"]).trim()), "{state}");
}

/// Names of people, their ids in the directory, and numbers of their accounts.
const CANARIES: [&str; 22] = [
    "Berg",
    "Dahl",
    "Engel",
    "Frank",
    "Holm",
    "Juhl",
    "Krog",
    "Lund",
    "Moos",
    "Nord",
    "Olsen",
    "anna.",
    "Anna",
    "Clara",
    "Dorthe",
    "berg@",
    "holm@",
    "krog@",
    "a1000000",
    "+4533",
    "+4520",
    "Account manager",
];

#[test]
fn scenario_41_in_a_public_repository_nobody_is_named_anywhere() {
    let mut company = Company::new();
    company.set("CI", "true");
    company.forge.state().visibility = "public";
    let mut said = String::new();
    let mut note = |ran: crate::support::playground::CommandOutput| {
        let _ = write!(said, "{}\n{}\n", ran.stdout, ran.stderr);
    };
    let number = company.propose("first", |_| ());
    note(company.plan(number).ends(0));
    company.merge(number, How::Merge);
    note(company.apply().ends(0));
    let number = company.propose("more", |company| {
        deletes_disabled(company);
        changes_titles(company);
        drops_agents(company);
    });
    let job = company.clone("origin/more", &[]);
    let wanted = number.to_string();
    let arguments = [
        "plan",
        "--base",
        "origin/main",
        "--head",
        "HEAD",
        "--pull-request",
        &wanted,
        "--summary",
        "summary.md",
    ];
    note(company.run(&job, &arguments).ends(0));
    let summary = fs::read_to_string(job.join("summary.md")).expect("the summary");
    company.merge(number, How::Squash);
    company.sql("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'erik.holm@contoso.example'); END");
    note(company.apply().ends(5));
    company.force(|company| company.edit(LIFECYCLE, "equals: active", "equals: never"));
    note(company.apply().ends(5));
    said += &summary;
    for comment in &company.forge.state().comments {
        said += &comment.body;
    }
    for run in &company.forge.state().checks {
        said += &run["output"].to_string();
    }
    for commit in company.remote(&["rev-list", LEDGER]).lines() {
        for file in company.remote(&["ls-tree", "-r", "--name-only", commit]).lines() {
            if !file.starts_with("settled/") {
                said += &company.remote(&["show", &format!("{commit}:{file}")]);
            }
        }
    }
    for request in company.forge.requests() {
        said += &request.target;
    }
    for canary in CANARIES {
        let place = said.find(canary);
        let around = place.map(|at| said[..at + canary.len()].lines().last().unwrap_or_default().to_owned());
        assert_eq!(around, None, "`{canary}`");
    }
    assert!(said.contains("u-"), "pseudonyms are there");
    assert!(!said.contains("a key of the tests") && !said.contains("ghs_canary"));
}

#[test]
fn scenario_41_without_a_key_a_public_repository_is_not_planned_and_nothing_is_read() {
    let mut company = Company::running();
    company.forge.state().visibility = "public";
    let number = company.propose("more", deletes_disabled);
    // A read would now end with exit code 7.
    fs::rename(company.path("data"), company.path("elsewhere")).expect("the data goes");
    for ci in [true, false] {
        company.unset("ROLEWRIGHT_KEY");
        if ci {
            company.set("CI", "true");
        } else {
            company.unset("CI");
        }
        let checks = company.forge.state().checks.len();
        let failed = company.plan(number).ends(1);
        assert!(failed.stderr.contains("ROLEWRIGHT_KEY"), "{}", failed.stderr);
        assert_eq!(company.forge.state().checks.len(), checks);
    }
    company.set("CI", "true");
    company.merge(number, How::Merge);
    let ledger = company.ledger();
    let failed = company.apply().ends(1);
    assert!(failed.stderr.contains("ROLEWRIGHT_KEY"), "{}", failed.stderr);
    assert_eq!(company.ledger(), ledger);
}

fn brings_adoption(company: &Company) {
    company.sql(
        "INSERT INTO accounts VALUES ('x-1', NULL, 1); \
         INSERT INTO attributes VALUES ('x-1', 'userName', 'gustav', 'text'), \
         ('x-1', 'email', 'gustav.krog@contoso.example', 'text')",
    );
    company.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
}

#[test]
fn scenario_43_an_adoption_that_the_directory_brings_stays_held_until_somebody_saw_it() {
    for released in [true, false] {
        let company =
            Company::running_with(|company| company.edit(LIFECYCLE, "adoption: allow", "adoption: hold"));
        let number = company.propose("before-it", changes_titles);
        company.plan(number).ends(0);
        brings_adoption(&company);
        let tip = company.merge(number, How::Merge);
        let waits = company.apply().ends(4);
        assert!(waits.stderr.contains("waits for a person"), "{}", waits.stderr);
        assert_eq!(company.settled(), tip, "it settles all the same");
        assert!(company.store().contains(&"account x-1 - 1".to_owned()));
        match released {
            true => drop(company.apply_with(&["--release", &company.last_run()]).ends(0)),
            false => {
                company.bring("after-it", drops_agents);
                company.apply().ends(0);
            }
        }
        assert!(!company.store().contains(&"account x-1 - 1".to_owned()), "it was adopted");
        assert!(company.left().ends(0).stdout.contains("No changes."));
    }
}

#[test]
fn scenario_43_without_review_only_the_adoption_of_a_privileged_account_waits() {
    let company = Company::running_with(|company| {
        company.edit(WORKSPACE, "review: { forge: github }\n", "");
        company.edit(APPLICATION, "[agent, supervisor] }", "[agent, supervisor], privileged: [supervisor] }");
    });
    brings_adoption(&company);
    company
        .sql("INSERT INTO grants (account, entitlement, value) VALUES ('x-1', 'callCentre', 'supervisor')");
    let waits = company.waits();
    assert!(waits.stderr.contains("privileged rights"), "{}", waits.stderr);
    company.sql("DELETE FROM grants WHERE account = 'x-1'");
    company.apply().ends(0);
    assert!(!company.store().contains(&"account x-1 - 1".to_owned()), "any other flows");
}

#[test]
fn scenario_35_of_three_applications_each_runs_on_its_own() {
    let mut playground = Playground::of(&["dstny", "promapp", "pulseway"]);
    playground.secret("ROLEWRIGHT_KEY", "a key of the tests");
    playground = playground.at_any_hour("promapp").at_any_hour("pulseway");
    playground.edit("policies/dstny/lifecycle.yaml", "percent: 5, floor: 3", "percent: 5, floor: 1");
    playground.commit("A tighter limit");
    fs::write(playground.path("policies/promapp.db"), "no store").expect("a file");
    let ran = playground.run(&["apply"]).ends(7);
    assert!(ran.stdout.contains("refused:") && ran.stdout.contains("Applied: "), "{}", ran.stdout);
    assert!(!playground.path("policies/dstny.db").exists());
    let history = playground.run(&["history", "--json"]).ends(0).stdout;
    let exits: Vec<(String, u64)> = history
        .lines()
        .map(|line| {
            let run: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let instance = run["instance"].as_str().expect("an instance").to_owned();
            (instance, run["exit"].as_u64().expect("an exit code"))
        })
        .collect();
    let expected = [("default/dstny", 3), ("default/promapp", 7), ("default/pulseway", 0)];
    assert_eq!(exits, expected.map(|(instance, exit)| (instance.to_owned(), exit)));
}
