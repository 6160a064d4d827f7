//! Several pull requests, and what one shows about the others.

use crate::support::company::{
    Company, How, LIFECYCLE, MAPPING, RULES, changes_titles, deletes_disabled, drops_agents,
};

#[test]
fn scenario_10_one_run_applies_two_pull_requests_and_holds_what_only_both_together_do() {
    let company = Company::running();
    // This account is protected a second time.
    company.sql("DELETE FROM attributes WHERE account = 'd-10' AND name = 'email'");
    let first = company.propose("first-half", |company| {
        deletes_disabled(company);
        company.edit(LIFECYCLE, "equals: active", "equals: never");
    });
    let second = company.propose("second-half", |company| {
        drops_agents(company);
        company.edit(
            LIFECYCLE,
            "  - { id: no-email, from: [delete], when: { account: email, present: false } }\n",
            "",
        );
    });
    company.plan(first).ends(0);
    company.plan(second).ends(0);
    company.merge(first, How::Merge);
    company.merge(second, How::Squash);
    let applied = company.apply().ends(4);
    assert!(applied.stdout.contains("Applied: 1 delete, 2 revoke."), "{}", applied.stdout);
    assert!(applied.stderr.contains("1 change waits for a person"), "{}", applied.stderr);
    assert!(company.store().iter().any(|line| line.starts_with("account d-10 ")));
    // The next pull request shows it, and its merge releases it.
    let next = company.propose("next", changes_titles);
    let planned = company.plan(next).ends(0);
    assert!(planned.stdout.contains("jens.nord@contoso.example"), "{}", planned.stdout);
    let tip = company.merge(next, How::Merge);
    company.apply().ends(0);
    assert!(!company.store().iter().any(|line| line.starts_with("account d-10 ")));
    assert_eq!(company.settled(), tip);
}

#[test]
fn scenario_11_a_branch_that_is_behind_takes_nothing_back() {
    let company = Company::running();
    let behind = company.propose("behind", changes_titles);
    let first = company.bring("first-one", |company| {
        let rule = "  - { id: support, group: Support, grant: { callCentre: supervisor } }\n";
        company.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    assert!(first > behind);
    company.apply().ends(0);
    let planned = company.plan(behind).ends(0);
    assert!(planned.stdout.contains("title"), "{}", planned.stdout);
    assert!(
        !planned.stdout.contains("revoke") && !planned.stdout.contains("supervisor"),
        "{}",
        planned.stdout
    );
    company.merge(behind, How::Merge);
    company.apply().ends(0);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_11_a_branch_that_contradicts_the_protected_one_waits() {
    let company = Company::running();
    let behind = company.propose("behind", changes_titles);
    company.bring("first-one", |company| company.edit(MAPPING, "title: jobTitle", "title: city"));
    let waits = company.plan(behind).ends(4);
    assert!(waits.stderr.contains("merge or rebase it"), "{}", waits.stderr);
}

#[test]
fn scenario_12_a_pull_request_repairs_policies_that_cannot_be_planned() {
    let company = Company::running();
    company.directory("Call centre supervisors]", "Telephony users]");
    company.directory("Call centre agents", "Call center agents");
    company.apply().ends(1);
    let number =
        company.propose("mend", |company| company.edit(RULES, "Call centre agents", "Call center agents"));
    let planned = company.plan(number).ends(0);
    assert!(planned.stdout.contains("1 to revoke"), "{}", planned.stdout);
    assert!(planned.stdout.contains("cannot be evaluated"), "{}", planned.stdout);
    let tip = company.merge(number, How::Merge);
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 revoke."));
    assert_eq!(company.settled(), tip);
}

#[test]
fn scenario_13_what_changes_nothing_needs_no_record_and_no_forge() {
    let company = Company::running();
    let number = company.propose("tidy", |company| {
        company.desk(&["mv", "policies/dstny/linking-rules.yaml", "policies/dstny/rights.yaml"]);
        company.edit(LIFECYCLE, "unmanaged: keep", "# Whatever was there before.\nunmanaged:   keep");
    });
    let checks = company.forge.state().checks.len();
    let planned = company.plan(number).ends(0);
    assert!(planned.stdout.contains("No effect: the policies decide the same."), "{}", planned.stdout);
    assert_eq!(company.forge.state().checks.len(), checks);
    company.merge(number, How::Squash);
    company.forge.state().down = true;
    company.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 update."));
}

#[test]
fn scenario_24_what_is_held_stays_so_is_recorded_once_and_a_revert_ends_it() {
    let company = Company::running();
    let before = company.desk(&["rev-parse", "origin/main"]);
    company.force(deletes_disabled);
    company.waits();
    let ledger = company.ledger();
    for _ in 0..2 {
        company.waits();
        assert_eq!(company.ledger(), ledger, "the same is recorded once");
    }
    company.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(company.apply().ends(4).stdout.contains("Applied: 1 update."), "the rest flows");
    let number = company
        .propose("revert", |company| drop(company.desk(&["checkout", "-q", &before, "--", "policies"])));
    company.plan(number).ends(0);
    company.merge(number, How::Squash);
    company.apply().ends(0);
    assert!(company.store().iter().any(|line| line.starts_with("account d-5 ")));
}

#[test]
fn scenario_24_the_next_pull_request_leads_with_what_is_held_and_its_merge_releases_that() {
    let company = Company::running();
    company.force(deletes_disabled);
    company.waits();
    let settled = company.settled();
    let number = company.propose("more", drops_agents);
    company.plan(number).ends(0);
    let body = company.forge.state().ours(number)[0].body.clone();
    let (held, own) = (body.find("erik.holm@contoso.example"), body.find("anna.berg@contoso.example"));
    assert!(held.is_some() && held < own, "{body}");
    let tip = company.merge(number, How::Merge);
    let applied = company.apply().ends(4);
    assert!(applied.stdout.contains("Applied: 1 delete, 2 revoke."), "{}", applied.stdout);
    // The later effects of the pushed commit were never shown: settling needs a release.
    assert!(applied.stderr.contains("was not shown: it came through no pull request"), "{}", applied.stderr);
    assert_eq!(company.settled(), settled);
    company.apply_with(&["--release", &company.last_run()]).ends(0);
    assert_eq!(company.settled(), tip);
}
