//! A pull request from its first push to the run after its merge.

use crate::support::company::{Company, How, LIFECYCLE, MAPPING, deletes_disabled, drops_agents};
use crate::support::playground::CommandOutput;
use std::process::Stdio;

#[test]
fn scenario_01_each_way_to_merge_applies_everything_that_was_shown_and_settles() {
    for how in [How::Merge, How::Squash, How::Rebase] {
        let company = Company::new();
        let number = company.propose("first", |_| ());
        company.plan(number).ends(0);
        let tip = company.merge(number, how);
        let applied = company.apply().ends(0);
        assert!(
            applied.stdout.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."),
            "{}",
            applied.stdout
        );
        assert_eq!(company.settled(), tip, "{how:?}");

        // Two commits that each change something, so that a rebase makes two that count.
        let number = company
            .propose("more", |company| company.edit(LIFECYCLE, "disabled: provision", "disabled: delete"));
        company.push(drops_agents);
        company.plan(number).ends(0);
        let tip = company.merge(number, how);
        let applied = company.apply().ends(0);
        assert!(applied.stdout.contains("Applied: 1 delete, 2 revoke."), "{how:?} {}", applied.stdout);
        assert_eq!(company.settled(), tip, "{how:?}");
        let (ledger, store) = (company.ledger(), company.store());
        company.apply().ends(0);
        assert_eq!((company.ledger(), company.store()), (ledger, store), "a second run writes nothing");
        assert!(company.left().ends(0).stdout.contains("No changes."));
    }
}

#[test]
fn scenario_21_two_jobs_at_once_write_what_was_merged_once() {
    let company = Company::running();
    company.bring("more", |company| {
        deletes_disabled(company);
        drops_agents(company);
    });
    let jobs = [(); 2].map(|()| company.clone("origin/main", &[]));
    let runs = jobs.map(|job| {
        let mut command = company.command(&job, &["apply"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    });
    let said = runs.map(|run| CommandOutput::of(run.wait_with_output().expect("it ends")).ends(0).stdout);
    let done = said.iter().flat_map(|out| out.lines()).filter(|line| line.starts_with("  done")).count();
    assert_eq!(done, 3, "{said:?}");
    assert_eq!(company.last_run(), "r-2", "who was slower had nothing to do");
}

#[test]
fn scenario_01_twenty_pushes_make_one_comment_that_is_changed_in_place_and_only_when_it_says_something_else()
{
    let company = Company::running();
    let number =
        company.propose("more", |company| company.edit(MAPPING, "title: jobTitle", "title: department"));
    let mut last = String::new();
    for push in 0..20 {
        match push {
            0 => {}
            odd if odd % 2 == 1 => {
                company.push(|company| company.edit(LIFECYCLE, "disabled: provision", "disabled: delete"));
            }
            _ => drop(
                company.push(|company| company.edit(LIFECYCLE, "disabled: delete", "disabled: provision")),
            ),
        }
        company.plan(number).ends(0);
        let state = company.forge.state();
        let ours = state.ours(number);
        assert_eq!((ours.len(), ours[0].edits), (1, push), "each of these pushes changes what is shown");
        assert_ne!(ours[0].body, last);
        last.clone_from(&ours[0].body);
    }
    // The same again: the text stays, the record is new.
    let checks = company.forge.state().checks.len();
    let said = company.plan(number).ends(0);
    assert!(said.stderr.contains("the comment is unchanged"), "{}", said.stderr);
    assert_eq!(company.forge.state().ours(number)[0].edits, 19);
    assert_eq!(company.forge.state().checks.len(), checks + 1);
    // A job for an older push stops.
    let job = company.clone("origin/more", &[]);
    let wanted = number.to_string();
    let late =
        company.run(&job, &["plan", "--base", "origin/main", "--head", "HEAD~1", "--pull-request", &wanted]);
    assert!(late.ends(0).stderr.contains("the run of that commit writes the comment"));
    assert_eq!(company.forge.state().ours(number)[0].body, last);
    company.merge(number, How::Squash);
    company.apply().ends(0);
    assert!(company.left().ends(0).stdout.contains("No changes."));
}
