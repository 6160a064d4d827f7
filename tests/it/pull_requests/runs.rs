//! Runs: the first, those that fail in the middle, those that a person released; and what others may read of them.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{
    APPLICATION, Company, How, LEDGER, LIFECYCLE, WORKSPACE, changes_titles, deletes_disabled, drops_agents,
};
use crate::support::playground::Playground;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;

/// Accounts that were made by hand, and the people whose they are.
const UNMANAGED: usize = 60;

fn with_unmanaged() -> Company {
    let it = Company::new();
    it.edit(LIFECYCLE, "adoption: allow", "adoption: hold");
    add_unmanaged(&it, 0..UNMANAGED);
    it
}

/// People, and accounts that were made for them by hand; before the first run.
pub(super) fn add_unmanaged(it: &Company, numbers: Range<usize>) {
    add_people(it, numbers.clone());
    add_accounts(it, numbers);
}

pub(super) fn add_people(it: &Company, numbers: Range<usize>) {
    add(it, "data/directories/people.yaml", numbers, |number| {
        let mail = format!("p{number}@contoso.example");
        format!(
            "\n  - {{ id: b1000000-0000-4000-8000-{number:012}, userPrincipalName: {mail}, mail: {mail}, givenName: P, \
             surname: N{number}, businessPhones: ['+4533{number:06}'], groups: [Telephony users] }}\n"
        )
    });
}

pub(super) fn add_accounts(it: &Company, numbers: Range<usize>) {
    add(it, "data/dstny/start.yaml", numbers, |number| {
        let mail = format!("p{number}@contoso.example");
        format!(
            "  - {{ id: x-{number}, attributes: {{ userName: {mail}, email: {mail}, phone: '+4533{number:06}' }} }}\n"
        )
    });
}

fn add(it: &Company, file: &str, numbers: Range<usize>, line: impl Fn(usize) -> String) {
    let text = fs::read_to_string(it.path(file)).expect("a file");
    fs::write(it.path(file), text + &numbers.map(line).collect::<String>()).expect("a file");
}

#[test]
fn scenario_22_a_first_run_by_pull_request_takes_over_whom_it_showed() {
    let it = with_unmanaged();
    it.bring("first", |_| ());
    let applied = it.apply().ends(0);
    assert!(applied.out.contains(&format!("Applied: {} adopt", UNMANAGED + 1)), "{}", applied.out);
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_22_a_first_run_by_push_holds_everything_until_one_release() {
    let it = with_unmanaged();
    it.branch("first");
    let pushed = it.commit("The first policies");
    it.desk(&["push", "-q", "origin", "HEAD:main"]);
    it.waits();
    let run = it.last_run();
    let released = it.apply_with(&["--release", &run]).ends(0);
    assert!(released.out.contains(&format!("Applied: {} adopt", UNMANAGED + 1)), "{}", released.out);
    assert_eq!(it.settled(), pushed);
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_23_after_a_failure_a_later_run_needs_no_forge() {
    let it = Company::running();
    let number = it.propose("more", |it| {
        deletes_disabled(it);
        changes_titles(it);
    });
    it.plan(number).ends(0);
    let tip = it.merge(number, How::Merge);
    it.sql("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, '500'); END");
    let partial = it.apply().ends(5);
    assert!(partial.out.contains("1 failed"), "{}", partial.out);
    assert_eq!(it.settled(), tip);
    it.sql("DROP TRIGGER refuse");
    it.forge.state().down = true;
    assert!(it.apply().ends(0).out.contains("Applied: 1 delete."));
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn a_forge_that_cannot_be_asked_is_an_error_and_nothing_is_called_held() {
    let it = Company::running();
    it.bring("more", deletes_disabled);
    let (before, ledger) = (it.store(), it.ledger());
    it.forge.state().down = true;
    let failed = it.apply().ends(1);
    assert!(!failed.talk.contains("wait for a person"), "{}", failed.talk);
    assert_eq!((it.store(), it.ledger()), (before, ledger));
    it.forge.state().down = false;
    it.apply().ends(0);
}

#[test]
fn scenario_25_a_release_releases_what_that_run_listed_and_nothing_later() {
    let it = Company::running();
    it.directory("givenName: Dorthe", "accountEnabled: false\n    givenName: Dorthe");
    it.force(deletes_disabled);
    it.waits();
    let run = it.last_run();
    let later = it.force(drops_agents);
    it.directory("accountEnabled: false\n    givenName: Dorthe", "givenName: Dorthe");
    let released = it.apply_with(&["--release", &run]).ends(4);
    assert!(released.out.contains("Applied: 1 delete."), "{}", released.out);
    assert!(released.talk.contains("2 changes wait for a person"), "{}", released.talk);
    assert!(released.talk.contains("1 changes that were shown are wanted no longer"), "{}", released.talk);
    assert!(released.talk.contains(&format!("commit {later} is not covered")), "{}", released.talk);
    // Again: what was released stays so, what came later stays held.
    it.waits();
}

#[test]
fn scenario_25_a_release_passes_no_limit() {
    let it = Company::running();
    it.force(deletes_disabled);
    it.waits();
    let run = it.last_run();
    it.directory("groups: [Support, Call centre supervisors]", "groups: []");
    it.directory("groups: [Support, Call centre agents]", "groups: []");
    it.directory("groups: [Telephony users, Call centre agents]", "groups: []");
    let before = it.store();
    it.apply_with(&["--release", &run]).ends(3);
    assert_eq!(it.store(), before);
    it.apply_with(&["--release", "r-99"]).ends(1);
}

#[test]
fn scenario_39_without_a_remote_another_branch_is_refused_and_the_merge_flows_and_settles() {
    let it = Playground::new();
    it.run(&["apply"]).ends(0);
    it.git(&["switch", "-q", "-c", "feature"]);
    it.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    it.commit("Who is disabled loses the account");
    let ledger = it.git(&["rev-parse", LEDGER]);
    it.run(&["apply"]).ends(4);
    assert_eq!(it.git(&["rev-parse", LEDGER]), ledger);
    it.git(&["switch", "-q", "main"]);
    it.git(&["merge", "-q", "--no-ff", "-m", "Merge", "feature"]);
    assert!(it.run(&["apply"]).ends(0).out.contains("Applied: 1 delete."));
    let state = it.git(&["show", &format!("{LEDGER}:state.json")]);
    assert!(state.contains(it.git(&["rev-parse", "HEAD"]).trim()), "{state}");
}

/// What names somebody, or is somebody's id in a directory or account's number.
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
    let mut it = Company::new();
    it.set("CI", "true");
    it.forge.state().visibility = "public";
    let mut said = String::new();
    let mut note = |ran: crate::support::playground::Ran| {
        let _ = write!(said, "{}\n{}\n", ran.out, ran.talk);
    };
    let number = it.propose("first", |_| ());
    note(it.plan(number).ends(0));
    it.merge(number, How::Merge);
    note(it.apply().ends(0));
    let number = it.propose("more", |it| {
        deletes_disabled(it);
        changes_titles(it);
        drops_agents(it);
    });
    let job = it.clone("origin/more", &[]);
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
    note(it.run(&job, &arguments).ends(0));
    let summary = fs::read_to_string(job.join("summary.md")).expect("the summary");
    it.merge(number, How::Squash);
    it.sql("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'erik.holm@contoso.example'); END");
    note(it.apply().ends(5));
    it.force(|it| it.edit(LIFECYCLE, "equals: active", "equals: never"));
    note(it.apply().ends(5));
    said += &summary;
    for comment in &it.forge.state().comments {
        said += &comment.body;
    }
    for run in &it.forge.state().checks {
        said += &run["output"].to_string();
    }
    for commit in it.remote(&["rev-list", LEDGER]).lines() {
        for file in it.remote(&["ls-tree", "-r", "--name-only", commit]).lines() {
            if !file.starts_with("settled/") {
                said += &it.remote(&["show", &format!("{commit}:{file}")]);
            }
        }
    }
    for request in it.forge.requests() {
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
    let mut it = Company::running();
    it.forge.state().visibility = "public";
    let number = it.propose("more", deletes_disabled);
    // Reading would end with exit code 7.
    fs::rename(it.path("data"), it.path("elsewhere")).expect("the data goes");
    for ci in [true, false] {
        it.unset("ROLEWRIGHT_KEY");
        if ci {
            it.set("CI", "true");
        } else {
            it.unset("CI");
        }
        let checks = it.forge.state().checks.len();
        let failed = it.plan(number).ends(1);
        assert!(failed.talk.contains("ROLEWRIGHT_KEY"), "{}", failed.talk);
        assert_eq!(it.forge.state().checks.len(), checks);
    }
    it.set("CI", "true");
    it.merge(number, How::Merge);
    let ledger = it.ledger();
    let failed = it.apply().ends(1);
    assert!(failed.talk.contains("ROLEWRIGHT_KEY"), "{}", failed.talk);
    assert_eq!(it.ledger(), ledger);
}

fn brings_adoption(it: &Company) {
    it.sql(
        "INSERT INTO accounts VALUES ('x-1', NULL, 1); \
         INSERT INTO attributes VALUES ('x-1', 'userName', 'gustav', 'text'), \
         ('x-1', 'email', 'gustav.krog@contoso.example', 'text')",
    );
    it.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
}

#[test]
fn scenario_43_an_adoption_that_the_directory_brings_stays_held_until_somebody_saw_it() {
    for released in [true, false] {
        let it = Company::running_with(|it| it.edit(LIFECYCLE, "adoption: allow", "adoption: hold"));
        let number = it.propose("before-it", changes_titles);
        it.plan(number).ends(0);
        brings_adoption(&it);
        let tip = it.merge(number, How::Merge);
        let waits = it.apply().ends(4);
        assert!(waits.talk.contains("wait for a person"), "{}", waits.talk);
        assert_eq!(it.settled(), tip, "it settles all the same");
        assert!(it.store().contains(&"account x-1 - 1".to_owned()));
        match released {
            true => drop(it.apply_with(&["--release", &it.last_run()]).ends(0)),
            false => {
                it.bring("after-it", drops_agents);
                it.apply().ends(0);
            }
        }
        assert!(!it.store().contains(&"account x-1 - 1".to_owned()), "it was adopted");
        assert!(it.left().ends(0).out.contains("No changes."));
    }
}

#[test]
fn scenario_43_without_review_only_the_adoption_of_a_privileged_account_waits() {
    let it = Company::running_with(|it| {
        it.edit(WORKSPACE, "review: { forge: github }\n", "");
        it.edit(APPLICATION, "[agent, supervisor] }", "[agent, supervisor], privileged: [supervisor] }");
    });
    brings_adoption(&it);
    it.sql("INSERT INTO grants (account, entitlement, value) VALUES ('x-1', 'callCentre', 'supervisor')");
    let waits = it.waits();
    assert!(waits.talk.contains("privileged rights"), "{}", waits.talk);
    it.sql("DELETE FROM grants WHERE account = 'x-1'");
    it.apply().ends(0);
    assert!(!it.store().contains(&"account x-1 - 1".to_owned()), "any other flows");
}

#[test]
fn scenario_35_of_three_applications_each_runs_on_its_own() {
    let mut it = Playground::of(&["dstny", "promapp", "pulseway"]);
    it.secret("ROLEWRIGHT_KEY", "a key of the tests");
    it = it.at_any_hour("promapp").at_any_hour("pulseway");
    it.edit("policies/dstny/lifecycle.yaml", "percent: 5, floor: 3", "percent: 5, floor: 1");
    it.commit("A tighter limit");
    fs::write(it.path("policies/promapp.db"), "no store").expect("a file");
    let ran = it.run(&["apply"]).ends(7);
    assert!(ran.out.contains("refused:") && ran.out.contains("Applied: "), "{}", ran.out);
    assert!(!it.path("policies/dstny.db").exists());
    let history = it.run(&["history", "--json"]).ends(0).out;
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
