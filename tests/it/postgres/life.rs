//! What is written is read as it was written, by the rules of the store in a file.

use crate::support::postgres::{
    Schema, create, deactivate, delete, grant, read_by, revoke, shared, update, wait, write,
};
use crate::support::store::{all, start, text};
use rolewright::execution::WriteError;
use rolewright::fetch::postgres::ReadError;
use rolewright::model::Value;
use rolewright::postgres::Caps;
use rolewright::wire::postgres::{SCHEMA, StoreProblem};

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
fn a_missing_store_reads_as_its_start_state_and_the_first_change_makes_it() {
    let schema = Schema::new();
    let start = start();
    assert_eq!(all(&read_by(&schema.server, Some(&start), Caps::default()).unwrap()), STARTED);
    let missing = |error| matches!(error, ReadError::Store(StoreProblem::Missing(_)));
    assert!(missing(schema.read().unwrap_err()), "reading made it");
    wait(write(&schema.writer(), &revoke("old-1", "licence", "standard", None))).unwrap();
    assert_eq!(schema.lines(), STARTED);
    wait(write(&schema.writer(), &delete("old-2"))).unwrap();
    let read = read_by(&schema.server, Some(&start), Caps::default()).unwrap();
    assert_eq!(all(&read)[..2], [STARTED[0], STARTED[2]], "the start state is used once");
}

#[test]
fn every_change_is_read_back_as_written() {
    let schema = Schema::made();
    let writer = schema.writer();
    let made = wait(async {
        let phones = Value::List(vec!["1".to_owned(), "2, 3".to_owned()]);
        let made = create("user-2", &[("email", text("b@example.com")), ("phones", phones)]);
        let id = write(&writer, &made).await.unwrap().account.unwrap();
        write(&writer, &grant(&id, "licence", "standard", None)).await.unwrap();
        write(&writer, &grant(&id, "localRole", "booker", Some("Stockholm"))).await.unwrap();
        write(&writer, &revoke("old-1", "localRole", "booker", Some("London"))).await.unwrap();
        let changes =
            [("hasRecords", "true", ""), ("email", "", "'; DROP TABLE accounts; -- Åse 日本 \u{202e}")];
        write(&writer, &update("old-2", &changes)).await.unwrap();
        id
    });
    assert_eq!(made, "a-1");
    assert_eq!(
        schema.lines()[..6],
        [
            "a-1 user-2 true email=b@example.com externalId=user-2 phones=1\u{1f}2, 3",
            "old-1 user-1 true email=a@example.com externalId=user-1",
            "old-2 - false email='; DROP TABLE accounts; -- Åse 日本 \u{202e}",
            "group Non AD sync: old-1",
            "group Temporary: ",
            "a-1 holds licence=standard",
        ]
    );
}

#[test]
fn f1_repeated_changes_do_no_harm() {
    let schema = Schema::made();
    let writer = schema.writer();
    let made = create("user-2", &[("email", text("b@example.com"))]);
    wait(async {
        for _ in 0..2 {
            assert_eq!(write(&writer, &made).await.unwrap().account.as_deref(), Some("a-1"));
            write(&writer, &grant("a-1", "licence", "standard", None)).await.unwrap();
            write(&writer, &deactivate("old-1")).await.unwrap();
            write(&writer, &delete("old-2")).await.unwrap();
        }
        for _ in 0..2 {
            write(&writer, &revoke("a-1", "licence", "standard", None)).await.unwrap();
        }
    });
    assert_eq!(
        schema.lines()[..2],
        [
            "a-1 user-2 true email=b@example.com externalId=user-2",
            "old-1 user-1 false email=a@example.com externalId=user-1"
        ]
    );
}

#[test]
fn a6_what_changed_since_it_was_read_is_left_alone() {
    let schema = Schema::made();
    let (writer, before) = (schema.writer(), schema.lines());
    let stale = [
        update("old-1", &[("email", "A@example.com", "c@example.com")]),
        update("old-1", &[("phones", "1", "2")]),
        update("old-9", &[("email", "", "c@example.com")]),
        create("user-1", &[("email", text("new@example.com"))]),
        deactivate("old-9"),
        grant("old-9", "licence", "standard", None),
    ];
    for step in stale {
        let error = wait(write(&writer, &step)).unwrap_err();
        assert!(matches!(error, WriteError::Stale { .. }), "{step:?}: {error}");
    }
    let unknown = wait(write(&writer, &grant("old-1", "licence", "premium", None))).unwrap_err();
    assert!(unknown.to_string().contains("does not know the right `licence=premium`"), "{unknown}");
    let taken = wait(write(&writer, &update("old-2", &[("externalId", "", "user-1")]))).unwrap_err();
    assert!(taken.to_string().contains("account `old-1` has the link `user-1` already"), "{taken}");
    let nul = wait(write(&writer, &update("old-2", &[("email", "", "a\0b")]))).unwrap_err();
    assert!(matches!(nul, WriteError::Failed(_)), "{nul}");
    assert_eq!(schema.lines(), before);
}

#[test]
fn f7_a_write_without_effect_is_a_failure() {
    let schema = Schema::made();
    schema.by_hand(
        "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER t1 BEFORE UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION nothing();
         CREATE TRIGGER t2 BEFORE INSERT OR DELETE ON grants FOR EACH ROW EXECUTE FUNCTION nothing();
         CREATE TRIGGER t3 BEFORE INSERT ON attributes FOR EACH ROW EXECUTE FUNCTION nothing();",
    );
    let (writer, before) = (schema.writer(), schema.lines());
    let steps = [
        deactivate("old-1"),
        delete("old-1"),
        revoke("old-1", "localRole", "booker", Some("London")),
        grant("old-1", "licence", "standard", None),
        create("user-7", &[("email", text("x@example.com"))]),
    ];
    for step in steps {
        let error = wait(write(&writer, &step)).unwrap_err().to_string();
        assert!(error.contains("had no effect"), "{step:?}: {error}");
    }
    assert_eq!(schema.lines(), before);
}

#[test]
fn e11_what_is_no_store_is_never_an_empty_store() {
    let other = Schema::new();
    other.by_hand(&format!("CREATE SCHEMA {0}; CREATE TABLE {0}.accounts (id text)", other.name()));
    let foreign = other.read().unwrap_err();
    assert!(matches!(foreign, ReadError::Store(StoreProblem::Foreign(_))), "{foreign}");
    let error = wait(write(&other.writer(), &delete("old-1"))).unwrap_err();
    assert!(error.to_string().contains("another program's tables"), "{error}");
    let schema = Schema::made();
    for (layout, expected) in [(2, StoreProblem::Newer(2)), (0, StoreProblem::NoLayout(0))] {
        schema.by_hand(&format!("UPDATE account_store SET layout = {layout}"));
        assert_eq!(schema.read().unwrap_err(), ReadError::Store(expected.clone()));
        let error = wait(write(&schema.writer(), &delete("old-1"))).unwrap_err();
        assert!(error.to_string().contains(&expected.to_string()), "{error}");
    }
    let mut elsewhere = Schema::new().server;
    "nowhere".clone_into(&mut elsewhere.connection.database);
    let error = read_by(&elsewhere, Some(&start()), Caps::default()).unwrap_err();
    assert!(error.to_string().contains("SQLSTATE 3D000"), "{error}");
}

/// Fewer rows must not look like fewer accounts.
#[test]
fn e1_rows_that_a_policy_of_the_database_hides_are_an_error() {
    let schema = Schema::made();
    schema.by_hand(&format!(
        "ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
         CREATE POLICY part ON accounts TO reader USING (id = 'old-1');
         GRANT USAGE ON SCHEMA {0} TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO reader",
        schema.name()
    ));
    let reader = shared().connection("reader", schema.name());
    let error = read_by(&reader, None, Caps::default()).unwrap_err();
    assert!(error.to_string().contains("row-level security"), "{error}");
}

#[test]
fn the_layout_refuses_rows_that_refer_to_nothing_or_mean_nothing() {
    let schema = Schema::made();
    for refused in [
        "INSERT INTO grants VALUES ('old-9', 'licence', 'standard', '')",
        "INSERT INTO grants VALUES ('old-1', 'licence', 'premium', '')",
        "DELETE FROM entitlements WHERE value = 'booker'",
        "INSERT INTO group_members VALUES ('Nobody', 'old-1')",
        "INSERT INTO attributes VALUES ('old-9', 'email', 'x')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'yes', 'boolean')",
        "INSERT INTO attributes VALUES ('old-1', 'a', '007', 'number')",
        "INSERT INTO attributes VALUES ('old-1', 'a', '9223372036854775808', 'number')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'x', 'list')",
        "INSERT INTO attributes VALUES ('old-1', 'a', '{}', 'list')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'x', 'date')",
        "INSERT INTO attributes VALUES ('old-1', 'a', '')",
        "INSERT INTO accounts VALUES ('old-3', 'user-1', true)",
        "INSERT INTO accounts VALUES ('', NULL, true)",
        "INSERT INTO account_store VALUES (false, 1)",
    ] {
        wait(async {
            let session = schema.server.connect(Caps::default()).await.unwrap();
            session.run(&format!("SET search_path = {}", schema.name())).await.unwrap();
            let error = session.run(refused).await.unwrap_err();
            let state = error.state().unwrap_or_default().to_owned();
            assert!(state.starts_with("23") || state == "22P02", "{refused}: {error}");
        });
    }
    schema.by_hand("INSERT INTO attributes VALUES ('old-1', 'a', '-9223372036854775808', 'number'), ('old-1', 'b', '[\"x\"]', 'list')");
}

#[test]
fn the_reference_shows_the_schema_as_it_is() {
    let page = include_str!("../../../docs/reference/account-store.md");
    let shown = page.split("```sql\n").nth(2).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(shown, SCHEMA);
}
