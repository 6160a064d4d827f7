//! Undoing a run.

use crate::support::company::{Company, How, MAPPING, changes_titles, deletes_disabled, drops_agents, git};
use crate::support::playground::{CommandOutput, Playground};
use std::path::Path;

/// `undo` in a clone. It writes to no application and to no remote.
fn undo(company: &Company, job: &Path, arguments: &[&str]) -> CommandOutput {
    let refs = || company.remote(&["for-each-ref"]);
    let before = (company.store(), refs());
    let ran = company.run(job, &[&["undo"], arguments].concat());
    assert_eq!((company.store(), refs()), before);
    ran
}

#[test]
fn scenario_42_a_run_is_undone_by_a_pull_request_that_undo_prepares() {
    let company = Company::running();
    company.bring("more", |company| {
        deletes_disabled(company);
        changes_titles(company);
    });
    company.apply().ends(0);
    let run = company.last_run();
    company.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    company.apply().ends(0);
    // Later changes stay.
    company.bring("later", drops_agents);
    company.apply().ends(0);

    let job = company.clone("origin/main", &[]);
    let shown = undo(&company, &job, &[&run]).ends(0);
    assert!(shown.stdout.contains("create     erik.holm@contoso.example"), "{}", shown.stdout);
    assert!(shown.stdout.contains("title: \"Sales\" -> \"Account manager\""), "{}", shown.stdout);
    assert!(!shown.stdout.contains("grant"), "{}", shown.stdout);
    assert!(shown.stderr.contains("deleted 1 accounts, which can't come back"), "{}", shown.stderr);

    let nobody = undo(&company, &job, &[&run, "--branch", "take-back"]).ends(1);
    assert!(nobody.stderr.contains("user.name"), "{}", nobody.stderr);
    for (name, value) in [("user.name", "Ida"), ("user.email", "ida@contoso.example")] {
        git(&job, &["config", name, value]);
    }
    undo(&company, &job, &[&run, "--branch", "no branch"]).ends(1);
    undo(&company, &job, &[&run, "--branch", "take-back"]).ends(0);
    undo(&company, &job, &[&run, "--branch", "take-back"]).ends(1);
    assert_eq!(git(&job, &["rev-parse", "take-back~1"]), git(&job, &["rev-parse", "origin/main"]));
    let changed = git(&job, &["diff", "--name-only", "origin/main", "take-back"]);
    assert_eq!(changed, "policies/dstny/attribute-mapping.yaml\npolicies/dstny/lifecycle.yaml");

    git(&job, &["push", "-q", "origin", "take-back"]);
    let number = company.forge.open("take-back", "main");
    company.plan(number).ends(0);
    company.merge(number, How::Squash);
    assert!(company.apply().ends(0).stdout.contains("1 create"));
    assert!(company.left().ends(0).stdout.contains("No changes."));
    let again = undo(&company, &company.clone("origin/main", &[]), &[&run]).ends(0);
    assert!(again.stderr.contains("nothing to undo"), "{}", again.stderr);
}

#[test]
fn scenario_42_policies_that_moved_on_where_the_run_changed_them_are_a_conflict() {
    let company = Company::running();
    company.bring("more", changes_titles);
    company.apply().ends(0);
    let run = company.last_run();
    company.bring("later", |company| company.edit(MAPPING, "title: department", "title: city"));
    company.apply().ends(0);
    let job = company.clone("origin/main", &[]);
    let conflict = undo(&company, &job, &[&run, "--branch", "take-back"]).ends(4);
    assert!(conflict.stderr.contains("policies/dstny/attribute-mapping.yaml"), "{}", conflict.stderr);
    assert!(conflict.stdout.contains("\"Account manager\""), "{}", conflict.stdout);
    assert_eq!(git(&job, &["branch", "--list", "take-back"]), "");
}

#[test]
fn scenario_42_a_run_that_settled_nothing_has_nothing_to_undo() {
    let company = Company::running();
    company.directory("givenName: Gustav", "mobilePhone: '+4520112207'\n    givenName: Gustav");
    company.apply().ends(0);
    let job = company.clone("origin/main", &[]);
    let nothing = undo(&company, &job, &[&company.last_run()]).ends(1);
    assert!(nothing.stderr.contains("applied no new policies"), "{}", nothing.stderr);
    let first = undo(&company, &job, &["r-1"]).ends(1);
    assert!(first.stderr.contains("the first policies"), "{}", first.stderr);
    let unknown = undo(&company, &job, &["r-99"]).ends(1);
    assert!(unknown.stderr.contains("`rolewright history` lists them"), "{}", unknown.stderr);
}

#[test]
fn scenario_42_where_the_policies_are_all_of_the_repository_and_nobody_reviews() {
    let playground = Playground::new();
    for part in ["workspace.yaml", "dstny", "directories"] {
        playground.git(&["mv", &format!("policies/{part}"), part]);
    }
    playground.commit("Policies alone");
    playground.run(&["apply", "-C", "."]).ends(0);
    playground.edit("dstny/attribute-mapping.yaml", "title: jobTitle", "title: department");
    playground.commit("Other titles");
    playground.run(&["apply", "-C", "."]).ends(0);
    playground.git(&["config", "user.name", "Ida"]);
    playground.git(&["config", "user.email", "ida@contoso.example"]);
    let shown = playground.run(&["undo", "-C", ".", "r-2", "--branch", "take-back"]).ends(0);
    assert!(shown.stdout.contains("title: \"Sales\" -> \"Account manager\""), "{}", shown.stdout);
    assert_eq!(playground.git(&["diff", "--name-only", "main~1", "take-back"]), "");
    assert_eq!(playground.git(&["rev-parse", "take-back~1"]), playground.git(&["rev-parse", "main"]));
}
