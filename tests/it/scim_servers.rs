//! The Promapp policies with a thousand people on real SCIM servers of others: everything is made, the second plan is
//! empty, and people who come, change, leave and return find what they should, whatever happens to a run.
#![expect(clippy::disallowed_types, reason = "tests send signals")]
#![expect(clippy::disallowed_methods, reason = "the number of people is set from outside")]

mod observed;
mod page;

use crate::support::promapp::{Company, Employee};
use crate::support::scim::request;
use crate::support::scim::server::{Software, wait};
use observed::observe;
use page::written;
use rolewright::fetch::scim::read;
use rolewright::model::Secret;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A run that is killed after it said so many changes.
fn killed_after(company: &Company, changes: usize) {
    let mut child = company
        .playground
        .command(&["apply"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let done = lines.map_while(Result::ok).filter(|line| line.starts_with("  done")).take(changes).count();
    assert_eq!(done, changes, "it ended before it could be killed");
    child.kill().expect("killed");
    child.wait().expect("ended");
    company.playground.run(&["unlock", "--dead"]).ends(0);
}

/// How many people there are: `ROLEWRIGHT_SCIM_PEOPLE`, or a few, so that all tests together take little time.
fn people(few: usize) -> usize {
    std::env::var("ROLEWRIGHT_SCIM_PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// Everybody is made, some taken over; then people change, leave, come and return; runs are killed; two run at once. What
/// the server can do is found out before, and what it does by statement afterwards.
fn a_company_lives(software: Software, people: usize) {
    let mut company = Company::new(software, people);
    let taken_over = (people / 4).min(20);
    for number in 0..taken_over {
        company.server.by_hand(&format!("P{number}@contoso.example"));
    }
    company.finds_its_profile();
    let applied = company.playground.run(&["apply"]).ends(0);
    let summary =
        format!("Applied: {taken_over} adopt, {} create, {} grant.", people - taken_over, 2 * people);
    assert!(applied.stdout.contains(&summary), "{}", applied.stdout.lines().last().unwrap_or_default());
    company.is_as_it_should_be("everybody");

    let (some, more) = (people / 10, people / 5);
    for (number, employee) in company.people.iter_mut() {
        match *number {
            number if number < some => employee.title = "Auditor",
            number if number < more => (employee.role, employee.team) = ("Editor", (employee.team + 1) % 5),
            number if number < more + 3 => employee.enabled = false,
            _ => {}
        }
    }
    company.staff();
    killed_after(&company, 5);
    company.playground.run(&["apply"]).ends(0);
    company.is_as_it_should_be("people changed and left, and the run was killed");

    for number in more..more + 2 {
        company.people.get_mut(&number).expect("somebody").enabled = true;
    }
    for number in people..people + more {
        company.people.insert(number, Employee::new("Editor", number % 5));
    }
    company.staff();
    let mut other =
        company.playground.command(&["apply"]).stdout(Stdio::null()).spawn().expect("the binary starts");
    company.playground.run(&["apply"]).ends(0);
    assert!(other.wait().expect("it ends").success());
    company.is_as_it_should_be("people returned and came, and two ran at once");
    let mut seen = observe(&company.server.raw(), software.needs());
    seen.insert(50, "empty".to_owned());
    written(software, &seen);
}

#[test]
fn s50_promapp_lives_on_scim2_server() {
    a_company_lives(Software::Scim2Server, people(60));
}

#[test]
fn s50_promapp_lives_on_scimmy() {
    a_company_lives(Software::Scimmy(4), people(200));
}

#[test]
fn s50_promapp_lives_on_better_auth() {
    a_company_lives(Software::BetterAuth, people(40));
}

#[test]
fn s50_promapp_lives_on_jackson() {
    a_company_lives(Software::Jackson, people(40));
}

#[test]
fn s50_promapp_lives_on_django_scim2() {
    a_company_lives(Software::DjangoScim2, people(40));
}

#[test]
fn s50_promapp_lives_on_django_scim2_server() {
    a_company_lives(Software::DjangoScim2Server, people(40));
}

#[test]
fn s50_promapp_lives_on_canaille() {
    a_company_lives(Software::Canaille, people(20));
}

/// On Express 5, scimmy's lists ignore `startIndex` and `count`: what cannot be read whole is not planned.
#[test]
fn s23_pages_that_are_always_the_first_are_an_incomplete_read() {
    let company = Company::new(Software::Scimmy(5), 21);
    let first = company.playground.run(&["apply"]).ends(0);
    assert!(first.stdout.contains("Applied: 21 create, 42 grant."), "{}", first.stdout);
    let again = company.playground.run(&["plan"]).ends(7);
    assert!(again.stderr.contains("/Users"), "{}", again.stderr);
    let secret = Secret::new(company.server.token());
    assert!(wait(read(&request(&company.server.url(), 100), Some(&secret))).is_err());
    let mut seen = observe(&company.server.raw(), Software::Scimmy(5).needs());
    seen.insert(50, "none: exit 7".to_owned());
    written(Software::Scimmy(5), &seen);
}

/// CI ends a job with SIGTERM: what is under way ends, the run is recorded, and the next one makes the rest.
#[test]
fn f13_a_run_that_is_asked_to_end_records_itself_and_the_next_makes_the_rest() {
    asked_to_end_while_writing("apply");
}

/// So does a process that stays.
#[test]
fn f13_a_process_that_is_asked_to_end_records_its_run_first() {
    asked_to_end_while_writing("reconcile");
}

fn asked_to_end_while_writing(command: &str) {
    let company = Company::new(Software::Scimmy(4), 200);
    let mut run = company
        .playground
        .command(&[command])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut said = BufReader::new(run.stdout.take().expect("its output")).lines().map_while(Result::ok);
    assert_eq!(said.by_ref().filter(|line| line.starts_with("  done")).take(15).count(), 15);
    let killed = Command::new("kill").arg(run.id().to_string()).status().expect("kill runs");
    assert!(killed.success());
    let rest: Vec<String> = said.collect();
    assert!(rest.iter().any(|line| line.contains("not begun: the run was asked to end")), "{rest:?}");
    assert_eq!(run.wait().expect("it ends").code(), Some(5));
    let history = company.playground.run(&["history"]).ends(0);
    assert!(history.stdout.contains("partial"), "{}", history.stdout);
    company.playground.run(&["apply"]).ends(0);
    company.is_as_it_should_be("after SIGTERM");
}

/// With no time at all nothing is begun.
#[test]
fn f13_a_run_whose_time_is_used_up_begins_nothing_more() {
    let company = Company::new(Software::Scimmy(4), 5);
    let ended = company.playground.run(&["apply", "--stop-after", "0"]).ends(5);
    assert!(ended.stdout.contains("15 not begun"), "{}", ended.stdout);
    assert!(ended.stderr.contains("the run's time is used up"), "{}", ended.stderr);
    company.playground.run(&["apply"]).ends(0);
    company.is_as_it_should_be("with time");
}

/// Where a deleted user stays, inactive, it is deleted once, and is reactivated should somebody return.
#[test]
fn s49_whoever_stays_after_a_delete_is_deleted_once_and_can_return() {
    let mut company = Company::new(Software::DjangoScim2Server, 5);
    company.knows_its_profile();
    company.playground.edit("policies/promapp/lifecycle.yaml", "deleted: deactivate", "deleted: delete");
    company.playground.commit_all("Delete");
    company.playground.run(&["apply"]).ends(0);
    let gone = company.people.remove(&4).expect("somebody");
    company.staff();
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 1 delete."), "{}", applied.stdout);
    let plan = company.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    company.people.insert(4, gone);
    company.staff();
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("1 reactivate"), "{}", applied.stdout);
    company.is_as_it_should_be("somebody returned");
}

/// An application that keeps no id of ours: whose account is whose is in the ledger, whatever else changes.
#[test]
fn s18_accounts_without_a_link_stay_those_of_their_users() {
    let mut company = Company::new(Software::Scim2Server, 6);
    company.links_in_the_ledger();
    company.server.by_hand("P0@contoso.example");
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 1 adopt, 5 create, 12 grant."), "{}", applied.stdout);
    company.is_as_it_should_be("everybody");
    let held = company.server.raw().get("/Users");
    assert!(held.resources().iter().all(|user| user.get("externalId").is_none()), "{}", held.text);
    let remembered = company.playground.git(&["show", "refs/rolewright/default/promapp:accounts.json"]);
    assert!(!remembered.contains("a1000000") && !remembered.contains("contoso"), "{remembered}");
    let ids = |company: &Company| -> BTreeSet<String> {
        company.server.raw().get("/Users").resources().iter().map(|user| user["id"].to_string()).collect()
    };
    let before = ids(&company);
    assert!(before.iter().all(|id| !remembered.contains(id.trim_matches('"'))), "{remembered}");
    // Names and addresses change, and one takes the name that another had; one leaves the directory for good.
    for (number, name) in [(0, "zero"), (1, "p0"), (2, "two")] {
        company.people.get_mut(&number).expect("somebody").name = Some(name.to_owned());
    }
    company.people.remove(&5);
    company.staff();
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 1 deactivate, 3 update."), "{}", applied.stdout);
    assert_eq!(ids(&company), before);
    let plan = company.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    // Another key knows nobody, and is told so before anything is made twice.
    company.playground.secret("ROLEWRIGHT_KEY", "another-key-of-this-test-another-key");
    let refused = company.playground.run(&["apply"]).ends(1);
    assert!(refused.stderr.contains("another key"), "{}", refused.stderr);
}

/// An application that shows nobody in its groups: the ledger remembers who was put there.
#[test]
fn s39_members_that_are_not_shown_are_remembered() {
    let mut company = Company::new(Software::Jackson, 10);
    company.knows_its_profile();
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 10 create, 20 grant."), "{}", applied.stdout);
    let plan = company.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
    for number in 0..2 {
        let employee = company.people.get_mut(&number).expect("somebody");
        employee.team = (employee.team + 1) % 5;
    }
    company.staff();
    let applied = company.playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 2 grant, 2 revoke."), "{}", applied.stdout);
    let plan = company.playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.contains("No changes."), "{}", plan.stdout);
}
