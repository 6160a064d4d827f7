//! Commits that would leave the review, the ledger or the history behind (threats H1, H7, H8, H11, H25).

#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{
    APPLICATION, Company, How, LEDGER, LIFECYCLE, RULES, WORKSPACE, deletes_disabled,
};

/// The environment of the worked policies gets a name.
fn renames_environment(company: &Company, previously: &str) {
    let branch = format!("environments: {{ production: {{ branch: main{previously} }} }}");
    company.edit(WORKSPACE, "protectedBranch: main", &branch);
}

fn renames_application(company: &Company) {
    for file in company.desk(&["ls-files", "policies"]).lines() {
        let text = company.read(file);
        company.write(file, &text.replace("application: dstny", "application: phones"));
    }
    company.edit(APPLICATION, "name: dstny", "name: phones");
}

fn drops_review(company: &Company) {
    company.edit(WORKSPACE, "review: { forge: github }", "review: none");
}

fn ledgers(company: &Company) -> String {
    company.remote(&["for-each-ref", "--format=%(refname)", "refs/rolewright"])
}

#[test]
fn h1_a_push_that_leaves_review_and_name_behind_meets_the_old_history() {
    for rename in
        [(|company: &Company| renames_environment(company, "")) as fn(&Company), renames_application, |_| ()]
    {
        let company = Company::running();
        let ledger = company.ledger();
        company.force(|company| {
            rename(company);
            drops_review(company);
            deletes_disabled(company);
        });
        let waits = company.waits();
        assert!(!waits.stdout.contains("done"), "{}", waits.stdout);
        assert!(ledgers(&company).contains(LEDGER), "{}", ledgers(&company));
        let held_by_name = waits.stderr.contains("ledger adopt") && waits.stderr.contains("previously:");
        let held_by_review = waits.stderr.contains("was not shown");
        assert!(held_by_name || held_by_review, "{}", waits.stderr);
        assert!(company.ledger() == ledger || held_by_review);
    }
}

#[test]
fn h1_a_push_that_brings_a_second_application_does_not_bring_its_own_review() {
    let company = Company::running();
    company.force(|company| {
        drops_review(company);
        for file in company.desk(&["ls-files", "policies/dstny"]).lines() {
            let text = company.read(file).replace("application: dstny", "application: phones");
            let text = text.replace("name: dstny", "name: phones").replace("dstny.db", "phones.db");
            std::fs::create_dir_all(company.path("desk/policies/phones")).expect("a folder");
            company.write(&file.replace("policies/dstny", "policies/phones"), &text);
        }
    });
    let waits = company.apply_with(&["--application", "phones"]).ends(4);
    assert!(!waits.stdout.contains("done"), "{}", waits.stdout);
    assert!(!company.path("data/phones.db").exists(), "nothing is read or made");
}

#[test]
fn h1_a_ledger_that_is_lost_is_no_way_out_of_the_review() {
    let company = Company::running();
    company.force(drops_review);
    company.remote(&["update-ref", "-d", LEDGER]);
    let waits = company.waits();
    assert!(waits.stderr.contains("ledger adopt"), "{}", waits.stderr);
    let job = company.clone("origin/main", &[]);
    let adopted = company.run(&job, &["ledger", "adopt"]).ends(0);
    assert!(adopted.stderr.contains("its ledger begins"), "{}", adopted.stderr);
    company.apply().ends(0);
}

#[test]
fn h1_a_rename_that_says_so_is_reviewed_and_carries_the_history_along() {
    let company = Company::running();
    let number = company.propose("rename", |company| renames_environment(company, ", previously: default"));
    company.plan(number).ends(0);
    let before = company.ledger_file("state.json");
    company.merge(number, How::Merge);
    let applied = company.apply().ends(0);
    assert!(applied.stderr.contains("the ledger of `default/dstny` is carried along"), "{}", applied.stderr);
    assert_eq!(ledgers(&company), "refs/rolewright/production/dstny");
    let text = company.remote(&["show", "refs/rolewright/production/dstny:state.json"]);
    let after: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(after["window"], before["window"]);
    assert_eq!(after["settled"]["commit"].as_str(), Some(company.desk(&["rev-parse", "HEAD"]).as_str()));
    assert_eq!(after["seq"].as_u64(), before["seq"].as_u64().map(|runs| runs + 1));
    company.apply().ends(0);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn h1_a_pushed_rename_that_says_so_waits_for_a_person() {
    let company = Company::running();
    company.force(|company| {
        renames_environment(company, ", previously: default");
        drops_review(company);
        deletes_disabled(company);
    });
    company.waits();
    assert_eq!(ledgers(&company), LEDGER);
}

/// A raised limit and a typo; then somebody's pull request corrects the typo.
#[test]
fn h8_whoever_mends_an_error_is_shown_what_came_with_it() {
    let company = Company::running();
    company.force(|company| {
        company.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 90, floor: 30");
        company.edit(LIFECYCLE, "outOfScope:", "outOfScop:");
    });
    let number = company.propose("typo", |company| company.edit(LIFECYCLE, "outOfScop:", "outOfScope:"));
    let planned = company.plan(number).ends(0);
    assert!(planned.stderr.contains("has policies with errors: what changed since"), "{}", planned.stderr);
    assert!(planned.stdout.contains("floor: 30"), "{}", planned.stdout);
    company.merge(number, How::Merge);
    company.apply().ends(0);
}

#[test]
fn h25_without_a_key_a_review_proves_nothing() {
    let mut company = Company::running();
    let number = company.propose("more", deletes_disabled);
    company.unset("ROLEWRIGHT_KEY");
    let refused = company.plan(number).ends(1);
    assert!(refused.stderr.contains("openssl rand -hex 32"), "{}", refused.stderr);
    company.merge(number, How::Merge);
    let refused = company.apply().ends(1);
    assert!(refused.stderr.contains("openssl rand -hex 32"), "{}", refused.stderr);
}

/// Agents lose their right at the end of a day that nobody will think of.
#[test]
fn h7_what_a_date_does_is_shown_for_that_day_and_what_was_not_shown_waits() {
    let mut company = Company::new();
    company.set("ROLEWRIGHT_AS_OF", "2027-03-01");
    company.bring("first", |_| ());
    company.apply().ends(0);
    let number = company.propose("until", |company| {
        let always = "{ id: agents, group: Call centre agents, grant:";
        let until = "{ id: agents, group: Call centre agents, when: { until: '2027-03-10' }, grant:";
        company.edit(RULES, always, until);
    });
    let planned = company.plan(number).ends(0);
    assert!(
        planned.stdout.contains("on 2027-03-11, when something in the policies ends"),
        "{}",
        planned.stdout
    );
    let comment = company.forge.state().ours(number)[0].body.clone();
    assert!(comment.contains("On 2027-03-11") && comment.contains("2 to revoke"), "{comment}");
    company.merge(number, How::Merge);
    let applied = company.apply().ends(0);
    assert!(!applied.stdout.contains("done"), "{}", applied.stdout);
    // One more agent, after everybody looked.
    company.directory("groups: [Support, Call centre supervisors]", "groups: [Support, Call centre agents]");
    company.apply().ends(0);
    company.set("ROLEWRIGHT_AS_OF", "2027-03-11");
    let on_the_day = company.apply().ends(4);
    assert_eq!(on_the_day.stdout.matches("done    revoke").count(), 2, "{}", on_the_day.stdout);
    let next_day = company.apply().ends(4);
    assert!(!next_day.stdout.contains("done"), "{}", next_day.stdout);
    let run = company.last_run();
    company.apply_with(&["--release", &run]).ends(0);
    company.apply().ends(0);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn h11_what_becomes_weaker_is_said_first() {
    let company = Company::running();
    let number = company.propose("weaker", |company| {
        drops_review(company);
        company.edit(WORKSPACE, "review: none", "privacy: names\nreview: none");
        company.edit(WORKSPACE, "[ROLEWRIGHT_]", "[ROLEWRIGHT_, OTHER_]");
        company.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 90, floor: 30");
    });
    company.plan(number).ends(0);
    let comment = company.forge.state().ours(number)[0].body.clone();
    for said in [
        "**The gate changes:** `review github -> none`",
        "`privacy by the repository -> names`",
        "`credentials may be named OTHER_...`",
        "-> 90 % but always 30`",
    ] {
        assert!(comment.contains(said), "{said}\n{comment}");
    }
    let first = comment.find("The gate changes").expect("it is said");
    let rest = comment.find("<sub>").expect("the footer");
    assert!(first < rest, "{comment}");
}
