//! Several pull requests, and what one shows of another.

use crate::support::company::{
    Company, How, LIFECYCLE, MAPPING, RULES, changes_titles, deletes_disabled, drops_agents,
};

#[test]
fn scenario_10_one_run_applies_two_pull_requests_and_holds_what_only_both_together_do() {
    let it = Company::running();
    // Protected twice.
    it.sql("DELETE FROM attributes WHERE account = 'd-10' AND name = 'email'");
    let first = it.propose("first-half", |it| {
        deletes_disabled(it);
        it.edit(LIFECYCLE, "equals: active", "equals: never");
    });
    let second = it.propose("second-half", |it| {
        drops_agents(it);
        it.edit(
            LIFECYCLE,
            "  - { id: no-email, from: [delete], when: { account: email, present: false } }\n",
            "",
        );
    });
    it.plan(first).ends(0);
    it.plan(second).ends(0);
    it.merge(first, How::Merge);
    it.merge(second, How::Squash);
    let applied = it.apply().ends(4);
    assert!(applied.out.contains("Applied: 1 delete, 2 revoke."), "{}", applied.out);
    assert!(applied.talk.contains("1 changes wait for a person"), "{}", applied.talk);
    assert!(it.store().iter().any(|line| line.starts_with("account d-10 ")));
    // The next pull request shows it, and its merge lets it flow.
    let next = it.propose("next", changes_titles);
    let planned = it.plan(next).ends(0);
    assert!(planned.out.contains("jens.nord@contoso.example"), "{}", planned.out);
    let tip = it.merge(next, How::Merge);
    it.apply().ends(0);
    assert!(!it.store().iter().any(|line| line.starts_with("account d-10 ")));
    assert_eq!(it.settled(), tip);
}

#[test]
fn scenario_11_a_branch_that_is_behind_takes_nothing_back() {
    let it = Company::running();
    let behind = it.propose("behind", changes_titles);
    let first = it.bring("first-one", |it| {
        let rule = "  - { id: support, group: Support, grant: { callCentre: supervisor } }\n";
        it.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    assert!(first > behind);
    it.apply().ends(0);
    let planned = it.plan(behind).ends(0);
    assert!(planned.out.contains("title"), "{}", planned.out);
    assert!(!planned.out.contains("revoke") && !planned.out.contains("supervisor"), "{}", planned.out);
    it.merge(behind, How::Merge);
    it.apply().ends(0);
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_11_a_branch_that_contradicts_the_protected_one_waits() {
    let it = Company::running();
    let behind = it.propose("behind", changes_titles);
    it.bring("first-one", |it| it.edit(MAPPING, "title: jobTitle", "title: city"));
    let waits = it.plan(behind).ends(4);
    assert!(waits.talk.contains("merge or rebase it"), "{}", waits.talk);
}

#[test]
fn scenario_12_a_pull_request_mends_policies_by_which_nothing_can_be_said() {
    let it = Company::running();
    it.directory("Call centre supervisors]", "Telephony users]");
    it.directory("Call centre agents", "Call center agents");
    it.apply().ends(1);
    let number = it.propose("mend", |it| it.edit(RULES, "Call centre agents", "Call center agents"));
    let planned = it.plan(number).ends(0);
    assert!(planned.out.contains("1 to revoke"), "{}", planned.out);
    assert!(planned.out.contains("cannot be evaluated"), "{}", planned.out);
    let tip = it.merge(number, How::Merge);
    assert!(it.apply().ends(0).out.contains("Applied: 1 revoke."));
    assert_eq!(it.settled(), tip);
}

#[test]
fn scenario_13_what_changes_nothing_needs_no_record_and_no_forge() {
    let it = Company::running();
    let number = it.propose("tidy", |it| {
        it.desk(&["mv", "policies/dstny/linking-rules.yaml", "policies/dstny/rights.yaml"]);
        it.edit(LIFECYCLE, "unmanaged: keep", "# Whatever was there before.\nunmanaged:   keep");
    });
    let checks = it.forge.state().checks.len();
    let planned = it.plan(number).ends(0);
    assert!(planned.out.contains("without effect"), "{}", planned.out);
    assert_eq!(it.forge.state().checks.len(), checks);
    it.merge(number, How::Squash);
    it.forge.state().down = true;
    it.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(it.apply().ends(0).out.contains("Applied: 1 update."));
}

#[test]
fn scenario_24_what_is_held_stays_so_is_recorded_once_and_a_revert_ends_it() {
    let it = Company::running();
    let before = it.desk(&["rev-parse", "origin/main"]);
    it.force(deletes_disabled);
    it.waits();
    let ledger = it.ledger();
    for _ in 0..2 {
        it.waits();
        assert_eq!(it.ledger(), ledger, "the same is recorded once");
    }
    it.directory("jobTitle: Controller", "jobTitle: Chief controller");
    assert!(it.apply().ends(4).out.contains("Applied: 1 update."), "the rest flows");
    let number = it.propose("revert", |it| drop(it.desk(&["checkout", "-q", &before, "--", "policies"])));
    it.plan(number).ends(0);
    it.merge(number, How::Squash);
    it.apply().ends(0);
    assert!(it.store().iter().any(|line| line.starts_with("account d-5 ")));
}

#[test]
fn scenario_24_the_next_pull_request_leads_with_what_is_held_and_its_merge_releases_that() {
    let it = Company::running();
    it.force(deletes_disabled);
    it.waits();
    let settled = it.settled();
    let number = it.propose("more", drops_agents);
    it.plan(number).ends(0);
    let body = it.forge.state().ours(number)[0].body.clone();
    let (held, own) = (body.find("erik.holm@contoso.example"), body.find("anna.berg@contoso.example"));
    assert!(held.is_some() && held < own, "{body}");
    let tip = it.merge(number, How::Merge);
    let applied = it.apply().ends(4);
    assert!(applied.out.contains("Applied: 1 delete, 2 revoke."), "{}", applied.out);
    // What the pushed commit may still cause was shown to nobody: it takes a release to settle.
    assert!(applied.talk.contains("is not covered: it came through no pull request"), "{}", applied.talk);
    assert_eq!(it.settled(), settled);
    it.apply_with(&["--release", &it.last_run()]).ends(0);
    assert_eq!(it.settled(), tip);
}
