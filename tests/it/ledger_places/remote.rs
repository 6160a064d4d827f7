//! Remotes that disappear, refuse, or never answer.
#![cfg(unix)]

use super::{INSTANCE, REF, World, done, open, run};
use crate::support::repository::TestRepository;
use rolewright::ledger::{Ledger, LedgerError, LedgerPlace, Remote};
use std::time::Duration;

#[test]
fn scenario_31_an_answer_lost_on_the_way_is_recognised() {
    let world = World::remote(1);
    let ledger = world.ledger(0);
    let loaded = ledger.load().unwrap();
    // The remote stops after it accepted the commit and before it answers.
    world.home().hook("reference-transaction", "test \"$1\" != committed || kill -9 $PPID");
    let (pushed, state, _) = open(&ledger, &loaded);
    let head = done(pushed);
    assert!(world.value().is_some());
    done(ledger.replace(&head, &state, None).unwrap());
}

#[test]
fn scenario_31_a_remote_that_died_before_it_took_it_is_an_error() {
    let world = World::remote(1);
    let ledger = world.ledger(0);
    run(&ledger, None);
    let (before, loaded) = (world.value(), ledger.load().unwrap());
    world.home().hook("pre-receive", "kill -9 $PPID");
    let record = super::record(&loaded.state);
    let state = loaded.state.clone().opened(&record);
    let error = ledger.add(&loaded.head, &state, None, &record).unwrap_err();
    assert!(matches!(error, LedgerError::Remote(_)), "{error}");
    assert_eq!(world.value(), before);
}

#[test]
fn a_remote_that_refuses_every_push_is_an_error_not_a_race() {
    let world = World::remote(1);
    let ledger = world.ledger(0);
    let loaded = ledger.load().unwrap();
    world.home().hook("pre-receive", "echo this ref is protected >&2; exit 1");
    let record = super::record(&loaded.state);
    let state = loaded.state.clone().opened(&record);
    let error = ledger.add(&loaded.head, &state, None, &record).unwrap_err();
    assert!(error.to_string().contains("this ref is protected"), "{error}");
}

#[test]
fn a_remote_that_is_gone_is_an_error() {
    let world = World::remote(1);
    let World::Remote { clones, .. } = &world else { unreachable!() };
    clones[0].git(&["remote", "set-url", "origin", "file:///nowhere/at-all"]);
    assert!(matches!(world.ledger(0).load().unwrap_err(), LedgerError::Remote(_)));
}

#[test]
fn a_remote_that_never_answers_is_an_error() {
    let world = World::remote(1);
    let World::Remote { clones, .. } = &world else { unreachable!() };
    let git = clones[0].git_folder();
    let slow = Remote::new(&clones[0].path(), "origin").with_timeout(Duration::from_millis(300));
    let ledger = Ledger::open(&git, &LedgerPlace::default(), INSTANCE, Some(slow)).unwrap();
    clones[0].git(&["config", "remote.origin.uploadpack", "sleep 5; git-upload-pack"]);
    let error = ledger.load().unwrap_err();
    assert!(error.to_string().contains("no answer within"), "{error}");
}

#[test]
fn the_users_hooks_do_not_run() {
    let world = World::remote(1);
    let World::Remote { clones, .. } = &world else { unreachable!() };
    for hook in ["pre-push", "reference-transaction", "post-checkout"] {
        clones[0].hook(hook, "exit 1");
    }
    // The second fetches what the first pushed, which moves a ref of the clone.
    run(&world.ledger(0), None);
    assert_eq!(run(&world.ledger(0), None).seq, 2);
}

#[test]
fn passwords_in_urls_are_not_shown() {
    let world = World::remote(1);
    let World::Remote { clones, .. } = &world else { unreachable!() };
    clones[0].git(&["remote", "set-url", "origin", "http://robot:hunter2@127.0.0.1:9/x.git"]);
    let error = world.ledger(0).load().unwrap_err().to_string();
    assert!(error.contains("127.0.0.1") && !error.contains("hunter2"), "{error}");
}

#[test]
fn what_another_clone_pushed_last_is_what_is_read() {
    let world = World::remote(2);
    let (one, two) = (world.ledger(0), world.ledger(1));
    run(&one, None);
    assert_eq!(two.load().unwrap().state.seq, 1);
    // Instead of the commit that the other clone has, as a renewal does.
    let loaded = one.load().unwrap();
    let (pushed, mut state, _) = open(&one, &loaded);
    let head = done(pushed);
    two.load().unwrap();
    state.open.as_mut().unwrap().beat = 5;
    done(one.replace(&head, &state, None).unwrap());
    assert_eq!(two.load().unwrap().state.open.unwrap().beat, 5);
}

#[test]
fn a_shallow_checkout_of_one_branch_is_enough() {
    let World::Remote { bare, .. } = World::remote(0) else { unreachable!() };
    let clone = bare.cloned(&["--depth", "1", "--single-branch"]);
    let git = clone.git_folder();
    let ledger =
        Ledger::open(&git, &LedgerPlace::default(), INSTANCE, Some(Remote::new(&clone.path(), "origin")))
            .unwrap();
    let tree = clone.git(&["rev-parse", "HEAD:policies"]);
    run(&ledger, Some((&tree, super::settled("0"))));
    assert_eq!(bare.git(&["rev-parse", &format!("{REF}:settled")]), tree);
    assert_eq!(run(&ledger, None).seq, 2);
}

#[test]
fn only_the_ledger_is_pushed() {
    let world = World::remote(1);
    let World::Remote { clones, .. } = &world else { unreachable!() };
    let clone: &TestRepository = &clones[0];
    clone.git(&["config", "push.followTags", "true"]);
    clone.git(&["config", "push.gpgSign", "true"]);
    clone.git(&["tag", "-a", "v1", "-m", "mine"]);
    run(&world.ledger(0), None);
    assert_eq!(world.home().git(&["for-each-ref", "--format=%(refname)"]), format!("refs/heads/main\n{REF}"));
}
