//! The worked policies of `policies/`, as shipped: after one apply the plan is empty.

use crate::support::playground::Playground;

/// Plans, applies, and plans again; `waiting` is what a person must release first.
fn is_applied(application: &str, applied: &str, waiting: Option<&str>) {
    let mut playground = Playground::of(&[application]).at_any_hour(application);
    // The stored state under `authority: untilSourceChanges` needs a key.
    playground.secret("ROLEWRIGHT_KEY", "a key of the tests");
    let only = ["--application", application];
    let run = |words: &[&str]| playground.run(&[words, &only].concat());
    run(&["validate"]).ends(0);
    run(&["test", "--require-coverage", "--mutate"]).ends(0);
    run(&["plan", "--detailed-exitcode"]).ends(2);
    let first = run(&["apply"]).ends(if waiting.is_some() { 4 } else { 0 });
    assert!(first.stdout.contains(applied), "{}", first.stdout);
    if let Some(waiting) = waiting {
        assert!(first.stderr.contains("for a person: "), "{}", first.stderr);
        let second = run(&["plan"]).ends(0).stdout;
        assert!(second.contains(waiting), "{second}");
        run(&["apply", "--release", "r-1"]).ends(0);
    }
    assert!(run(&["plan", "--detailed-exitcode"]).ends(0).stdout.contains("No changes."));
}

#[test]
fn pronestor_is_applied_and_the_second_plan_is_empty() {
    let applied = "Applied: 1 adopt, 6 create, 2 deactivate, 26 grant, 1 reactivate, 7 revoke, 1 update.";
    is_applied("pronestor", applied, Some("? adopt      olga.zeuthen"));
}

#[test]
fn pronestor_with_one_location_is_applied_and_the_second_plan_is_empty() {
    let applied = "Applied: 1 adopt, 3 create, 2 deactivate, 12 grant, 5 revoke.";
    is_applied("pronestor-one-location", applied, None);
}

#[test]
fn promapp_is_applied_and_the_second_plan_is_empty() {
    is_applied("promapp", "Applied: 1 adopt, 3 create, 3 deactivate, 9 grant, 1 update.", None);
}

#[test]
fn pulseway_is_applied_and_the_second_plan_is_empty() {
    let applied = "Applied: 1 adopt, 2 archive, 4 create, 2 deactivate, 6 grant, 5 revoke.";
    is_applied("pulseway", applied, None);
}

#[test]
fn dstny_is_applied_and_the_second_plan_is_empty() {
    is_applied("dstny", "Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update.", None);
}

#[test]
fn who_is_skipped_by_a_constraint_is_explained_as_out_of_scope() {
    let playground = Playground::of(&["pronestor"]);
    let skipped = playground.run(&["explain", "dagny.olsson@contoso.example"]).ends(0).stdout;
    assert!(skipped.contains("out of scope by the constraint `local-booker`"), "{skipped}");
    assert!(!skipped.contains("  in scope"), "{skipped}");
    let dropped = playground.run(&["explain", "gerda.rask@contoso.example"]).ends(0).stdout;
    assert!(dropped.contains("drops `localRole=catering_manager@London`"), "{dropped}");
    assert!(dropped.contains("  in scope"), "{dropped}");
}

#[test]
fn the_schedule_keeps_clear_of_the_restart_of_the_site() {
    let playground = Playground::of(&["pronestor"]);
    playground.run(&["validate"]).ends(0);
    let next = playground.run(&["schedule", "--count", "1", "--from", "2027-07-01T00:00:00Z"]).ends(0).stdout;
    assert!(next.contains("2027-07-01T03:30:00Z"), "{next}");
    playground.edit("policies/pronestor/application.yaml", "daily: ['03:30']", "daily: ['02:00']");
    let found = playground.run(&["validate"]);
    assert!(found.stdout.contains("check/schedule"), "{}", found.stdout);
}
