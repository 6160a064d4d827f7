//! What a screen says of a run or a person is so: history of runs that wrote nothing, names that lead to a person, what the
//! doctor accepts.
#![expect(clippy::disallowed_methods, reason = "a playground is made of files")]

use crate::support::playground::Playground;

const LIFECYCLE: &str = "policies/dstny/lifecycle.yaml";

#[test]
fn the_history_of_a_refused_run_says_that_nothing_was_written() {
    let playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    playground.edit(LIFECYCLE, "{ change: removal, percent: 5, floor: 3 }", "{ change: removal, count: 0 }");
    playground.edit(
        "policies/directories/people.yaml",
        "groups: [Support, Call centre supervisors]",
        "groups: []",
    );
    playground.commit("Nobody may go");
    playground.run(&["apply"]).ends(3);
    let history = playground.run(&["history"]).ends(0).stdout;
    let refused = history.lines().find(|line| line.contains("  refused ")).expect("a refused run");
    assert!(refused.contains("  nothing written: ") && refused.ends_with(" planned"), "{history}");
    let done = history.lines().find(|line| line.contains("  done ")).expect("a run");
    assert!(done.contains("  1 adopt, 1 create, 2 delete"), "{history}");
}

#[test]
fn plan_and_explain_take_the_same_names() {
    let playground = Playground::new();
    let names = [
        "a1000000-0000-4000-8000-000000000002",
        "BO.DAHL@contoso.example",
        "d-2", // the account's id
    ];
    for name in names {
        let explained = playground.run(&["explain", name]).ends(0).stdout;
        assert!(
            explained.starts_with("dstny: user `a1000000-0000-4000-8000-000000000002`"),
            "{name}: {explained}"
        );
        let planned = playground.run(&["plan", "--user", name]).ends(0).stdout;
        assert!(planned.contains("~ update     bo.dahl@contoso.example"), "{name}: {planned}");
    }
    let nobody = playground.run(&["explain", "nobody"]).ends(1);
    assert!(nobody.stderr.contains("no user and no account has the id"), "{}", nobody.stderr);
}

#[test]
fn an_account_whose_user_is_gone_is_explained() {
    let playground = Playground::new();
    let explained = playground.run(&["explain", "karl.olsen@contoso.example"]).ends(0).stdout;
    for part in ["account `", "without a user", "no directory has the user `", "planned", "delete"] {
        assert!(explained.contains(part), "`{part}` in\n{explained}");
    }
}

#[test]
fn the_doctor_does_not_pass_over_placeholders() {
    let playground = Playground::new();
    std::fs::create_dir_all(playground.path(".github/workflows")).expect("a folder");
    playground.write(".github/CODEOWNERS", "* @OWNER/security\n");
    let commit = "0".repeat(40);
    playground.write(
        ".github/workflows/plan.yml",
        &format!("jobs:\n  plan:\n    steps:\n      - uses: company/rolewright/plan@{commit} # v1\n"),
    );
    let told = playground.run(&["doctor"]).ends(1).stdout;
    assert!(told.contains("`@OWNER/security` in `CODEOWNERS` is a placeholder"), "{told}");
    assert!(told.contains("`.github/workflows/plan.yml:4` gets Rolewright from a placeholder"), "{told}");
    playground.write(".github/CODEOWNERS", "* @company/security\n");
    let workflow = playground.read(".github/workflows/plan.yml").replace(&commit, &"a".repeat(40));
    playground.write(".github/workflows/plan.yml", &workflow);
    let told = playground.run(&["doctor"]).ends(0).stdout;
    assert!(!told.contains("placeholder"), "{told}");
}

#[test]
fn dates_that_end_are_told_in_full_where_they_can_be_acted_on() {
    let playground = Playground::new();
    playground.edit(
        "policies/dstny/exclusions.yaml",
        "exclude:",
        "exclude:\n  - { id: over, when: { user: mail, equals: x }, until: '2026-01-01', reason: x }",
    );
    playground.commit("An exclusion that is over");
    assert!(playground.run(&["validate"]).ends(0).stdout.contains("check/until"));
    let planned = playground.run(&["plan"]).ends(0);
    assert!(!planned.stderr.contains("check/until"), "{}", planned.stderr);
    assert!(
        planned
            .stderr
            .contains("1 date in the policies ends soon or is over: `rolewright validate` shows it")
    );
}
