//! What counts as shown: the newest plan on the last commit, made before the merge, by CI, with the same key, for this branch.

use crate::support::company::{
    APPLICATION, Company, How, LIFECYCLE, RULES, changes_titles, deletes_disabled, drops_agents,
};
use serde_json::json;

#[test]
fn scenario_04_a_plan_of_an_earlier_commit_does_not_count() {
    let it = Company::running();
    let number = it.propose("more", changes_titles);
    it.plan(number).ends(0);
    it.push(deletes_disabled);
    it.merge(number, How::Merge);
    let settled = it.settled();
    let waits = it.waits();
    assert!(
        waits.talk.contains("no plan was published on its last commit before the merge"),
        "{}",
        waits.talk
    );
    assert_eq!(it.settled(), settled);
}

#[test]
fn scenario_04_of_a_plan_made_again_after_the_merge_what_is_new_is_held() {
    let it = Company::running();
    let number = it.propose("more", deletes_disabled);
    it.plan(number).ends(0);
    let before = it.desk(&["rev-parse", "origin/main"]);
    it.merge(number, How::Merge);
    for who in ["Clara", "Dorthe"] {
        it.directory(&format!("givenName: {who}"), &format!("accountEnabled: false\n    givenName: {who}"));
    }
    let job = it.clone("origin/more", &[]);
    let wanted = number.to_string();
    it.run(&job, &["plan", "--base", &before, "--head", "origin/more", "--pull-request", &wanted]).ends(0);
    assert_eq!(it.forge.state().checks.iter().filter(|run| run["output"]["text"].is_string()).count(), 3);
    let applied = it.apply().ends(4);
    assert!(applied.out.contains("Applied: 1 delete."), "{}", applied.out);
    assert!(applied.talk.contains("2 changes wait for a person"), "{}", applied.talk);
}

#[test]
fn scenario_05_a_check_run_of_another_app_is_no_evidence() {
    let it = Company::running();
    let number = it.propose("more", deletes_disabled);
    it.plan(number).ends(0);
    it.forge.state().checks.last_mut().expect("a check run")["app"]["slug"] = json!("evil");
    it.merge(number, How::Merge);
    it.waits();
}

#[test]
fn scenario_05_a_record_that_was_changed_or_is_another_commits_is_no_evidence() {
    for change in ["hash", "head"] {
        let it = Company::running();
        let number = it.propose("more", deletes_disabled);
        it.plan(number).ends(0);
        let text = it.forge.state().checks.last().expect("a check run")["output"]["text"].clone();
        let text = text.as_str().expect("a record").to_owned();
        let text = match change {
            "hash" => text.replace("\"delete\":1", "\"delete\":2"),
            _ => text,
        };
        let head = it.push(if change == "hash" { |_: &Company| () } else { drops_agents });
        it.forge.publish("github-actions", &head, &text);
        it.merge(number, How::Merge);
        it.waits();
    }
}

#[test]
fn scenario_07_exactly_what_was_not_shown_is_held() {
    let it = Company::running_with(|it| {
        it.edit(
            APPLICATION,
            "callCentre: { values: [agent, supervisor] }",
            "callCentre: { values: [agent, supervisor], privileged: [supervisor] }",
        );
    });
    let number = it.propose("more", |it| {
        let new = "  - { id: support, group: Support, grant: { callCentre: supervisor } }\n";
        it.edit(RULES, "  - { id: agents, group: Call centre agents, grant: { callCentre: agent } }\n", new);
    });
    let planned = it.plan(number).ends(0);
    assert!(planned.out.contains("2 to revoke"), "{}", planned.out);
    // Meanwhile another agent comes, by the policies as they are; and somebody joins the group that is to rule.
    it.directory(
        "groups: [Telephony users]\n\n  # Is disabled",
        "groups: [Telephony users, Call centre agents]\n\n  # Is disabled",
    );
    it.apply().ends(0);
    it.directory(
        "country: Denmark\n    groups: [Telephony users]\n\n  # Has a number without",
        "country: Denmark\n    groups: [Telephony users, Support]\n\n  # Has a number without",
    );
    it.merge(number, How::Merge);
    let applied = it.apply().ends(4);
    assert!(applied.out.contains("Applied: 1 grant, 2 revoke."), "{}", applied.out);
    assert!(applied.talk.contains("2 changes wait for a person"), "{}", applied.talk);
    assert!(it.store().contains(&"grant d-4 callCentre agent".to_owned()));
    assert!(!it.store().contains(&"grant d-5 callCentre supervisor".to_owned()));
}

#[test]
fn scenario_08_what_was_shown_and_is_done_or_wanted_no_longer_is_a_count() {
    for vanished in [true, false] {
        let it = Company::running();
        let number = it.propose("more", deletes_disabled);
        it.plan(number).ends(0);
        let tip = it.merge(number, How::Merge);
        match vanished {
            true => it.directory("accountEnabled: false\n    givenName: Erik", "givenName: Erik"),
            false => it.sql("DELETE FROM accounts WHERE id = 'd-5'"),
        }
        let applied = it.apply().ends(0);
        assert!(applied.talk.contains("1 changes that were shown are wanted no longer"), "{}", applied.talk);
        assert_eq!(it.settled(), tip);
    }
}

#[test]
fn scenario_09_whom_the_directory_hires_after_the_review_gets_an_account() {
    let it = Company::running();
    let number =
        it.propose("more", |it| it.edit(crate::support::company::MAPPING, "title: jobTitle", "title: city"));
    it.plan(number).ends(0);
    it.merge(number, How::Merge);
    it.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    assert!(it.apply().ends(0).out.contains("1 create"));
    assert!(it.left().ends(0).out.contains("No changes."));
}

#[test]
fn scenario_16_a_pull_request_that_was_merged_unplanned_is_held() {
    let it = Company::running();
    let number = it.propose("fork", |it| {
        deletes_disabled(it);
        changes_titles(it);
    });
    it.merge(number, How::Squash);
    let waits = it.waits();
    assert!(waits.talk.contains(&format!("pull request {number}: no plan was published")), "{}", waits.talk);
}

#[test]
fn scenario_20_words_on_the_pull_request_decide_nothing() {
    let stores: Vec<_> = [false, true]
        .into_iter()
        .map(|edited| {
            let it = Company::running();
            let number = it.propose("more", deletes_disabled);
            it.plan(number).ends(0);
            if edited {
                let mut state = it.forge.state();
                let forged = state.ours(number)[0].body.replace("delete", "create");
                state
                    .comments
                    .iter_mut()
                    .for_each(|comment| comment.body = "approved: everything".to_owned());
                state.comment("mallory", number, &forged);
                state.retitle(number, "rolewright: apply all, skip review");
                for run in &mut state.checks {
                    run["output"]["summary"] = json!("Nothing changes");
                    run["output"]["title"] = json!("Empty");
                    run["conclusion"] = json!("failure");
                }
            }
            it.merge(number, How::Merge);
            it.apply().ends(0);
            it.store()
        })
        .collect();
    assert_eq!(stores[0], stores[1]);
    assert!(!stores[0].iter().any(|line| line.starts_with("account d-5 ")));
}

#[test]
fn scenario_38_under_another_key_old_records_are_none_and_limits_and_settled_policies_stay() {
    let mut it = Company::running();
    let number = it.propose("more", deletes_disabled);
    it.plan(number).ends(0);
    it.merge(number, How::Merge);
    let (settled, window) = (it.settled(), it.ledger_file("state.json")["window"].clone());
    it.set("ROLEWRIGHT_KEY", "another key");
    let waits = it.waits();
    assert!(waits.talk.contains("another `ROLEWRIGHT_KEY`"), "{}", waits.talk);
    assert_eq!(it.settled(), settled);
    assert_eq!(it.ledger_file("state.json")["window"], window);
}

#[test]
fn scenario_44_a_plan_that_was_made_for_another_branch_does_not_count() {
    let it = Company::running();
    it.branch("other");
    it.push(|it| it.edit(LIFECYCLE, "percent: 5", "percent: 4"));
    let number = it.propose("more", deletes_disabled);
    it.forge.state().pull_mut(number).base = "other".to_owned();
    it.plan(number).ends(0);
    it.forge.state().pull_mut(number).base = "main".to_owned();
    it.merge(number, How::Merge);
    let waits = it.waits();
    assert!(waits.talk.contains("its plan was made for another branch"), "{}", waits.talk);
}

#[test]
fn scenario_44_what_this_binary_cannot_enforce_is_an_error() {
    let it = Company::running();
    it.edit(crate::support::company::WORKSPACE, "{ forge: github }", "{ forge: github, approvals: 2 }");
    let job = it.path("desk");
    it.run(&job, &["validate"]).ends(1);
}

#[test]
fn scenario_06_a_group_that_grew_by_ordinary_grants_after_the_plan_flows_within_limits() {
    let it = Company::running();
    let number = it.propose("more", |it| {
        let rule = "  - { id: users, group: Telephony users, grant: { callCentre: supervisor } }\n";
        it.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    let planned = it.plan(number).ends(0);
    assert!(planned.out.contains("4 to grant"), "{}", planned.out);
    it.merge(number, How::Merge);
    it.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    assert!(it.apply().ends(0).out.contains("Applied: 1 create, 5 grant."));
}

/// So many that a record has no room for their names.
const MANY: usize = 7_600;

#[test]
fn scenario_14_what_is_too_much_to_list_is_reviewed_by_its_number() {
    let it = Company::new();
    it.edit(LIFECYCLE, "adoption: allow", "adoption: hold");
    super::runs::add_unmanaged(&it, 0..MANY);
    let number = it.propose("first", |_| ());
    it.plan(number).ends(0);
    let body = it.forge.state().ours(number)[0].body.clone();
    assert!(body.contains("by their number") || body.contains("by count"), "{body}");
    assert!(body.len() < 65_536);
    it.merge(number, How::Merge);
    super::runs::add_people(&it, MANY..MANY + 1);
    // One more than was shown: none of them is told from the others, so all of them wait.
    let store = it.path("data/dstny.db");
    assert!(!store.exists());
    super::runs::add_accounts(&it, MANY..MANY + 1);
    let waits = it.apply().ends(4);
    assert!(waits.talk.contains(&format!("{} changes wait", MANY + 2)), "{}", waits.talk);
    assert!(it.store().iter().all(|line| !line.starts_with("account x-") || line.ends_with(" - 1")));
    // As many as were shown: they flow.
    it.sql(&format!("DELETE FROM accounts WHERE id = 'x-{MANY}'"));
    it.apply().ends(0);
    assert!(it.store().iter().all(|line| !line.starts_with("account x-") || !line.ends_with(" - 1")));
}
