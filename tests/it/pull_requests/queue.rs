//! A merge queue: what its commits would do is judged before they are merged.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use crate::support::company::{Company, LIFECYCLE, deletes_disabled, drops_agents};
use crate::support::playground::Ran;

/// Puts a pull request's branch on top of a commit, as the queue does; the queue's commit and branch.
fn queued(it: &Company, number: u64, base: &str) -> (String, String) {
    let branch = it.forge.state().pull_mut(number).branch.clone();
    it.desk(&["fetch", "-q", "origin"]);
    it.desk(&["checkout", "-q", "--detach", base]);
    it.desk(&["merge", "-q", "--no-ff", "-m", "Queue", &format!("origin/{branch}")]);
    let branch = format!("refs/heads/gh-readonly-queue/main/pr-{number}-{base}");
    it.desk(&["push", "-q", "--force", "origin", &format!("HEAD:{branch}")]);
    (it.desk(&["rev-parse", "HEAD"]), branch)
}

/// The job of a merge group. It writes nothing anywhere.
fn check(it: &Company, base: &str, (head, branch): &(String, String)) -> Ran {
    let (store, ledger, writes) = (it.store(), it.ledger(), it.forge.writes());
    let job = it.clone(head, &[]);
    let arguments = ["check", "--base", base, "--head", head];
    let mut command = it.command(&job, &arguments);
    command.env("GITHUB_REF", branch).env("GITHUB_EVENT_NAME", "merge_group");
    let ran = Ran::of(command.output().expect("the binary starts"));
    assert_eq!((it.store(), it.ledger(), it.forge.writes()), (store, ledger, writes));
    ran
}

#[test]
fn scenario_19_what_only_two_together_do_is_stopped_in_the_queue() {
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
    let main = it.desk(&["rev-parse", "origin/main"]);
    let one = queued(&it, first, &main);
    let two = queued(&it, second, &one.0);
    assert!(check(&it, &main, &one).ends(0).talk.contains("all would flow"));
    for base in [&one.0, &main] {
        let stopped = check(&it, base, &two).ends(4);
        assert!(stopped.out.contains("jens.nord@contoso.example"), "{}", stopped.out);
        assert!(!stopped.out.contains("erik.holm"), "{}", stopped.out);
        assert!(stopped.talk.contains("1 changes would wait for a person"), "{}", stopped.talk);
    }
    // Alone, the second may pass.
    check(&it, &main, &queued(&it, second, &main)).ends(0);
}

#[test]
fn scenario_19_who_was_not_planned_or_trips_a_limit_or_cannot_be_read_is_stopped() {
    let it = Company::running();
    let main = it.desk(&["rev-parse", "origin/main"]);
    let unplanned = it.propose("unplanned", deletes_disabled);
    let stopped = check(&it, &main, &queued(&it, unplanned, &main)).ends(4);
    assert!(stopped.talk.contains("no plan was published on its last commit"), "{}", stopped.talk);
    let tripping = it.propose("tripping", |it| {
        deletes_disabled(it);
        it.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 1, floor: 0");
    });
    it.plan(tripping).ends(3);
    check(&it, &main, &queued(&it, tripping, &main)).ends(3);
    let tidy = it.propose("tidy", |it| it.edit(LIFECYCLE, "unmanaged: keep", "unmanaged:   keep"));
    let fine = check(&it, &main, &queued(&it, tidy, &main)).ends(0);
    assert!(fine.talk.contains("proven without effect"), "{}", fine.talk);
    it.plan(unplanned).ends(0);
    let queue = queued(&it, unplanned, &main);
    check(&it, &main, &queue).ends(0);
    std::fs::remove_file(it.path("data/directories/people.yaml")).expect("a file goes");
    check(&it, &main, &queue).ends(7);
}
