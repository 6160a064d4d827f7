//! What counts as shown: the newest plan of the last commit, made before the merge, by CI, with the same key, for this
//! branch.

use crate::support::company::{
    APPLICATION, Company, How, LIFECYCLE, RULES, changes_titles, deletes_disabled, drops_agents,
};
use serde_json::{Value, json};

#[test]
fn scenario_04_a_plan_of_an_earlier_commit_does_not_count() {
    let company = Company::running();
    let number = company.propose("more", changes_titles);
    company.plan(number).ends(0);
    company.push(deletes_disabled);
    company.merge(number, How::Merge);
    let settled = company.settled();
    let waits = company.waits();
    assert!(
        waits.stderr.contains("no plan was published on its last commit before the merge"),
        "{}",
        waits.stderr
    );
    assert_eq!(company.settled(), settled);
}

#[test]
fn scenario_04_of_a_plan_made_again_after_the_merge_what_is_new_is_held() {
    let company = Company::running();
    let number = company.propose("more", deletes_disabled);
    company.plan(number).ends(0);
    let before = company.desk(&["rev-parse", "origin/main"]);
    company.merge(number, How::Merge);
    for who in ["Clara", "Dorthe"] {
        company
            .directory(&format!("givenName: {who}"), &format!("accountEnabled: false\n    givenName: {who}"));
    }
    let job = company.clone("origin/more", &[]);
    let wanted = number.to_string();
    company
        .run(&job, &["plan", "--base", &before, "--head", "origin/more", "--pull-request", &wanted])
        .ends(0);
    let plans = |run: &&Value| run["name"] == "rolewright/default/dstny";
    assert_eq!(company.forge.state().checks.iter().filter(plans).count(), 3);
    let applied = company.apply().ends(4);
    assert!(applied.stdout.contains("Applied: 1 delete."), "{}", applied.stdout);
    assert!(applied.stderr.contains("2 changes wait for a person"), "{}", applied.stderr);
}

#[test]
fn scenario_05_a_check_run_of_another_app_is_no_evidence() {
    let company = Company::running();
    let number = company.propose("more", deletes_disabled);
    company.plan(number).ends(0);
    company.forge.state().checks.last_mut().expect("a check run")["app"]["slug"] = json!("evil");
    company.merge(number, How::Merge);
    company.waits();
}

#[test]
fn scenario_05_a_record_that_was_changed_or_is_another_commits_is_no_evidence() {
    for change in ["hash", "head"] {
        let company = Company::running();
        let number = company.propose("more", deletes_disabled);
        company.plan(number).ends(0);
        let text = company.forge.state().checks.last().expect("a check run")["output"]["text"].clone();
        let text = text.as_str().expect("a record").to_owned();
        let text = match change {
            "hash" => text.replace("\"delete\":1", "\"delete\":2"),
            _ => text,
        };
        let head = company.push(if change == "hash" { |_: &Company| () } else { drops_agents });
        company.forge.publish("github-actions", &head, &text);
        company.merge(number, How::Merge);
        company.waits();
    }
}

#[test]
fn scenario_07_exactly_what_was_not_shown_is_held() {
    let company = Company::running_with(|company| {
        company.edit(
            APPLICATION,
            "callCentre: { values: [agent, supervisor] }",
            "callCentre: { values: [agent, supervisor], privileged: [supervisor] }",
        );
    });
    let number = company.propose("more", |company| {
        let new = "  - { id: support, group: Support, grant: { callCentre: supervisor } }\n";
        company.edit(
            RULES,
            "  - { id: agents, group: Call centre agents, grant: { callCentre: agent } }\n",
            new,
        );
    });
    let planned = company.plan(number).ends(0);
    assert!(planned.stdout.contains("2 to revoke"), "{}", planned.stdout);
    // Meanwhile the current policies make another user an agent; and a user joins the group that the pull request
    // links.
    company.directory(
        "groups: [Telephony users]\n\n  # Is disabled",
        "groups: [Telephony users, Call centre agents]\n\n  # Is disabled",
    );
    company.apply().ends(0);
    company.directory(
        "country: Denmark\n    groups: [Telephony users]\n\n  # Has a number without",
        "country: Denmark\n    groups: [Telephony users, Support]\n\n  # Has a number without",
    );
    company.merge(number, How::Merge);
    let applied = company.apply().ends(4);
    assert!(applied.stdout.contains("Applied: 1 grant, 2 revoke."), "{}", applied.stdout);
    assert!(applied.stderr.contains("2 changes wait for a person"), "{}", applied.stderr);
    assert!(company.store().contains(&"grant d-4 callCentre agent".to_owned()));
    assert!(!company.store().contains(&"grant d-5 callCentre supervisor".to_owned()));
}

#[test]
fn scenario_08_what_was_shown_and_is_done_or_wanted_no_longer_is_a_count() {
    for vanished in [true, false] {
        let company = Company::running();
        let number = company.propose("more", deletes_disabled);
        company.plan(number).ends(0);
        let tip = company.merge(number, How::Merge);
        match vanished {
            true => company.directory("accountEnabled: false\n    givenName: Erik", "givenName: Erik"),
            false => company.sql("DELETE FROM accounts WHERE id = 'd-5'"),
        }
        let applied = company.apply().ends(0);
        assert!(applied.stderr.contains("1 change that was shown is no longer needed"), "{}", applied.stderr);
        assert_eq!(company.settled(), tip);
    }
}

#[test]
fn scenario_09_a_user_added_after_the_review_gets_an_account() {
    let company = Company::running();
    let number = company.propose("more", |company| {
        company.edit(crate::support::company::MAPPING, "title: jobTitle", "title: city")
    });
    company.plan(number).ends(0);
    company.merge(number, How::Merge);
    company.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    assert!(company.apply().ends(0).stdout.contains("1 create"));
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn scenario_16_a_pull_request_that_was_merged_unplanned_is_held() {
    let company = Company::running();
    let number = company.propose("fork", |company| {
        deletes_disabled(company);
        changes_titles(company);
    });
    company.merge(number, How::Squash);
    let waits = company.waits();
    assert!(
        waits.stderr.contains(&format!("pull request {number}: no plan was published")),
        "{}",
        waits.stderr
    );
}

#[test]
fn scenario_20_text_on_the_pull_request_decides_nothing() {
    let stores: Vec<_> = [false, true]
        .into_iter()
        .map(|edited| {
            let company = Company::running();
            let number = company.propose("more", deletes_disabled);
            company.plan(number).ends(0);
            if edited {
                let mut state = company.forge.state();
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
            company.merge(number, How::Merge);
            company.apply().ends(0);
            company.store()
        })
        .collect();
    assert_eq!(stores[0], stores[1]);
    assert!(!stores[0].iter().any(|line| line.starts_with("account d-5 ")));
}

#[test]
fn scenario_38_under_another_key_old_records_are_none_and_limits_and_settled_policies_stay() {
    let mut company = Company::running();
    let number = company.propose("more", deletes_disabled);
    company.plan(number).ends(0);
    company.merge(number, How::Merge);
    let (settled, window) = (company.settled(), company.ledger_file("state.json")["window"].clone());
    company.set("ROLEWRIGHT_KEY", "another key");
    let waits = company.waits();
    assert!(waits.stderr.contains("another `ROLEWRIGHT_KEY`"), "{}", waits.stderr);
    assert_eq!(company.settled(), settled);
    assert_eq!(company.ledger_file("state.json")["window"], window);
}

#[test]
fn scenario_44_a_plan_that_was_made_for_another_branch_does_not_count() {
    let company = Company::running();
    company.branch("other");
    company.push(|company| company.edit(LIFECYCLE, "percent: 5", "percent: 4"));
    let number = company.propose("more", deletes_disabled);
    company.forge.state().pull_mut(number).base = "other".to_owned();
    company.plan(number).ends(0);
    company.forge.state().pull_mut(number).base = "main".to_owned();
    company.merge(number, How::Merge);
    let waits = company.waits();
    assert!(waits.stderr.contains("its plan was made for another branch"), "{}", waits.stderr);
}

#[test]
fn scenario_44_what_this_binary_cannot_enforce_is_an_error() {
    let company = Company::running();
    company.edit(crate::support::company::WORKSPACE, "{ forge: github }", "{ forge: github, approvals: 2 }");
    let job = company.path("desk");
    company.run(&job, &["validate"]).ends(1);
}

#[test]
fn scenario_06_ordinary_grants_after_the_plan_are_applied_within_limits() {
    let company = Company::running();
    let number = company.propose("more", |company| {
        let rule = "  - { id: users, group: Telephony users, grant: { callCentre: supervisor } }\n";
        company.edit(RULES, "rules:\n", &format!("rules:\n{rule}"));
    });
    let planned = company.plan(number).ends(0);
    assert!(planned.stdout.contains("4 to grant"), "{}", planned.stdout);
    company.merge(number, How::Merge);
    company.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    assert!(company.apply().ends(0).stdout.contains("Applied: 1 create, 5 grant."));
}

/// So many that their items don't fit into a record.
const MANY: usize = 7_600;

#[test]
fn scenario_14_what_is_too_much_to_list_is_reviewed_by_its_number() {
    let company = Company::new();
    company.edit(LIFECYCLE, "adoption: allow", "adoption: hold");
    super::runs::add_unmanaged(&company, 0..MANY);
    let number = company.propose("first", |_| ());
    company.plan(number).ends(0);
    let body = company.forge.state().ours(number)[0].body.clone();
    assert!(body.contains("by their number") || body.contains("by count"), "{body}");
    assert!(body.len() < 65_536);
    company.merge(number, How::Merge);
    super::runs::add_people(&company, MANY..MANY + 1);
    // One more than was shown: they can't be distinguished, so all of them wait.
    let store = company.path("data/dstny.db");
    assert!(!store.exists());
    super::runs::add_accounts(&company, MANY..MANY + 1);
    let waits = company.apply().ends(4);
    assert!(waits.stderr.contains(&format!("{} changes wait", MANY + 2)), "{}", waits.stderr);
    assert!(company.store().iter().all(|line| !line.starts_with("account x-") || line.ends_with(" - 1")));
    // As many as were shown: they are applied.
    company.sql(&format!("DELETE FROM accounts WHERE id = 'x-{MANY}'"));
    company.apply().ends(0);
    assert!(company.store().iter().all(|line| !line.starts_with("account x-") || !line.ends_with(" - 1")));
}
