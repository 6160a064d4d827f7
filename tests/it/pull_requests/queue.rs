//! A merge queue: the effects of its commits are checked before they are merged.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{Company, How, LIFECYCLE, RULES, deletes_disabled, drops_agents};
use crate::support::playground::CommandOutput;

/// Puts a pull request's branch on top of a commit, as the queue does; gives the queue's commit and branch.
fn queued(company: &Company, number: u64, base: &str) -> (String, String) {
    let branch = company.forge.state().pull_mut(number).branch.clone();
    company.desk(&["fetch", "-q", "origin"]);
    company.desk(&["checkout", "-q", "--detach", base]);
    company.desk(&["merge", "-q", "--no-ff", "-m", "Queue", &format!("origin/{branch}")]);
    let branch = format!("refs/heads/gh-readonly-queue/main/pr-{number}-{base}");
    company.desk(&["push", "-q", "--force", "origin", &format!("HEAD:{branch}")]);
    (company.desk(&["rev-parse", "HEAD"]), branch)
}

/// The job of a merge group. It writes nothing.
fn check(company: &Company, base: &str, (head, branch): &(String, String)) -> CommandOutput {
    let (store, ledger, writes) = (company.store(), company.ledger(), company.forge.writes());
    let job = company.clone(head, &[]);
    let arguments = ["check", "--base", base, "--head", head];
    let mut command = company.command(&job, &arguments);
    command.env("GITHUB_REF", branch).env("GITHUB_EVENT_NAME", "merge_group");
    let ran = CommandOutput::of(command.output().expect("the binary starts"));
    assert_eq!((company.store(), company.ledger(), company.forge.writes()), (store, ledger, writes));
    ran
}

#[test]
fn scenario_19_what_only_two_together_do_is_stopped_in_the_queue() {
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
    let main = company.desk(&["rev-parse", "origin/main"]);
    let one = queued(&company, first, &main);
    let two = queued(&company, second, &one.0);
    assert!(check(&company, &main, &one).ends(0).stderr.contains("all of it would be applied"));
    for base in [&one.0, &main] {
        let stopped = check(&company, base, &two).ends(4);
        assert!(stopped.stdout.contains("jens.nord@contoso.example"), "{}", stopped.stdout);
        assert!(!stopped.stdout.contains("erik.holm"), "{}", stopped.stdout);
        assert!(stopped.stderr.contains("1 change would wait for a person"), "{}", stopped.stderr);
    }
    // Without the first, the second may pass.
    check(&company, &main, &queued(&company, second, &main)).ends(0);
}

/// Each revokes fewer rights than the limit allows, both together revoke more.
#[test]
fn a7_two_pull_requests_that_exceed_a_limit_only_together_are_stopped() {
    let company = Company::running_with(|company| {
        company.edit(LIFECYCLE, "limits:\n", "limits:\n  - { change: revoke, count: 2 }\n");
        let rule = "  - { id: supervisors,";
        company.edit(
            RULES,
            rule,
            &format!("  # Between the rules,\n  # so that changes\n  # of both merge.\n{rule}"),
        );
    });
    let agents = company.propose("agents", drops_agents);
    let supervisors = company.propose("supervisors", |company| {
        company.edit(RULES, "group: Call centre supervisors", "group: Process trainees");
    });
    company.plan(agents).ends(0);
    company.plan(supervisors).ends(0);
    let main = company.desk(&["rev-parse", "origin/main"]);
    let first = queued(&company, agents, &main);
    let second = queued(&company, supervisors, &first.0);
    check(&company, &main, &first).ends(0);
    check(&company, &main, &second).ends(3);
    // Even when both are merged, no change of either is made.
    company.merge(agents, How::Merge);
    company.merge(supervisors, How::Merge);
    let store = company.store();
    let refused = company.apply().ends(3);
    assert!(refused.stdout.contains("`revoke`"), "{}", refused.stdout);
    assert_eq!(company.store(), store);
}

#[test]
fn scenario_19_who_was_not_planned_or_trips_a_limit_or_cannot_be_read_is_stopped() {
    let company = Company::running();
    let main = company.desk(&["rev-parse", "origin/main"]);
    let unplanned = company.propose("unplanned", deletes_disabled);
    let stopped = check(&company, &main, &queued(&company, unplanned, &main)).ends(4);
    assert!(stopped.stderr.contains("no plan was published on its last commit"), "{}", stopped.stderr);
    let tripping = company.propose("tripping", |company| {
        deletes_disabled(company);
        company.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 1, floor: 0");
    });
    company.plan(tripping).ends(3);
    check(&company, &main, &queued(&company, tripping, &main)).ends(3);
    let tidy =
        company.propose("tidy", |company| company.edit(LIFECYCLE, "unmanaged: keep", "unmanaged:   keep"));
    let fine = check(&company, &main, &queued(&company, tidy, &main)).ends(0);
    assert!(fine.stderr.contains("no effect"), "{}", fine.stderr);
    company.plan(unplanned).ends(0);
    let queue = queued(&company, unplanned, &main);
    check(&company, &main, &queue).ends(0);
    std::fs::remove_file(company.path("data/directories/people.yaml")).expect("a file goes");
    check(&company, &main, &queue).ends(7);
}
