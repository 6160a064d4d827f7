//! The ledger: one ref, or one row, replaced only if it still has the value that was read; in a local repository, on a remote, and in
//! a PostgreSQL database. What holds for every place is tried on all three.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod broken;
mod contents;
mod database;
mod race;
mod remote;
mod takeover;

use crate::support::postgres::{Schema, wait};
use crate::support::repository::TestRepository;
use rolewright::gate::{RunRecord, RunResult, Settled, State};
use rolewright::ledger::{
    DatabaseSecrets, Head, Ledger, LedgerDatabase, LedgerPlace, Loaded, Pushed, Remote,
};
use rolewright::model::PostgresConnection;
use rolewright::postgres::{Caps, Server};
use std::collections::BTreeMap;
use std::sync::Arc;

const INSTANCE: &str = "default/dstny";
const REF: &str = "refs/rolewright/default/dstny";

/// Where the ledger is: in one repository, on a remote of which each runner has its own clone, or in a database to which each
/// runner has its own session.
pub(crate) enum World {
    Local(TestRepository),
    Remote { bare: TestRepository, clones: Vec<TestRepository> },
    Database { clones: Vec<TestRepository>, schema: Box<Schema> },
}

impl World {
    fn local() -> Self {
        Self::Local(TestRepository::started())
    }

    fn remote(runners: usize) -> Self {
        let bare = TestRepository::started().cloned(&["--bare"]);
        let clones = (0..runners).map(|_| bare.cloned(&[])).collect();
        Self::Remote { bare, clones }
    }

    fn database(runners: usize) -> Self {
        let clones = (0..runners).map(|_| TestRepository::started()).collect();
        Self::Database { clones, schema: Box::new(Schema::new()) }
    }

    /// Both kinds in git.
    fn both() -> [Self; 2] {
        [Self::local(), Self::remote(2)]
    }

    /// Every kind, for tests that must pass with all.
    fn every() -> [Self; 3] {
        [Self::local(), Self::remote(2), Self::database(2)]
    }

    /// The ledger as one runner sees it.
    fn ledger(&self, runner: usize) -> Ledger {
        match self {
            Self::Local(repository) => {
                Ledger::open(&repository.git_folder(), &LedgerPlace::default(), INSTANCE, None).unwrap()
            }
            Self::Remote { clones, .. } => {
                let git = clones[runner].git_folder();
                let remote = Remote::new(&clones[runner].path(), "origin");
                Ledger::open(&git, &LedgerPlace::default(), INSTANCE, Some(remote)).unwrap()
            }
            Self::Database { clones, schema } => {
                Ledger::open(&clones[runner].git_folder(), &place(&schema.server), INSTANCE, None).unwrap()
            }
        }
    }

    /// The repository with the authoritative ref.
    fn home(&self) -> &TestRepository {
        match self {
            Self::Local(repository) => repository,
            Self::Remote { bare, .. } => bare,
            Self::Database { .. } => panic!("a database is no repository"),
        }
    }

    /// The repository of a runner.
    fn repository(&self, runner: usize) -> &TestRepository {
        match self {
            Self::Local(repository) => repository,
            Self::Remote { clones, .. } | Self::Database { clones, .. } => &clones[runner],
        }
    }

    /// The ledger is lost.
    fn lose(&self) {
        match self {
            Self::Local(_) | Self::Remote { .. } => {
                self.home().git(&["update-ref", "-d", REF]);
            }
            Self::Database { schema, .. } => schema.by_hand("DELETE FROM runs; DELETE FROM ledgers"),
        }
    }

    /// The value of the ref or the row; none if there is none.
    fn value(&self) -> Option<String> {
        if let Self::Database { schema, .. } = self {
            return row_value(schema);
        }
        let refs = self.home().git(&["for-each-ref", "--format=%(objectname)", REF]);
        Some(refs).filter(|value| !value.is_empty())
    }
}

/// A database as ledgers are put into it.
fn place(server: &Server) -> LedgerPlace {
    let PostgresConnection { host, port, database, schema, user, tls, .. } = &server.connection;
    let address = format!("postgres://{user}@{host}:{port}/{database}?schema={schema}&tls={tls}");
    let secrets =
        DatabaseSecrets { password: server.password.clone(), certificate: None, ca: server.ca.clone() };
    LedgerPlace::Postgres(Arc::new(LedgerDatabase::parse(&address).unwrap().signed_in(Ok(secrets))))
}

fn row_value(schema: &Schema) -> Option<String> {
    wait(async {
        let session = schema.server.connect(Caps::default()).await.unwrap();
        let sql = format!(
            "SELECT version || ' ' || writer FROM {}.ledgers WHERE instance = '{INSTANCE}'",
            schema.name()
        );
        // Without tables there is no row.
        let row = session.row(&sql, &[]).await.ok().flatten();
        row.map(|row| session.column(&row, 0).unwrap())
    })
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}

fn items(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(word, items)| ((*word).to_owned(), (*items).to_owned())).collect()
}

/// The record of every run in these tests: the same second, the same plan.
fn record(state: &State) -> RunRecord {
    RunRecord {
        version: 1,
        run: state.next_run(),
        cause: "schedule".to_owned(),
        at: "2026-11-21T03:00:00Z".to_owned(),
        as_of: "2026-11-21".to_owned(),
        counts: counts(&[("delete", 3), ("create", 2)]),
        charged: counts(&[("delete", 3)]),
        items: items(&[("delete", "aaaaaaaabbbbbbbbcccccccc")]),
        result: RunResult::Open,
        ..RunRecord::default()
    }
}

/// Opens a run on the loaded state.
fn open(ledger: &Ledger, loaded: &Loaded) -> (Pushed, State, RunRecord) {
    let record = record(&loaded.state);
    let state = loaded.state.clone().opened(&record);
    (ledger.add(&loaded.head, &state, None, &record).unwrap(), state, record)
}

fn done(pushed: Pushed) -> Head {
    match pushed {
        Pushed::Done(head) => head,
        Pushed::Refused => panic!("the push was refused"),
    }
}

/// A whole run.
fn run(ledger: &Ledger, settled: Option<(&str, Settled)>) -> State {
    let loaded = ledger.load().unwrap();
    let record = record(&loaded.state);
    let mut state = loaded.state.clone().opened(&record);
    if let Some((_, settled)) = &settled {
        state = state.settle(settled.clone());
    }
    let tree = settled.as_ref().map(|(tree, _)| *tree);
    let head = done(ledger.add(&loaded.head, &state, tree, &record).unwrap());
    let state = state.closed(&record.run, &record.counts);
    let record = RunRecord { result: RunResult::Done, exit: Some(0), ..record };
    done(ledger.replace(&head, &state, Some(&record)).unwrap());
    state
}

fn settled(commit: &str) -> Settled {
    Settled {
        commit: commit.to_owned(),
        policy: "p".to_owned(),
        at: "2026-11-21T03:00:00Z".to_owned(),
        as_of: String::new(),
    }
}
