//! The embedded account store: values are read as they were written, and a store that cannot be read is an error.

use crate::support::store::{Place, all, path, read_made, request, right, start, text};
use rolewright::apply::sqlite::SqliteWriter;
use rolewright::execution::WriteError;
use rolewright::fetch::sqlite::read;
use rolewright::model::Value;
use rolewright::snapshot::Incomplete;
use rolewright::wire::sqlite::{APPLICATION_ID, LAYOUT_VERSION, SCHEMA, StoreProblem};
use rusqlite::Connection;
use std::time::Duration;

const STARTED: [&str; 8] = [
    "old-1 user-1 true email=a@example.com externalId=user-1",
    "old-2 - true hasRecords=true",
    "group Non AD sync: old-1",
    "group Temporary: ",
    "old-1 holds localRole=booker@London",
    "knows licence=standard",
    "knows localRole=booker@London",
    "knows localRole=booker@Stockholm",
];

#[test]
fn a_missing_store_reads_as_its_start_state_and_stays_missing() {
    let place = Place::new();
    let start = start();
    let snapshot = read(&request(&place.store(), Some(&start))).unwrap();
    assert_eq!(all(&snapshot), STARTED);
    assert!(snapshot.capabilities.write && snapshot.capabilities.delete);
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn e11_a_missing_store_without_start_state_is_an_error_and_stays_missing() {
    let place = Place::new();
    let error = read_made(&place).unwrap_err();
    assert_eq!(error.problem, StoreProblem::Missing);
    let incomplete = Incomplete::from(error).to_string();
    assert!(incomplete.contains("application `pulseway` is incomplete"), "{incomplete}");
    assert!(incomplete.contains("app.db"), "{incomplete}");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn a_writer_creates_the_store_with_the_first_change() {
    let place = Place::new();
    let mut writer = place.writer();
    assert_eq!(place.files(), [""; 0]);
    writer.revoke("old-1", &right("licence", "standard", None)).unwrap();
    drop(writer);
    assert_eq!(place.files(), ["app.db"]);
    assert_eq!(all(&read_made(&place).unwrap()), STARTED);
}

#[test]
fn the_start_state_is_used_once() {
    let place = Place::new();
    place.made().delete("old-1").unwrap();
    place.writer().deactivate("old-2").unwrap();
    let start = start();
    let snapshot = read(&request(&place.store(), Some(&start))).unwrap();
    assert_eq!(all(&snapshot)[0], "old-2 - false hasRecords=true");
}

#[test]
fn without_start_state_nothing_is_made() {
    let place = Place::new();
    let mut writer = SqliteWriter::new(&place.store(), &path("externalId"), None);
    let error = writer.create(&[], "user-9", true).unwrap_err();
    assert!(error.to_string().contains("the file does not exist"), "{error}");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn f1_a_start_state_that_cannot_be_stored_leaves_no_store() {
    let place = Place::new();
    let mut start = start();
    start.accounts[1].link = start.accounts[0].link.clone();
    let mut writer = SqliteWriter::new(&place.store(), &path("externalId"), Some(&start));
    let error = writer.delete("old-1").unwrap_err();
    assert!(error.to_string().contains("UNIQUE constraint failed: accounts.link"), "{error}");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn f3_writers_that_begin_together_make_one_store_and_lose_nothing() {
    let place = Place::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let mut writer = place.writer();
            scope.spawn(move || {
                for round in 0..5 {
                    writer.create(&[], &format!("new-{number}-{round}"), true).unwrap();
                }
            });
        }
    });
    let snapshot = read_made(&place).unwrap();
    assert_eq!(snapshot.accounts.len(), 2 + 8 * 5);
    assert!(snapshot.accounts.ids.row("a-40").is_some(), "ids were skipped");
    assert_eq!(place.files().iter().filter(|name| name.starts_with('.')).count(), 0);
}

#[test]
fn every_change_is_read_back_as_written() {
    let place = Place::new();
    let mut writer = place.made();
    let phones = Value::List(vec!["1".to_owned(), "2, 3".to_owned()]);
    let id = writer
        .create(&[(path("email"), text("b@example.com")), (path("phones"), phones)], "user-2", true)
        .unwrap();
    writer.grant(&id, &right("licence", "standard", None)).unwrap();
    writer.grant(&id, &right("localRole", "booker", Some("Stockholm"))).unwrap();
    writer.revoke("old-1", &right("localRole", "booker", Some("London"))).unwrap();
    writer
        .update(
            "old-2",
            &[],
            &[(path("hasRecords"), None), (path("email"), Some(text("")))],
            Some(true),
            Some("user-3"),
        )
        .unwrap();
    assert_eq!(
        all(&read_made(&place).unwrap())[..6],
        [
            "a-1 user-2 true email=b@example.com externalId=user-2 phones=1\u{1f}2, 3",
            "old-1 user-1 true email=a@example.com externalId=user-1",
            "old-2 user-3 true externalId=user-3",
            "group Non AD sync: old-1",
            "group Temporary: ",
            "a-1 holds licence=standard",
        ]
    );
    writer.deactivate(&id).unwrap();
    writer.delete("old-1").unwrap();
    writer.update("old-2", &[], &[], None, Some("")).unwrap();
    assert_eq!(
        all(&read_made(&place).unwrap())[..6],
        [
            "a-1 user-2 false email=b@example.com externalId=user-2 phones=1\u{1f}2, 3",
            "old-2 - true",
            "group Non AD sync: ",
            "group Temporary: ",
            "a-1 holds licence=standard",
            "a-1 holds localRole=booker@Stockholm",
        ]
    );
}

#[test]
fn f1_repeated_changes_do_no_harm() {
    let place = Place::new();
    let mut writer = place.made();
    let attributes = [(path("email"), text("b@example.com"))];
    let id = writer.create(&attributes, "user-2", true).unwrap();
    let standard = right("licence", "standard", None);
    for _ in 0..2 {
        assert_eq!(writer.create(&attributes, "user-2", true).unwrap(), id);
        writer.grant(&id, &standard).unwrap();
        writer.deactivate("old-1").unwrap();
        writer.delete("old-2").unwrap();
    }
    let before = all(&read_made(&place).unwrap());
    assert_eq!(before.iter().filter(|line| line.contains("user-2 ")).count(), 1);
    for _ in 0..2 {
        writer.revoke(&id, &standard).unwrap();
    }
    assert_ne!(all(&read_made(&place).unwrap()), before);
}

#[test]
fn d7_create_adopts_no_account_that_another_tool_changed() {
    let place = Place::new();
    let mut writer = place.made();
    let error = writer.create(&[(path("email"), text("new@example.com"))], "user-1", true).unwrap_err();
    let WriteError::Stale { what, expected, found } = error else { panic!("{error}") };
    assert_eq!(
        (what.as_str(), expected.as_str(), found.as_str()),
        ("`email` of account `old-1`", "`new@example.com`", "`a@example.com`")
    );
}

#[test]
fn ids_are_never_given_twice() {
    let place = Place::new();
    let mut writer = place.made();
    assert_eq!(writer.create(&[], "user-2", true).unwrap(), "a-1");
    writer.delete("a-1").unwrap();
    place.by_hand("INSERT INTO accounts (id, active) VALUES ('a-2', 1)");
    assert_eq!(writer.create(&[], "user-2", true).unwrap(), "a-3");
}

#[test]
fn a6_an_account_that_changed_since_it_was_read_is_left_alone() {
    let place = Place::new();
    let mut writer = place.made();
    let before = all(&read_made(&place).unwrap());
    let wanted = [(path("email"), Some(text("c@example.com")))];
    let cases: [(&str, Option<Value>, &str); 4] = [
        ("email", Some(text("A@example.com")), "expected `A@example.com`, found `a@example.com`"),
        ("phones", Some(text("1")), "expected `1`, found nothing"),
        ("externalId", None, "expected nothing, found `user-1`"),
        ("active", Some(Value::Boolean(false)), "expected `false`, found `true`"),
    ];
    for (name, expected, says) in cases {
        let error =
            writer.update("old-1", &[(path(name), expected)], &wanted, Some(false), None).unwrap_err();
        assert!(matches!(error, WriteError::Stale { .. }), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let gone = writer.update("old-9", &[], &wanted, None, None).unwrap_err();
    assert!(matches!(gone, WriteError::Stale { .. }), "{gone}");
    assert!(matches!(writer.deactivate("old-9"), Err(WriteError::Stale { .. })));
    assert!(matches!(
        writer.grant("old-9", &right("licence", "standard", None)),
        Err(WriteError::Stale { .. })
    ));
    assert!(matches!(
        writer.revoke("old-9", &right("licence", "standard", None)),
        Err(WriteError::Stale { .. })
    ));
    assert_eq!(all(&read_made(&place).unwrap()), before);
}

#[test]
fn values_compare_by_their_text() {
    let place = Place::new();
    let mut writer = place.made();
    let expected = [
        (path("hasRecords"), Some(text("true"))),
        (path("email"), Some(text(""))),
        (path("phones"), Some(Value::List(vec![]))),
        (path("active"), Some(text("false"))),
    ];
    writer.update("old-2", &expected, &[(path("email"), Some(Value::Number(7)))], None, None).unwrap();
    let seven = [(path("email"), Some(text("7")))];
    writer.update("old-2", &seven, &seven, None, None).unwrap();
}

#[test]
fn a_change_that_fails_in_the_middle_leaves_nothing() {
    let place = Place::new();
    let mut writer = place.made();
    let before = all(&read_made(&place).unwrap());
    let changes = [(path("email"), Some(text("c@example.com")))];
    let error = writer.update("old-2", &[], &changes, None, Some("user-1")).unwrap_err();
    assert!(error.to_string().contains("account `old-1` has the link `user-1` already"), "{error}");
    let nameless = [(path("email"), text("d@example.com")), (path(""), text("x"))];
    let error = writer.create(&nameless, "user-5", true).unwrap_err();
    assert!(matches!(error, WriteError::Failed(_)), "{error}");
    assert!(matches!(writer.create(&[], "", true), Err(WriteError::Failed(_))));
    assert_eq!(all(&read_made(&place).unwrap()), before);
}

#[test]
fn a_right_that_the_application_does_not_know_is_not_granted() {
    let place = Place::new();
    let mut writer = place.made();
    let error = writer.grant("old-1", &right("licence", "premium", None)).unwrap_err();
    assert!(error.to_string().contains("does not know the right `licence=premium`"), "{error}");
}

#[test]
fn f7_a_write_without_effect_is_a_failure() {
    let place = Place::new();
    let mut writer = place.made();
    place.by_hand(
        "CREATE TRIGGER t1 AFTER UPDATE OF active ON accounts BEGIN UPDATE accounts SET active = 1 WHERE id = new.id; END;
         CREATE TRIGGER t2 AFTER DELETE ON grants BEGIN INSERT INTO grants VALUES (old.account, old.entitlement, old.value, old.scope); END;
         CREATE TRIGGER t3 BEFORE INSERT ON grants WHEN new.value = 'standard' BEGIN SELECT RAISE(IGNORE); END;
         CREATE TRIGGER t4 BEFORE DELETE ON accounts BEGIN SELECT RAISE(IGNORE); END;
         CREATE TRIGGER t5 BEFORE INSERT ON attributes BEGIN SELECT RAISE(IGNORE); END",
    );
    let before = all(&read_made(&place).unwrap());
    let booker = right("localRole", "booker", Some("London"));
    let results = [
        writer.deactivate("old-1"),
        writer.revoke("old-1", &booker),
        writer.grant("old-1", &right("licence", "standard", None)),
        writer.delete("old-1"),
        writer.create(&[(path("email"), text("x@example.com"))], "user-7", true).map(drop),
    ];
    for result in results {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("had no effect"), "{error}");
    }
    assert_eq!(all(&read_made(&place).unwrap()), before);
}

#[test]
fn a_reader_sees_the_store_as_it_was_before_an_unfinished_change() {
    let place = Place::new();
    let mut writer = place.made();
    let before = all(&read_made(&place).unwrap());
    let mut other = Connection::open(place.store()).unwrap();
    let unfinished = other.transaction().unwrap();
    unfinished.execute("UPDATE accounts SET active = 0", []).unwrap();
    assert_eq!(all(&read_made(&place).unwrap()), before);
    let error = writer_busy(&place).unwrap_err();
    assert!(error.to_string().contains("another program has locked it"), "{error}");
    drop(unfinished);
    assert_eq!(all(&read_made(&place).unwrap()), before);
    writer.deactivate("old-1").unwrap();
}

fn writer_busy(place: &Place) -> Result<(), WriteError> {
    place.writer().waiting(Duration::from_millis(20)).deactivate("old-1")
}

#[test]
fn the_schema_carries_the_numbers_that_are_checked() {
    let store = Connection::open_in_memory().unwrap();
    store.execute_batch(SCHEMA).unwrap();
    let number = |name: &str| store.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((number("application_id"), number("user_version")), (APPLICATION_ID, LAYOUT_VERSION));
}

#[test]
fn the_reference_shows_the_schema_as_it_is() {
    let page = include_str!("../../docs/reference/account-store.md");
    let shown = page.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(shown, SCHEMA);
}
