//! The story of a pull request, from its first push to the run after its merge.

use crate::support::company::{Company, How, LIFECYCLE, MAPPING, deletes_disabled, drops_agents};
use crate::support::playground::Ran;
use std::process::Stdio;

#[test]
fn scenario_01_each_way_to_merge_applies_everything_that_was_shown_and_settles() {
    for how in [How::Merge, How::Squash, How::Rebase] {
        let it = Company::new();
        let number = it.propose("first", |_| ());
        it.plan(number).ends(0);
        let tip = it.merge(number, how);
        let applied = it.apply().ends(0);
        assert!(
            applied.out.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."),
            "{}",
            applied.out
        );
        assert_eq!(it.settled(), tip, "{how:?}");

        // Two commits that change something each, so that a rebase makes two that count.
        let number = it.propose("more", |it| it.edit(LIFECYCLE, "disabled: provision", "disabled: delete"));
        it.push(drops_agents);
        it.plan(number).ends(0);
        let tip = it.merge(number, how);
        let applied = it.apply().ends(0);
        assert!(applied.out.contains("Applied: 1 delete, 2 revoke."), "{how:?} {}", applied.out);
        assert_eq!(it.settled(), tip, "{how:?}");
        let (ledger, store) = (it.ledger(), it.store());
        it.apply().ends(0);
        assert_eq!((it.ledger(), it.store()), (ledger, store), "a second run writes nothing");
        assert!(it.left().ends(0).out.contains("No changes."));
    }
}

#[test]
fn scenario_21_two_jobs_at_once_write_what_was_merged_once() {
    let it = Company::running();
    it.bring("more", |it| {
        deletes_disabled(it);
        drops_agents(it);
    });
    let jobs = [(); 2].map(|()| it.clone("origin/main", &[]));
    let runs = jobs.map(|job| {
        let mut command = it.command(&job, &["apply"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    });
    let said = runs.map(|run| Ran::of(run.wait_with_output().expect("it ends")).ends(0).out);
    let done = said.iter().flat_map(|out| out.lines()).filter(|line| line.starts_with("  done")).count();
    assert_eq!(done, 3, "{said:?}");
    assert_eq!(it.last_run(), "r-2", "who was slower had nothing to do");
}

#[test]
fn scenario_01_twenty_pushes_make_one_comment_that_is_changed_in_place_and_only_when_it_says_something_else()
{
    let it = Company::running();
    let number = it.propose("more", |it| it.edit(MAPPING, "title: jobTitle", "title: department"));
    let mut last = String::new();
    for push in 0..20 {
        match push {
            0 => {}
            odd if odd % 2 == 1 => {
                it.push(|it| it.edit(LIFECYCLE, "disabled: provision", "disabled: delete"));
            }
            _ => drop(it.push(|it| it.edit(LIFECYCLE, "disabled: delete", "disabled: provision"))),
        }
        it.plan(number).ends(0);
        let state = it.forge.state();
        let ours = state.ours(number);
        assert_eq!((ours.len(), ours[0].edits), (1, push), "each of these pushes changes what is shown");
        assert_ne!(ours[0].body, last);
        last.clone_from(&ours[0].body);
    }
    // The same again: the words stay, the record is a new one.
    let checks = it.forge.state().checks.len();
    let said = it.plan(number).ends(0);
    assert!(said.talk.contains("the comment says so already"), "{}", said.talk);
    assert_eq!(it.forge.state().ours(number)[0].edits, 19);
    assert_eq!(it.forge.state().checks.len(), checks + 1);
    // A run of an older push gives way.
    let job = it.clone("origin/more", &[]);
    let wanted = number.to_string();
    let late =
        it.run(&job, &["plan", "--base", "origin/main", "--head", "HEAD~1", "--pull-request", &wanted]);
    assert!(late.ends(0).talk.contains("own run writes the comment"));
    assert_eq!(it.forge.state().ours(number)[0].body, last);
    it.merge(number, How::Squash);
    it.apply().ends(0);
    assert!(it.left().ends(0).out.contains("No changes."));
}
