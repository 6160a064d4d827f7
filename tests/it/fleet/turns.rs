//! Whose turn it is: taken over after its time and not before, never by two, and with the run that the dead process left open.

use crate::support::clock::at;
use crate::support::postgres::{Schema, wait};
use rolewright::gate::{
    DueCause, Ending, Holder, Offer, Open, SharedTurn, Taking, Turn, TurnQuestion, TurnWatch,
};
use rolewright::ledger::{DatabaseSecrets, LedgerDatabase};
use rolewright::model::Commit;
use rolewright::postgres::Caps;
use std::time::Duration;

/// An application without a schedule, whose turn a process has.
fn held(beat: u64, open: Option<u64>) -> SharedTurn {
    let holder = Some(Holder { process: "one".to_owned(), beat });
    let open = open.map(|beat| Open { run: "r-3".to_owned(), beat });
    SharedTurn { version: 5, turn: Turn { holder, ..Turn::default() }, open }
}

fn offer(watch: &mut TurnWatch, shared: &SharedTurn, elapsed: u64) -> Offer {
    let tip = Commit("a".to_owned());
    let now = at("2027-07-01T00:00:00Z");
    let elapsed = Duration::from_secs(elapsed);
    watch.offer(shared, TurnQuestion { instance: "default/one", schedule: None, tip: &tip, now, elapsed })
}

fn taken(offer: Offer) -> Taking {
    match offer {
        Offer::Take(taking) => taking,
        Offer::Held | Offer::Later(_) => panic!("{offer:?}"),
    }
}

#[test]
fn a_turn_is_taken_over_after_its_time_and_not_before() {
    let mut watch = TurnWatch::new("two".to_owned());
    assert_eq!(offer(&mut watch, &held(0, None), 1000), Offer::Held);
    assert_eq!(offer(&mut watch, &held(0, None), 1299), Offer::Held);
    assert_eq!(offer(&mut watch, &held(1, None), 1299), Offer::Held, "a beat restarts the watch");
    assert_eq!(offer(&mut watch, &held(1, None), 1598), Offer::Held);
    let taking = taken(offer(&mut watch, &held(1, None), 1599));
    assert_eq!((taking.cause, taking.silent), (DueCause::Start, None));
    assert_eq!(taking.turn.holder.unwrap().process, "two");
}

/// A run of somebody else, such as a CI, that lives is never taken for the dead process's.
#[test]
fn the_open_run_is_watched_with_the_turn_and_taken_over_with_it() {
    let mut watch = TurnWatch::new("two".to_owned());
    assert_eq!(offer(&mut watch, &held(0, Some(0)), 0), Offer::Held);
    assert_eq!(offer(&mut watch, &held(0, Some(1)), 250), Offer::Held);
    assert_eq!(offer(&mut watch, &held(0, Some(1)), 549), Offer::Held, "the open run lived");
    let silent = taken(offer(&mut watch, &held(0, Some(1)), 550)).silent.unwrap();
    assert_eq!((silent.open.beat, silent.time), (1, Duration::from_secs(300)));
}

#[test]
fn a_turn_that_is_given_back_is_due_by_what_was_run() {
    let mut watch = TurnWatch::new("two".to_owned());
    let now = at("2027-07-01T00:00:00Z");
    let free = |commit: &str| {
        let turn = Turn::default().ended(now - 60, now, Commit(commit.to_owned()), Ending::Fine);
        SharedTurn { version: 1, turn, open: None }
    };
    assert_eq!(offer(&mut watch, &free("a"), 0), Offer::Later(None));
    assert_eq!(taken(offer(&mut watch, &free("b"), 0)).cause, DueCause::Merge);
}

fn database(schema: &Schema) -> LedgerDatabase {
    let (connection, server) = (&schema.server.connection, &schema.server);
    let address =
        format!("postgres://rolewright@127.0.0.1:{}/accounts?schema={}", connection.port, schema.name());
    let secrets =
        DatabaseSecrets { password: server.password.clone(), certificate: None, ca: server.ca.clone() };
    LedgerDatabase::parse(&address).unwrap().signed_in(Ok(secrets))
}

#[test]
fn of_two_that_take_a_turn_in_a_database_one_gets_it() {
    let schema = Schema::new();
    let (one, two) = (database(&schema), database(&schema));
    let turn = |process: &str| Turn {
        holder: Some(Holder { process: process.to_owned(), beat: 0 }),
        ..Turn::default().ended(1, 2, Commit("a".to_owned()), Ending::Failed)
    };
    assert_eq!(one.swap_turn("default/one", 0, &turn("one")).unwrap(), Some(1));
    assert_eq!(two.swap_turn("default/one", 0, &turn("two")).unwrap(), None, "it is not new any more");
    assert_eq!(one.swap_turn("default/one", 1, &turn("one").renewed()).unwrap(), Some(2));
    assert_eq!(two.swap_turn("default/one", 1, &turn("two")).unwrap(), None, "it was renewed");
    let read = two.turns().unwrap();
    let shared = &read.turns["default/one"];
    assert_eq!(
        (shared.version, &shared.turn),
        (2, &Turn { holder: turn("one").renewed().holder, ..turn("one") })
    );
    let now = wait(async {
        let session = schema.server.connect(Caps::default()).await.unwrap();
        let row = session.row("SELECT extract(epoch FROM now())::bigint", &[]).await.unwrap().unwrap();
        session.column::<i64>(&row, 0).unwrap()
    });
    assert!((read.now..=read.now + 60).contains(&now));
    // What nobody can read, such as a newer version's, is as if the application had not been run.
    schema.by_hand("UPDATE turns SET turn = '[]'");
    assert_eq!(one.turns().unwrap().turns["default/one"].turn, Turn::default());
}

/// A database that an older Rolewright made gets what it lacks, and keeps what it has.
#[test]
fn an_older_schema_is_migrated() {
    let schema = Schema::new();
    let database = database(&schema);
    database.turns().unwrap();
    schema.by_hand("DROP TABLE turns; DELETE FROM migrations WHERE number = 2");
    assert_eq!(database.version().unwrap(), 1);
    assert!(database.turns().unwrap().turns.is_empty());
    assert_eq!(database.version().unwrap(), 2);
}
