//! A run that died, and the run that takes over, in simulated time.

use super::{World, counts, done, items, open, record};
use rolewright::gate::{DEAD_AFTER, Lease, POLL_EVERY, RENEW_EVERY, State, Watch, Watched};
use rolewright::ledger::Pushed;
use std::time::Duration;

const CALL: Duration = Duration::from_secs(30);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn scenario_32_no_write_starts_that_could_end_after_a_takeover() {
    let mut lease = Lease::new(seconds(0));
    assert!(lease.may_write(seconds(210), CALL), "300 s less 60 s less the call's 30 s");
    assert!(!lease.may_write(seconds(210) + Duration::from_millis(1), CALL));
    assert!(!lease.may_write(seconds(1), seconds(240)), "a call that may take all the time there is");
    lease.renewed(seconds(60));
    assert!(lease.may_write(seconds(270), CALL));
    assert!(!lease.may_write(seconds(271), CALL));
}

#[test]
fn scenario_32_renewals_are_due_every_minute() {
    let mut lease = Lease::new(seconds(10));
    assert!(!lease.renewal_due(seconds(69)));
    assert!(lease.renewal_due(seconds(70)));
    lease.renewed(seconds(70));
    assert!(!lease.renewal_due(seconds(129)));
    assert_eq!(RENEW_EVERY, seconds(60));
}

#[test]
fn scenario_32_who_is_silent_for_five_minutes_is_dead_and_not_before() {
    let mut watch = Watch::new((1, 0), seconds(1000));
    assert_eq!(watch.look((1, 0), seconds(1299)), Watched::Wait);
    assert_eq!(watch.look((1, 1), seconds(1299)), Watched::Wait, "a beat restarts the watch");
    assert_eq!(watch.look((1, 1), seconds(1598)), Watched::Wait);
    assert_eq!(watch.look((1, 1), seconds(1599)), Watched::Dead);
}

#[test]
fn scenario_32_a_holder_paused_for_301_seconds_writes_and_renews_nothing() {
    for world in World::every() {
        let (holder, other) = (world.ledger(0), world.ledger(1));
        let (pushed, mut state, _) = open(&holder, &holder.load().unwrap());
        let head = done(pushed);
        let lease = Lease::new(seconds(0));
        assert!(lease.may_write(seconds(1), CALL));

        let mut now = seconds(1);
        let mut watch = Watch::new(other.load().unwrap().state.open, now);
        let loaded = loop {
            now += POLL_EVERY;
            let loaded = other.load().unwrap();
            if watch.look(loaded.state.open.clone(), now) == Watched::Dead {
                break loaded;
            }
            assert!(now < seconds(400));
        };
        assert_eq!(now, seconds(1) + DEAD_AFTER);
        let taken = loaded.state.clone().taken_over(&loaded.runs[0], &items(&[]));
        let taken = rolewright::ledger::Loaded { state: taken, ..loaded };
        done(open(&other, &taken).0);

        assert!(!lease.may_write(now, CALL));
        state.open.as_mut().unwrap().beat += 1;
        assert_eq!(holder.replace(&head, &state, None).unwrap(), Pushed::Refused);
    }
}

#[test]
fn scenario_29_a_dead_run_is_charged_what_it_did() {
    let record = record(&State::default());
    let opened = State::default().opened(&record);
    assert_eq!(opened.window[0].counts, counts(&[("delete", 3)]), "charged before it writes");

    let wanted = |items: &[(&str, &str)]| opened.clone().taken_over(&record, &super::items(items)).window;
    assert_eq!(wanted(&[("delete", "bbbbbbbb")])[0].counts, counts(&[("delete", 2)]));
    assert_eq!(wanted(&[("delete", "aaaaaaaabbbbbbbbcccccccc")]), [], "it did nothing");
    assert_eq!(wanted(&[])[0].counts, counts(&[("delete", 3)]), "it did everything");
    let others = [("delete", "ddddddddeeeeeeee"), ("revoke", "aaaaaaaa")];
    assert_eq!(wanted(&others)[0].counts, counts(&[("delete", 3)]), "what is new is not the dead run's");
}

#[test]
fn scenario_29_a_kind_that_the_dead_run_did_not_list_stays_charged_whole() {
    let mut record = record(&State::default());
    record.counts = counts(&[("delete", 3), ("revoke", 900), ("grant", 4)]);
    record.charged.clone_from(&record.counts);
    let taken = State::default().opened(&record).taken_over(&record, &items(&[("delete", "aaaaaaaa")]));
    assert_eq!(taken.window[0].counts, counts(&[("delete", 2), ("revoke", 900), ("grant", 4)]));
}

#[test]
fn scenario_38_items_of_another_key_correct_nothing() {
    let record = record(&State::default());
    let opened = State::default().opened(&record);
    let taken = opened.clone().taken_over(&record, &items(&[("delete", "zzzzzzzzyyyyyyyyxxxxxxxx")]));
    assert_eq!(taken.window, opened.window);
}

#[test]
fn scenario_29_three_runs_that_die_one_after_another_are_charged_once() {
    let world = World::local();
    let ledger = world.ledger(0);
    // Each run deletes one account, then dies; the next run has the remaining deletions to do.
    let rest = ["aaaaaaaabbbbbbbbcccccccc", "bbbbbbbbcccccccc", "cccccccc", ""];
    for (done_before, wanted) in rest[..3].iter().enumerate() {
        let loaded = ledger.load().unwrap();
        let mut state = loaded.state.clone();
        let still = items(&[("delete", wanted)]);
        if let Some(dead) = loaded.runs.first() {
            state = state.taken_over(dead, &still);
        }
        let mut record = record(&state);
        record.items = still;
        record.charged = counts(&[("delete", 3 - done_before as u64)]);
        let state = state.opened(&record);
        done(ledger.add(&loaded.head, &state, None, &record).unwrap());
    }
    let loaded = ledger.load().unwrap();
    let state = loaded.state.taken_over(&loaded.runs[0], &items(&[("delete", rest[3])]));
    let total: u64 = state.window.iter().flat_map(|charge| charge.counts.values()).sum();
    assert_eq!(total, 3, "three accounts were deleted: {:?}", state.window);
}

#[test]
fn scenario_29_the_dead_runs_record_says_lost() {
    for world in World::every() {
        let ledger = world.ledger(0);
        done(open(&ledger, &ledger.load().unwrap()).0);
        let loaded = world.ledger(1).load().unwrap();
        let state = loaded.state.clone().taken_over(&loaded.runs[0], &items(&[]));
        let next = rolewright::ledger::Loaded { state, ..loaded };
        done(open(&world.ledger(1), &next).0);
        let runs = ledger.load().unwrap().runs;
        let results: Vec<_> = runs.iter().map(|run| (run.run.as_str(), run.result.word())).collect();
        assert_eq!(results, [("r-2", "open"), ("r-1", "lost")]);
    }
}

#[test]
fn closing_corrects_the_charge_to_what_was_done() {
    let record = record(&State::default());
    let state = State::default().opened(&record);
    let closed = state.clone().closed(&record.run, &counts(&[("delete", 1), ("create", 2)]));
    assert_eq!(closed.window[0].counts, counts(&[("delete", 1), ("create", 2)]));
    assert_eq!(closed.open, None);
    assert_eq!(state.closed(&record.run, &counts(&[])).window, []);
}
