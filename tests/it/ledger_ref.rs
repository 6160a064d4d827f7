//! The ledger: one ref, replaced only if it still has the value that was read; in a local repository, and on a remote.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod broken;
mod contents;
mod race;
mod remote;
mod takeover;

use crate::support::repository::TestRepository;
use rolewright::gate::{RunRecord, RunResult, Settled, State};
use rolewright::ledger::{Head, Ledger, Loaded, Pushed, Remote};
use std::collections::BTreeMap;

const INSTANCE: &str = "default/dstny";
const REF: &str = "refs/rolewright/default/dstny";

/// Where the ledger is: in one repository, or on a remote of which each runner has its own clone.
pub(crate) enum World {
    Local(TestRepository),
    Remote { bare: TestRepository, clones: Vec<TestRepository> },
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

    /// Both kinds, for tests that must pass with both.
    fn both() -> [Self; 2] {
        [Self::local(), Self::remote(2)]
    }

    /// The ledger as one runner sees it.
    fn ledger(&self, runner: usize) -> Ledger {
        match self {
            Self::Local(repository) => {
                Ledger::open(&repository.git_folder(), "refs/rolewright", INSTANCE, None).unwrap()
            }
            Self::Remote { clones, .. } => {
                let git = clones[runner].git_folder();
                let remote = Remote::new(&clones[runner].path(), "origin");
                Ledger::open(&git, "refs/rolewright", INSTANCE, Some(remote)).unwrap()
            }
        }
    }

    /// The repository with the authoritative ref.
    fn home(&self) -> &TestRepository {
        match self {
            Self::Local(repository) => repository,
            Self::Remote { bare, .. } => bare,
        }
    }

    /// The ref's value; none if the ref does not exist.
    fn value(&self) -> Option<String> {
        let refs = self.home().git(&["for-each-ref", "--format=%(objectname)", REF]);
        Some(refs).filter(|value| !value.is_empty())
    }
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
