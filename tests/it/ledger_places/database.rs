//! What only a database can meet: damaged rows, other schemas, newer ones, cut connections, roles that may only read.

use super::{INSTANCE, World, done, open, place, record, run, settled};
use crate::support::lossy_proxy::{Lost, proxy};
use crate::support::postgres::{Schema, shared};
use rolewright::fetch::git::PolicyRepository;
use rolewright::gate::State;
use rolewright::ledger::{DatabaseSecrets, Ledger, LedgerDatabase, LedgerError, LedgerPlace, Pushed};
use rolewright::model::Secret;
use std::thread;

fn parts(world: &World) -> &Schema {
    match world {
        World::Database { schema, .. } => schema,
        World::Local(_) | World::Remote { .. } => panic!("a database"),
    }
}

/// The ledger over another way to the server, without encryption, which the way could not look into.
fn through(world: &World, port: u16) -> Ledger {
    let mut server = parts(world).server.clone();
    (server.connection.port, server.connection.tls, server.ca) = (port, false, None);
    Ledger::open(&world.repository(0).git_folder(), &place(&server), INSTANCE, None).unwrap()
}

#[test]
fn scenario_31_an_answer_to_a_commit_that_is_lost_is_recognised() {
    let world = World::database(1);
    run(&world.ledger(0), None);
    let ledger = through(&world, proxy(shared().port, Lost::Answer, 3));
    // The first commit ends reading, and is asked again by nobody: reading fails.
    let error = ledger.load().unwrap_err();
    assert!(matches!(error, LedgerError::Database(_)), "{error}");
    let loaded = world.ledger(0).load().unwrap();
    let (pushed, mut state, _) = open(&ledger, &loaded);
    let head = done(pushed);
    state.open.as_mut().unwrap().beat = 1;
    let head = done(ledger.replace(&head, &state, None).unwrap());
    let there = world.ledger(0).load().unwrap();
    assert_eq!((there.head, there.state.seq), (head, 2));
}

#[test]
fn scenario_31_a_connection_lost_before_the_commit_changes_nothing() {
    let world = World::database(1);
    run(&world.ledger(0), None);
    let (before, loaded) = (world.value(), world.ledger(0).load().unwrap());
    let ledger = through(&world, proxy(shared().port, Lost::Request, 1));
    let record = record(&loaded.state);
    let state = loaded.state.clone().opened(&record);
    let error = ledger.add(&loaded.head, &state, None, &record).unwrap_err();
    assert!(matches!(error, LedgerError::Database(_)), "{error}");
    assert_eq!(world.value(), before);
    done(ledger.add(&loaded.head, &state, None, &record).unwrap());
}

#[test]
fn scenario_33_rows_that_are_no_ledger_are_an_error_that_names_reset() {
    let world = World::database(1);
    let ledger = world.ledger(0);
    run(&ledger, None);
    let other = State { seq: 7, ..State::first("default/promapp") };
    let old = State { version: 0, ..State::first(INSTANCE) };
    for (column, text) in [
        ("format", "something else".to_owned()),
        ("state", "{".to_owned()),
        ("state", String::new()),
        ("state", serde_json::to_string(&other).unwrap()),
        ("state", serde_json::to_string(&old).unwrap()),
    ] {
        parts(&world).by_hand("CREATE TABLE kept AS SELECT * FROM ledgers");
        parts(&world).by_hand(&format!("UPDATE ledgers SET {column} = '{text}'"));
        let error = ledger.load().unwrap_err();
        assert!(matches!(error, LedgerError::Unreadable(_)), "{text}: {error}");
        assert!(error.to_string().contains("rolewright ledger reset"), "{error}");
        parts(&world)
            .by_hand(&format!("UPDATE ledgers SET {column} = (SELECT {column} FROM kept); DROP TABLE kept"));
    }
    parts(&world).by_hand("UPDATE ledgers SET state = replace(state, '\"seq\":1', '\"seq\":0')");
    let error = ledger.load().unwrap_err();
    assert!(matches!(error, LedgerError::Contradiction { .. }), "{error}");
    assert_eq!(ledger.reset().unwrap().unwrap(), format!("{INSTANCE}/1"));
    assert_eq!(run(&ledger, None).seq, 1);
    assert_eq!(ledger.reset().unwrap().unwrap(), format!("{INSTANCE}/2"));
    assert_eq!(ledger.load().unwrap().state, State::first(INSTANCE));
}

/// The name begins anew with version 1, and whoever read version 1 before must not take it for his.
#[test]
fn scenario_31_a_holder_from_before_a_reset_writes_nothing() {
    let world = World::database(2);
    let holder = world.ledger(0);
    let (pushed, state, _) = open(&holder, &holder.load().unwrap());
    let head = done(pushed);
    world.ledger(1).reset().unwrap().unwrap();
    let other = world.ledger(1);
    done(open(&other, &other.load().unwrap()).0);
    let before = world.value();
    assert_eq!(holder.replace(&head, &state, None).unwrap(), Pushed::Refused);
    assert_eq!(world.value(), before);
}

#[test]
fn scenario_33_a_newer_ledger_or_schema_is_refused_and_left() {
    let world = World::database(1);
    let ledger = world.ledger(0);
    run(&ledger, None);
    parts(&world).by_hand("UPDATE ledgers SET format = 'rolewright-ledger 2', state = 'who knows'");
    assert!(matches!(ledger.load().unwrap_err(), LedgerError::Newer { .. }));
    parts(&world).by_hand("INSERT INTO migrations (number) VALUES (1000)");
    for refused in [ledger.load().map(drop), ledger.begin().map(drop), ledger.reset().map(drop)] {
        let error = refused.unwrap_err();
        assert!(matches!(error, LedgerError::Schema { .. }), "{error}");
        assert!(error.to_string().contains("newer Rolewright"), "{error}");
    }
}

#[test]
fn a_schema_with_the_tables_of_others_is_refused() {
    let world = World::database(1);
    parts(&world).by_hand(&format!("CREATE SCHEMA {0}; CREATE TABLE {0}.orders ()", parts(&world).name()));
    let error = world.ledger(0).begin().unwrap_err();
    assert!(error.to_string().contains("another program's tables"), "{error}");
}

#[test]
fn many_that_make_the_tables_at_once_make_them_once() {
    let world = World::database(4);
    let ledgers: Vec<Ledger> = (0..4)
        .map(|runner| {
            let instance = format!("default/app-{runner}");
            let git = world.repository(runner).git_folder();
            Ledger::open(&git, &place(&parts(&world).server), &instance, None).unwrap()
        })
        .collect();
    thread::scope(|scope| {
        for ledger in ledgers {
            scope.spawn(move || done(ledger.begin().unwrap()));
        }
    });
    let all = place(&parts(&world).server).instances(&world.repository(0).git_folder(), None).unwrap();
    assert_eq!(all, ["default/app-0", "default/app-1", "default/app-2", "default/app-3"]);
}

/// The plan job of a pull request needs no more than to read.
#[test]
fn a_role_that_may_only_read_reads_and_writes_nothing() {
    let world = World::database(1);
    let schema = parts(&world);
    let mut server = schema.server.clone();
    server.connection.user = "reader".to_owned();
    server.password = Some(Secret::new("reader-password".to_owned()));
    let reading = Ledger::open(&world.repository(0).git_folder(), &place(&server), INSTANCE, None).unwrap();
    assert!(!reading.load().unwrap().exists(), "before there are tables");
    run(&world.ledger(0), None);
    schema.by_hand(&format!(
        "GRANT USAGE ON SCHEMA {0} TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO reader",
        schema.name()
    ));
    let loaded = reading.load().unwrap();
    assert_eq!(loaded.state.seq, 1);
    let record = record(&loaded.state);
    let error = reading.add(&loaded.head, &loaded.state.clone().opened(&record), None, &record).unwrap_err();
    assert!(error.to_string().contains("permission denied"), "{error}");
}

#[test]
fn a_server_that_is_not_trusted_or_a_password_that_is_missing_is_an_error() {
    let world = World::database(1);
    let mut server = parts(&world).server.clone();
    server.ca = None;
    let git = world.repository(0).git_folder();
    let error = Ledger::open(&git, &place(&server), INSTANCE, None).unwrap().load().unwrap_err();
    assert!(error.to_string().contains("is not trusted"), "{error}");
    let address = format!("postgres://rolewright@127.0.0.1:{}/accounts", shared().port);
    let without = |secrets: Result<DatabaseSecrets, String>| {
        let database = LedgerDatabase::parse(&address).unwrap().signed_in(secrets);
        let ledger = Ledger::open(&git, &LedgerPlace::Postgres(database.into()), INSTANCE, None).unwrap();
        ledger.load().unwrap_err()
    };
    let ca = Some(shared().file("ca.pem"));
    let error = without(Ok(DatabaseSecrets { ca, ..DatabaseSecrets::default() }));
    assert!(error.to_string().contains("signing in"), "{error}");
    let error = without(Err("the file is gone".to_owned()));
    assert_eq!(error, LedgerError::Credential("the file is gone".to_owned()));
}

#[test]
fn scenario_33_a_ledger_is_renamed_whole_or_not_at_all() {
    for world in World::every() {
        let (old, git) = (world.ledger(0), world.repository(0).git_folder());
        let place = match &world {
            World::Database { schema, .. } => place(&schema.server),
            World::Local(_) | World::Remote { .. } => LedgerPlace::default(),
        };
        let remote = match &world {
            World::Remote { clones, .. } => {
                Some(rolewright::ledger::Remote::new(&clones[0].path(), "origin"))
            }
            World::Local(_) | World::Database { .. } => None,
        };
        let new = Ledger::open(&git, &place, "default/intranet", remote).unwrap();
        assert_eq!(old.carry(&new).unwrap(), Pushed::Refused, "there is none");
        run(&old, None);
        let (pushed, state, _) = open(&old, &old.load().unwrap());
        assert_eq!(old.carry(&new).unwrap(), Pushed::Refused, "a run is writing");
        done(old.replace(&done(pushed), &State { open: None, ..state }, None).unwrap());
        done(old.carry(&new).unwrap());
        assert!(!old.load().unwrap().exists());
        let carried = new.load().unwrap();
        assert_eq!((carried.state.instance.as_str(), carried.state.seq), ("default/intranet", 2));
        assert_eq!(carried.runs.len(), 2);
        run(&old, None);
        assert_eq!(old.carry(&new).unwrap(), Pushed::Refused, "there is one of that name");
        assert_eq!(new.load().unwrap().runs.len(), 2);
    }
}

/// What was settled around each run is the same wherever the ledger is, and after it was carried from git into a database.
#[test]
fn the_history_is_the_same_in_git_in_a_database_and_carried_from_one_to_the_other() {
    let (in_git, in_database) = (World::local(), World::database(2));
    let clone = in_git.repository(0);
    let git = clone.git_folder();
    let ledger = Ledger::open(&git, &place(&parts(&in_database).server), INSTANCE, None).unwrap();
    for (round, settles) in [true, false, true, false].into_iter().enumerate() {
        clone.write("policies/a.yaml", &format!("{round}\n"));
        let commit = clone.commit("Another");
        let repository = PolicyRepository::open(&clone.path().join("policies")).unwrap();
        let tree = repository.tree_id(&rolewright::model::Commit(commit.clone())).unwrap();
        for ledger in [&in_git.ledger(0), &ledger] {
            run(ledger, settles.then(|| (tree.as_str(), settled(&commit))));
        }
    }
    let history = |ledger: &Ledger| {
        let loaded = ledger.load().unwrap();
        let around = |record| ledger.settled_around(&loaded.head, record).unwrap().unwrap();
        (
            loaded.state.clone(),
            loaded.settled_tree.clone(),
            loaded.runs.iter().map(around).collect::<Vec<_>>(),
            loaded.runs,
        )
    };
    let expected = history(&in_git.ledger(0));
    assert_eq!(history(&ledger), expected);
    assert_eq!(expected.2[0].before, expected.2[1].after);
    assert!(expected.2[3].before.is_none());

    assert_eq!(in_git.ledger(0).carry(&ledger).unwrap(), Pushed::Refused, "there is one");
    ledger.reset().unwrap();
    done(in_git.ledger(0).carry(&ledger).unwrap());
    assert_eq!(history(&ledger), expected);
    assert!(!in_git.ledger(0).load().unwrap().exists(), "nobody goes on with the old one");
    assert_eq!(history(&in_database.ledger(1)), expected, "a repository that lacks the policies gets them");
    assert_eq!(run(&ledger, None).seq, 5);
}
