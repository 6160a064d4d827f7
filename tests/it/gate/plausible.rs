//! What a ledger cannot say, whoever wrote it (threat H9).

use rolewright::gate::{Charge, Open, RunRecord, State, Used};
use rolewright::model::Date;
use std::collections::BTreeMap;

fn state(seq: u64) -> State {
    State { seq, as_of: Some("2026-11-21".to_owned()), ..State::first("default/app") }
}

fn run(number: u64) -> RunRecord {
    RunRecord { run: format!("r-{number}"), ..RunRecord::default() }
}

/// What a run charged: this many creations.
fn charge(count: u64) -> Charge {
    let counts = BTreeMap::from([("create".to_owned(), count)]);
    Charge { run: "r-1".to_owned(), at: String::new(), counts }
}

fn used(count: u64) -> Used {
    BTreeMap::from([("closing".to_owned(), BTreeMap::from([("removal".to_owned(), count)]))])
}

#[test]
fn h9_a_state_that_contradicts_its_runs_is_no_state() {
    assert_eq!(state(3).contradiction(&[run(3), run(2)]), None);
    assert_eq!(state(3).contradiction(&[]), None, "records may be gone");
    let open = |name: &str| State { open: Some(Open { run: name.to_owned(), beat: 0 }), ..state(3) };
    assert_eq!(open("r-3").contradiction(&[run(3)]), None);
    for (state, runs) in [
        (state(u64::MAX), vec![]),
        (state(1 << 40), vec![]),
        (State { window: vec![charge(u64::MAX)], ..state(3) }, vec![]),
        (State { allowances: used(u64::MAX), ..state(3) }, vec![]),
        (state(3), vec![RunRecord { overrides: used(u64::MAX), ..run(3) }]),
        (state(2), vec![run(3)]),
        (open("r-4"), vec![run(3)]),
        (open("elsewhere"), vec![]),
        (State { as_of: Some("soon".to_owned()), ..state(3) }, vec![]),
    ] {
        assert!(state.contradiction(&runs).is_some(), "{state:?}");
    }
}

#[test]
fn h9_the_day_of_a_run_is_the_clocks() {
    let day = |text: &str| Date::parse(text).unwrap();
    assert_eq!(state(1).day(day("2026-12-24")), Ok(day("2026-12-24")));
    assert_eq!(
        state(1).day(day("2026-11-20")),
        Ok(day("2026-11-21")),
        "a day ahead is another machine's midnight"
    );
    let ahead = state(1).day(day("2026-11-19")).unwrap_err();
    assert_eq!(ahead.to_string(), "the last run was for 2026-11-21, and today is 2026-11-19");
    assert_eq!(State::first("default/app").day(day("2026-11-19")), Ok(day("2026-11-19")));
}
