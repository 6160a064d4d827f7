//! The ledger: whoever writes to its ref makes no run panic, nothing unknown is lost, and a record is only what its hash
//! says.

use super::support::{text, two};
use rolewright::gate::{Listed, Record, RunRecord, State, Used};
use rolewright::model::{Date, Digest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// A state; after the first `=` line, a run.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    record(text);
    let (state, run) = two(text);
    let state: Option<State> = read(state);
    let run: Option<RunRecord> = read(run);
    if let Some(state) = state {
        let run = run.unwrap_or_default();
        // A state that contradicts its runs is not used (H9).
        if state.contradiction(std::slice::from_ref(&run)).is_none() {
            next(state, &run);
        }
    }
}

/// Reads a value, and its own text again.
fn read<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) -> Option<T> {
    let value: T = serde_json::from_str(text).ok()?;
    let written = serde_json::to_string(&value).expect("the ledger is JSON");
    let again: T = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(again, value);
    Some(value)
}

/// What the next run does with the state.
fn next(state: State, run: &RunRecord) {
    let today = Date::of_unix_days(20_000);
    if let Ok(day) = state.day(today) {
        assert!(day >= today && state.last_day().is_none_or(|last| day >= last));
    }
    let open = RunRecord { run: state.next_run(), ..run.clone() };
    let opened = state.clone().opened(&open);
    assert_eq!((opened.seq, opened.next_run() == open.run), (state.seq + 1, false));
    assert_eq!(opened.contradiction(std::slice::from_ref(&open)), None);
    let done = BTreeMap::from([("create".to_owned(), 1)]);
    let closed = opened.clone().closed(&open.run, &done);
    assert!(
        closed.open.is_none()
            && closed.window.iter().any(|charge| charge.run == open.run && charge.counts == done)
    );
    let taken = opened.clone().taken_over(&open, &run.held);
    assert!(taken.open.is_none() && taken.window.len() <= opened.window.len());
    let pruned = closed.pruned(i64::MAX);
    assert!(pruned.window.iter().all(|charge| rolewright::model::unix_of_rfc3339(&charge.at).is_none()));
    let _ = state.recharged(&run.overrides, &Used::new());
}

/// A record's text is read back; with another hash it is no record.
fn record(json: &str) {
    let text =
        format!("rolewright-record/1 {}\n{json}", Digest::of(json.trim_end_matches(['\n', '\r']).as_bytes()));
    let Ok(mut record) = Record::parse(&text) else { return };
    let counted = record.by_count().count();
    let written = record.text().expect("a record is JSON");
    assert!(written.len() <= 60_000 || record.items.values().all(Option::is_none));
    assert!(record.by_count().count() >= counted);
    // Two pull requests may show the same.
    let mut listed = Listed::default();
    listed.record(&record);
    listed.record(&record);
    // Canonical JSON holds no greater numbers; no plan has as many changes.
    if record.counts.values().all(|count| *count < 1 << 53) {
        assert_eq!(Record::parse(&written), Ok(record));
    }
    let (head, rest) = written.split_once('{').expect("a record");
    assert!(Record::parse(&format!("{head}{{ {rest}")).is_err(), "another text has another hash");
}
