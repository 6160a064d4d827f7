//! The process that stays: it follows the branch and the schedule, on real git and a real store.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::followed::Followed;
use crate::support::playground::{Playground, copy};
use crate::support::scim::stub::{Reply, Stub};
use crate::support::scim::workspace::dstny_by_scim;
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::sync::mpsc;

/// The values of one attribute of all accounts.
fn values(store: &Path, attribute: &str) -> Vec<String> {
    let store = Connection::open(store).unwrap();
    let mut query = store.prepare("SELECT value FROM attributes WHERE name = ? ORDER BY value").unwrap();
    query.query_map([attribute], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn has(store: &Path, attribute: &str, value: &str) -> bool {
    values(store, attribute).iter().any(|found| found == value)
}

/// One process for a day in the life of its branch: a start, a merge, a lost remote, unsound policies, a moment of the schedule, the
/// end.
#[test]
fn pu_05_a_process_follows_the_branch_and_the_schedule() {
    let followed = Followed::new();
    let author = &followed.author;
    // The directory is no part of the repository here: only the schedule brings its changes.
    copy(&author.path("policies"), &author.path("data"));
    let (data, store) = (author.path("data"), author.path("data/dstny.db"));
    let listening = ["--listen", "127.0.0.1:0"];
    let mut process = followed.process(&[&["--data", data.to_str().unwrap()], &listening[..]].concat());
    process.says("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update.", 1);
    process.says("the run ended: done", 1);
    process.answers("/readyz", 200);
    process.answers("/healthz", 200);
    let of = "environment=\"default\",application=\"dstny\"";
    assert_eq!(process.metric(&format!("rolewright_runs_total{{{of},outcome=\"done\"}}")), Some(1.0));
    let deleted = format!("rolewright_changes_total{{{of},operation=\"delete\",outcome=\"made\"}}");
    assert_eq!(process.metric(&deleted), Some(2.0));
    let next = process.metric(&format!("rolewright_run_next_timestamp_seconds{{{of}}}")).unwrap();
    assert_eq!(next % 60.0, 0.0);
    assert!(has(&store, "title", "Team lead"));

    author.edit("policies/dstny/attribute-mapping.yaml", "  title: jobTitle\n", "  title: department\n");
    followed.merge("Titles are departments");
    process.says("a run is due: the branch has a new commit", 1);
    // The run is recorded: a remote that is lost before would make the next one wait for it.
    process.says("the run ended: done", 2);
    assert!(!has(&store, "title", "Team lead"));

    fs::rename(author.path("remote.git"), author.path("away.git")).unwrap();
    process.says("nothing is applied until the branch can be read", 2);
    fs::rename(author.path("away.git"), author.path("remote.git")).unwrap();
    author.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: dance");
    followed.merge("A word that does not exist");
    process.says("not even the earlier policies", 1);
    process.answers("/readyz", 503);
    assert_eq!(process.metric("rolewright_policies_sound"), Some(0.0));

    author.edit("policies/dstny/lifecycle.yaml", "disabled: dance", "disabled: provision");
    author.edit("policies/dstny/attribute-mapping.yaml", "  title: department\n", "  title: jobTitle\n");
    followed.merge("Titles are titles");
    process.says("Applied: ", 3);
    assert!(has(&store, "title", "Team lead"));

    author.edit("data/directories/people.yaml", "jobTitle: Team lead", "jobTitle: Head of support");
    process.says("a run is due: its schedule says so", 1);
    process.says("Applied: ", 4);
    assert!(has(&store, "title", "Head of support"));
    process.answers("/readyz", 200);
    assert!(process.metric("rolewright_branch_looks_total{outcome=\"failed\"}").unwrap() >= 2.0);
    let shown = format!("{}{}", process.get("/").1, process.get("/metrics").1).to_lowercase();
    for name in ["bo.dahl", "dahl", "anna", "clara", "contoso", "+45", "a1000000-"] {
        assert!(!shown.contains(name), "{name}: {shown}");
    }
    process.rests();
    assert_eq!(process.ends(), Some(0), "{}", process.said());
    assert!(author.run(&["-C", "clone/policies", "history"]).ends(0).stdout.contains("r-4"));
}

/// For timers: what is merged is applied once, with the people of that commit, for nobody brings the clone up to date.
#[test]
fn once_applies_what_is_merged_with_the_people_of_that_commit() {
    let followed = Followed::new();
    let author = &followed.author;
    let store = author.path("clone/policies/dstny.db");
    let once = || author.run(&["-C", "clone/policies", "reconcile", "--once"]);
    // Nobody ever checked the clone out: what is read stands in the commit.
    fs::remove_file(author.path("clone/policies/dstny/start.yaml")).unwrap();
    once().ends(0);
    author.edit("policies/directories/people.yaml", "jobTitle: Team lead", "jobTitle: Head of support");
    followed.merge("A promotion");
    once().ends(0);
    assert!(has(&store, "title", "Head of support"));
    assert!(!author.read("clone/policies/directories/people.yaml").contains("Head of support"));
    author.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: dance");
    followed.merge("A word that does not exist");
    once().ends(1);
}

#[test]
fn a_process_cannot_live_on_one_day_or_without_a_repository() {
    let followed = Followed::new();
    let author = &followed.author;
    let frozen = author.run(&["-C", "clone/policies", "--as-of", "2027-01-31", "reconcile"]).ends(1);
    assert!(frozen.stderr.contains("ROLEWRIGHT_AS_OF"), "{}", frozen.stderr);
    let nowhere = tempfile::tempdir().unwrap();
    author.run(&["-C", nowhere.path().to_str().unwrap(), "reconcile"]).ends(1);
}

/// The last event says how the process ended, though a signal ended it while it waited.
#[test]
fn the_end_is_said_between_runs_too() {
    let followed = Followed::new();
    let mut process = followed.process(&["--log", "json"]);
    process.says("\"event\":\"run-ended\"", 1);
    assert_eq!(process.ends(), Some(0), "{}", process.said());
    let said = process.said();
    let last = said.lines().last().unwrap();
    assert!(last.contains("\"event\":\"ended\",\"exit\":0"), "{said}");
    assert_eq!(said.matches("\"event\":\"ended\"").count(), 1, "{said}");
}

/// An application that does not answer keeps the process at most ten seconds: the call is cut off, and the run is recorded.
#[test]
fn f13_a_process_whose_application_is_slow_ends_within_ten_seconds() {
    let (hold, held) = mpsc::channel::<()>();
    let stub = Stub::start(move |line| {
        let groups =
            r#"{"totalResults":1,"Resources":[{"id":"g1","displayName":"Non AD sync","members":[]}]}"#;
        match line {
            _ if line.starts_with("GET /Groups") => Reply::Whole(200, "", groups.to_owned()),
            _ if line.starts_with("GET /Users?") => {
                Reply::Whole(200, "", r#"{"totalResults":0,"Resources":[]}"#.to_owned())
            }
            _ if line.starts_with("POST ") => {
                // Until the test is over.
                let _ = held.recv();
                Reply::Whole(500, "", String::new())
            }
            _ => Reply::Whole(404, "", String::new()),
        }
    });
    // Whatever happens, the stub is let go first.
    let hold = hold;
    let mut author = Playground::new();
    dstny_by_scim(&author, &stub.url());
    author.secret("ROLEWRIGHT_DSTNY", "a-token-of-this-test");
    let followed = Followed::of(author);
    let mut process = followed.process(&["--log", "json"]);
    process.says("\"event\":\"run-begun\"", 1);
    let begun = std::time::Instant::now();
    while stub.count("POST ") == 0 {
        assert!(begun.elapsed().as_secs() < 100, "{}", process.said());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(process.ends(), Some(5), "{}", process.said());
    let said = process.said();
    assert!(said.contains("\"outcome\":\"partial\""), "{said}");
    assert!(said.lines().last().unwrap().contains("\"event\":\"ended\",\"exit\":5"), "{said}");
    assert!(followed.author.run(&["-C", "clone/policies", "history"]).ends(0).stdout.contains("partial"));
    drop(hold);
}
