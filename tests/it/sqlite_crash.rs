//! A killed writer leaves only complete changes.
#![expect(clippy::disallowed_types, reason = "the writer that is killed is a child process")]
#![expect(clippy::disallowed_methods, reason = "the child is told by its environment where the store is")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::store::{Place, lines, path, right};
use rolewright::apply::sqlite::SqliteWriter;
use rolewright::fetch::sqlite::{ReadRequest, read};
use rolewright::model::Value;
use rolewright::wire::start::StartState;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const STORE: &str = "ROLEWRIGHT_TEST_STORE";

fn writer(store: &Path) -> SqliteWriter {
    let start = StartState { known: vec![right("licence", "standard", None)], ..StartState::default() };
    SqliteWriter::new(store, &path("externalId"), Some(&start))
}

/// Creates an account, changes both its values together, then grants a right, a number of times; prints a line for each
/// round.
fn write(store: &Path, rounds: u64) {
    let mut writer = writer(store);
    let pair = |round: u64| ["one", "two"].map(|name| (path(name), Value::Text(format!("{round}"))));
    for round in 0..rounds {
        let link = format!("user-{}-{round}", std::process::id());
        let id = writer.create(&pair(round), &link, true).unwrap();
        let changed = pair(round + 1).map(|(name, value)| (name, Some(value)));
        let expected = pair(round).map(|(name, value)| (name, Some(value)));
        writer.update(&id, &expected, &changed, Some(false), None).unwrap();
        writer.grant(&id, &right("licence", "standard", None)).unwrap();
        std::io::Write::write_all(&mut std::io::stderr(), format!("{round}\n").as_bytes()).unwrap();
    }
}

/// Also runs as the child process of the test below: if a store is given, it writes there until it is killed.
#[test]
fn f1_every_round_is_an_account_with_both_values_and_a_grant() {
    if let Some(store) = std::env::var_os(STORE) {
        write(Path::new(&store), u64::MAX);
    }
    let place = Place::new();
    let store = place.store();
    write(&store, 3);
    let snapshot = read(&request(&store)).unwrap();
    assert_eq!((snapshot.accounts.len(), snapshot.grants.len()), (3, 3));
    let values = |name| {
        let column = snapshot.accounts.column(name).unwrap();
        (0..3).filter_map(|row| column.get(row)).map(|value| value.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(values("one"), ["1", "2", "3"].map(ToOwned::to_owned).into());
    assert_eq!(values("one"), values("two"));
}

fn request(store: &Path) -> ReadRequest<'_> {
    ReadRequest {
        application: "a".to_owned(),
        path: store,
        link: path("externalId"),
        attributes: vec![path("one"), path("two")],
        start: None,
    }
}

/// Lets a child process write that many rounds, then kills it at a random point.
fn kill_after(store: &Path, rounds: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "sqlite_crash::f1_every_round_is_an_account_with_both_values_and_a_grant",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(STORE, store)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    let seen = said.map(Result::unwrap).filter(|line| line.parse::<u64>().is_ok()).take(rounds).count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(seen, rounds, "the child ended by itself");
}

#[test]
fn f1_killing_the_writer_leaves_whole_changes() {
    let place = Place::new();
    let store = place.store();
    let request = request(&store);
    let mut finished = 0;
    for rounds in [1, 3, 10, 2, 25] {
        kill_after(&store, rounds);
        finished += rounds;
        let snapshot = read(&request).unwrap();
        assert!(snapshot.accounts.len() >= finished, "a change that was reported is gone");
        assert!(snapshot.grants.len() >= finished, "a grant that was reported is gone");
        for row in 0..snapshot.accounts.len() as u32 {
            let value = |name| snapshot.accounts.column(name).unwrap().get(row);
            assert!(value("one").is_some(), "{:?}", lines(&snapshot, &["one", "two"]));
            assert_eq!(value("one"), value("two"), "half a change");
        }
        finished = snapshot.grants.len();
        writer(&store)
            .create(
                &[(path("one"), Value::Number(1)), (path("two"), Value::Number(1))],
                &format!("after-{rounds}"),
                true,
            )
            .unwrap();
    }
}
