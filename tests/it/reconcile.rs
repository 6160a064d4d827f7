//! The process that stays: it follows the branch and the schedule, on real git and a real store.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "tests start the binary and wait for it")]
#![expect(clippy::disallowed_methods, reason = "tests look at files and wait")]

use crate::support::playground::{Playground, copy};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How long a test waits for anything at most; what it waits for comes much sooner, or with the next minute.
const PATIENCE: Duration = Duration::from_secs(150);

/// The remote of a company, a clone for the process, and the work tree of an author.
struct Followed {
    author: Playground,
}

impl Followed {
    fn new() -> Self {
        let author = Playground::new().at_any_hour("dstny");
        author.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
        author.git(&["remote", "add", "origin", "remote.git"]);
        author.write(".gitignore", "*.db*\nremote.git\nclone\ndata\n*.log\n");
        author.edit(
            "policies/dstny/application.yaml",
            "schedule: { daily: ['06:00', '18:00'], timeZone: Europe/Copenhagen }",
            "schedule: { every: 1m }",
        );
        let followed = Self { author };
        followed.merge("Each minute");
        followed.author.git(&["clone", "-q", "remote.git", "clone"]);
        followed
    }

    /// What an author changed arrives on the branch.
    fn merge(&self, message: &str) {
        self.author.commit(message);
        self.author.git(&["push", "-q", "origin", "main"]);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.author.command(&["-C", "clone/policies"]);
        command.args(arguments);
        command
    }

    fn process(&self, arguments: &[&str]) -> Process {
        let log = self.author.path("process.log");
        let file = File::create(&log).unwrap();
        let mut command = self.command(&["reconcile", "--poll", "1"]);
        command.args(arguments).stdout(file.try_clone().unwrap()).stderr(file);
        Process { child: command.spawn().unwrap(), log }
    }
}

/// A running process; it ends with the test.
struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it said this so many times.
    fn says(&mut self, text: &str, times: usize) {
        let begun = Instant::now();
        while self.said().matches(text).count() < times {
            let ended = self.child.try_wait().unwrap();
            let waits = begun.elapsed() < PATIENCE && ended.is_none();
            assert!(waits, "{text:?} was not said {times} times; {ended:?}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The answer to a path: the status line and headers, and the body.
    fn get(&self, path: &str) -> (String, String) {
        let said = self.said();
        let (_, rest) = said.split_once("on http://").expect("it listens");
        let mut stream = TcpStream::connect(rest.lines().next().unwrap()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// Waits until a path is answered with this status.
    fn answers(&self, path: &str, status: u16) {
        let (begun, line) = (Instant::now(), format!("HTTP/1.1 {status} "));
        while !self.get(path).0.starts_with(&line) {
            assert!(begun.elapsed() < PATIENCE, "{path} is not {status}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The value of a series.
    fn metric(&self, series: &str) -> Option<f64> {
        let text = self.get("/metrics").1;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// Asks it to end, and gives its exit code. It ends within ten seconds.
    fn ends(&mut self) -> Option<i32> {
        let begun = Instant::now();
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not end:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        };
        status.code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
    process.says("not even what was sound before", 1);
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
