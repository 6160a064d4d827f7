//! `apply --user`: the whole plan is made and judged, one user's changes are made, and the rest stays due.

use crate::behaviours::tenants::Tenants;
use crate::support::company::{Company, deletes_disabled, drops_agents};
use crate::support::playground::Playground;

const PEOPLE: &str = "policies/directories/people.yaml";

#[test]
fn one_user_of_a_plan_above_a_limit_gets_nothing() {
    let playground = Playground::new().at_any_hour("dstny");
    playground.edit("policies/dstny/lifecycle.yaml", "percent: 5, floor: 3", "percent: 5, floor: 1");
    playground.commit("A tighter limit");
    let refused = playground.run(&["apply", "--user", "clara.engel@contoso.example"]).ends(3);
    assert!(refused.stdout.contains("refused: 2 `removal` changes, limit 1"), "{}", refused.stdout);
    assert!(!playground.path("policies/dstny.db").exists());
}

/// What a run for one user removes counts in the window, as in any run.
#[test]
fn what_is_removed_for_one_user_counts_in_the_window() {
    let playground = Playground::new().at_any_hour("dstny");
    playground.edit("policies/dstny/lifecycle.yaml", "floor: 5, within: 7d", "floor: 2, within: 7d");
    playground.commit("A limit over a week");
    let ran = playground.run(&["apply", "--user", "ida.moos@contoso.example"]).ends(0);
    assert!(ran.stdout.contains("Applied: 1 delete."), "{}", ran.stdout);
    playground.edit(PEOPLE, "groups: [Telephony users, Call centre agents]", "groups: []");
    let refused = playground.run(&["apply"]).ends(3);
    assert!(refused.stdout.contains("removal"), "{}", refused.stdout);
}

#[test]
fn nobody_has_the_name_and_nothing_is_written_or_recorded() {
    let playground = Playground::new().at_any_hour("dstny");
    let ran = playground.run(&["apply", "--user", "nobody@contoso.example"]).ends(1);
    assert!(ran.stderr.contains("no user and no account has the id"), "{}", ran.stderr);
    assert!(!playground.path("policies/dstny.db").exists());
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
    playground.run(&["apply", "--user", "clara.engel@contoso.example", "--release", "r-1"]).ends(64);
}

/// A name that somebody else still has is not taken: both changes stay due, and a whole run makes them.
#[test]
fn a_change_that_needs_one_of_somebody_else_is_left_with_it() {
    let playground = Playground::new().at_any_hour("dstny");
    playground.run(&["apply"]).ends(0);
    playground.edit(PEOPLE, "    mail: anna.berg@", "    mail: anna.holm@");
    playground.edit(PEOPLE, "    mail: bo.dahl@", "    mail: anna.berg@");
    let bo = "a1000000-0000-4000-8000-000000000002";
    let ran = playground.run(&["apply", "--user", bo]).ends(0);
    assert!(
        ran.stderr.contains("1 change of this user not made, because a change of somebody else comes first")
            && ran.stderr.contains("1 change of others not made: due in the next run"),
        "{}",
        ran.stderr
    );
    let rest = playground.run(&["apply"]).ends(0);
    assert!(rest.stdout.contains("Applied: 2 update."), "{}", rest.stdout);
}

/// What pull requests showed is not settled while a part of it is due, so that the rest needs no other evidence, and they are told
/// when all is made.
#[test]
fn what_is_left_keeps_its_evidence() {
    let company = Company::running();
    let settled = company.settled();
    company.bring("both", |company| {
        deletes_disabled(company);
        drops_agents(company);
    });
    let writes = company.forge.writes();
    let one = company.apply_with(&["--user", "anna.berg@contoso.example"]).ends(0);
    assert!(one.stdout.contains("Applied: 1 revoke."), "{}", one.stdout);
    assert!(!one.stdout.contains("clara"), "{}", one.stdout);
    assert_eq!(company.settled(), settled);
    assert_eq!(company.forge.writes(), writes);
    let record = company.ledger_file("state.json");
    assert!(record["carried"].as_array().is_some_and(|carried| carried.len() == 1), "{record}");
    let again = company.apply_with(&["--user", "anna.berg@contoso.example"]).ends(0);
    assert!(again.stdout.contains("No changes."), "{}", again.stdout);
    assert_eq!(company.settled(), settled);
    let rest = company.apply().ends(0);
    assert!(rest.stdout.contains("Applied: 1 delete, 1 revoke."), "{}", rest.stdout);
    assert_ne!(company.settled(), settled);
    assert!(company.forge.writes() > writes);
    company.left().ends(0);
}

/// What is remembered of records stays as it was for everybody else: a change of the directory that was not brought is not forgotten.
#[test]
fn others_keep_what_is_remembered_of_their_records() {
    let two = |title: &str| {
        Tenants::default()
            .ours(1, "ann", "Technicians", &format!(", jobTitle: {title}"))
            .ours(2, "bo", "Technicians", &format!(", jobTitle: {title}"))
            .record("e-1", "", "employee", "ann", "Technician")
            .record("e-2", "", "employee", "bo", "Technician")
    };
    let system = two("Adviser").system();
    system.apply().ends(0);
    system.locally("UPDATE attributes SET value = 'Chief' WHERE name = 'jobTitle'");
    let system = two("Auditor").people(system);
    system.commit();
    let ran = system.run(&["apply", "--user", "ann@contoso.example"]).ends(0);
    assert!(ran.stdout.contains("Applied: 1 update."), "{}", ran.stdout);
    let titles = |name: &str| system.accounts()[name].attributes["jobTitle"].clone();
    assert_eq!((titles("ann"), titles("bo")), ("Auditor".to_owned(), "Chief".to_owned()));
    let rest = system.apply().ends(0);
    assert!(rest.stdout.contains("Applied: 1 update."), "{}", rest.stdout);
    assert_eq!(titles("bo"), "Auditor");
    let history = system.run(&["history"]).ends(0).stdout;
    assert!(history.contains("1 of others not asked for"), "{history}");
}
