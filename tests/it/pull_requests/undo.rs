//! Taking back what a run settled.

use crate::support::company::{Company, How, MAPPING, changes_titles, deletes_disabled, drops_agents, git};
use crate::support::playground::{Playground, Ran};
use std::path::Path;

/// `undo` in a clone. It writes to no application and to no remote.
fn undo(it: &Company, job: &Path, arguments: &[&str]) -> Ran {
    let refs = || it.remote(&["for-each-ref"]);
    let before = (it.store(), refs());
    let ran = it.run(job, &[&["undo"], arguments].concat());
    assert_eq!((it.store(), refs()), before);
    ran
}

#[test]
fn scenario_42_a_run_is_undone_by_a_pull_request_that_undo_prepares() {
    let it = Company::running();
    it.bring("more", |it| {
        deletes_disabled(it);
        changes_titles(it);
    });
    it.apply().ends(0);
    let run = it.last_run();
    it.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    it.apply().ends(0);
    // What came later stays.
    it.bring("later", drops_agents);
    it.apply().ends(0);

    let job = it.clone("origin/main", &[]);
    let shown = undo(&it, &job, &[&run]).ends(0);
    assert!(shown.out.contains("create     erik.holm@contoso.example"), "{}", shown.out);
    assert!(shown.out.contains("title: \"Sales\" -> \"Account manager\""), "{}", shown.out);
    assert!(!shown.out.contains("grant"), "{}", shown.out);
    assert!(shown.talk.contains("deleted 1 accounts, which can't come back"), "{}", shown.talk);

    let nobody = undo(&it, &job, &[&run, "--branch", "take-back"]).ends(1);
    assert!(nobody.talk.contains("user.name"), "{}", nobody.talk);
    for (name, value) in [("user.name", "Ida"), ("user.email", "ida@contoso.example")] {
        git(&job, &["config", name, value]);
    }
    undo(&it, &job, &[&run, "--branch", "no branch"]).ends(1);
    undo(&it, &job, &[&run, "--branch", "take-back"]).ends(0);
    undo(&it, &job, &[&run, "--branch", "take-back"]).ends(1);
    assert_eq!(git(&job, &["rev-parse", "take-back~1"]), git(&job, &["rev-parse", "origin/main"]));
    let changed = git(&job, &["diff", "--name-only", "origin/main", "take-back"]);
    assert_eq!(changed, "policies/dstny/attribute-mapping.yaml\npolicies/dstny/lifecycle.yaml");

    git(&job, &["push", "-q", "origin", "take-back"]);
    let number = it.forge.open("take-back", "main");
    it.plan(number).ends(0);
    it.merge(number, How::Squash);
    assert!(it.apply().ends(0).out.contains("1 create"));
    assert!(it.left().ends(0).out.contains("No changes."));
    let again = undo(&it, &it.clone("origin/main", &[]), &[&run]).ends(0);
    assert!(again.talk.contains("nothing to take back"), "{}", again.talk);
}

#[test]
fn scenario_42_policies_that_moved_on_where_the_run_changed_them_are_a_conflict() {
    let it = Company::running();
    it.bring("more", changes_titles);
    it.apply().ends(0);
    let run = it.last_run();
    it.bring("later", |it| it.edit(MAPPING, "title: department", "title: city"));
    it.apply().ends(0);
    let job = it.clone("origin/main", &[]);
    let conflict = undo(&it, &job, &[&run, "--branch", "take-back"]).ends(4);
    assert!(conflict.talk.contains("policies/dstny/attribute-mapping.yaml"), "{}", conflict.talk);
    assert!(conflict.out.contains("\"Account manager\""), "{}", conflict.out);
    assert_eq!(git(&job, &["branch", "--list", "take-back"]), "");
}

#[test]
fn scenario_42_a_run_that_settled_nothing_has_nothing_to_undo() {
    let it = Company::running();
    it.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    it.apply().ends(0);
    let job = it.clone("origin/main", &[]);
    let nothing = undo(&it, &job, &[&it.last_run()]).ends(1);
    assert!(nothing.talk.contains("settled nothing"), "{}", nothing.talk);
    let first = undo(&it, &job, &["r-1"]).ends(1);
    assert!(first.talk.contains("the first policies"), "{}", first.talk);
    let unknown = undo(&it, &job, &["r-99"]).ends(1);
    assert!(unknown.talk.contains("`rolewright history` lists them"), "{}", unknown.talk);
}

#[test]
fn scenario_42_where_the_policies_are_all_of_the_repository_and_nobody_reviews() {
    let it = Playground::new();
    for part in ["workspace.yaml", "dstny", "directories"] {
        it.git(&["mv", &format!("policies/{part}"), part]);
    }
    it.commit("Policies alone");
    it.run(&["apply", "-C", "."]).ends(0);
    it.edit("dstny/attribute-mapping.yaml", "title: jobTitle", "title: department");
    it.commit("Other titles");
    it.run(&["apply", "-C", "."]).ends(0);
    it.git(&["config", "user.name", "Ida"]);
    it.git(&["config", "user.email", "ida@contoso.example"]);
    let shown = it.run(&["undo", "-C", ".", "r-2", "--branch", "take-back"]).ends(0);
    assert!(shown.out.contains("title: \"Sales\" -> \"Account manager\""), "{}", shown.out);
    assert_eq!(it.git(&["diff", "--name-only", "main~1", "take-back"]), "");
    assert_eq!(it.git(&["rev-parse", "take-back~1"]), it.git(&["rev-parse", "main"]));
}
