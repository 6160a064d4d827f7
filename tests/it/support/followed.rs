//! A company whose branch a process follows: a remote, a clone, and the process.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "tests start the binary and wait for it")]
#![expect(clippy::disallowed_methods, reason = "tests look at files and wait")]

use crate::support::playground::Playground;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// How long a test waits for anything at most; what it waits for comes much sooner, or with the next minute.
const PATIENCE: Duration = Duration::from_secs(150);

/// The remote of a company, a clone for the process, and the work tree of an author.
pub(crate) struct Followed {
    pub(crate) author: Playground,
}

impl Followed {
    /// The phone system, run each minute.
    pub(crate) fn new() -> Self {
        let author = Playground::new().at_any_hour("dstny");
        author.edit(
            "policies/dstny/application.yaml",
            "schedule: { daily: ['06:00', '18:00'], timeZone: Europe/Copenhagen }",
            "schedule: { every: 1m }",
        );
        Self::of(author)
    }

    /// What this author has.
    pub(crate) fn of(author: Playground) -> Self {
        author.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
        author.git(&["remote", "add", "origin", "remote.git"]);
        author.write(".gitignore", "*.db*\nremote.git\nclone\ndata\n*.log\n");
        let followed = Self { author };
        followed.merge("What the process follows");
        followed.author.git(&["clone", "-q", "remote.git", "clone"]);
        followed
    }

    /// What an author changed arrives on the branch.
    pub(crate) fn merge(&self, message: &str) {
        self.author.commit_all(message);
        self.author.git(&["push", "-q", "origin", "main"]);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.author.command(&["-C", "clone/policies"]);
        command.args(arguments);
        command
    }

    /// A process that looks at the branch each second.
    pub(crate) fn process(&self, arguments: &[&str]) -> Process {
        self.process_with(&[&["--poll", "1"], arguments].concat())
    }

    pub(crate) fn process_with(&self, arguments: &[&str]) -> Process {
        let log = self.author.path("process.log");
        let file = File::create(&log).unwrap();
        let mut command = self.command(&["reconcile"]);
        command.args(arguments).stdout(file.try_clone().unwrap()).stderr(file);
        Process { child: command.spawn().unwrap(), log }
    }
}

/// A running process; it ends with the test.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it said this so many times.
    pub(crate) fn says(&mut self, text: &str, times: usize) {
        let begun = Instant::now();
        while self.said().matches(text).count() < times {
            let ended = self.child.try_wait().unwrap();
            let waits = begun.elapsed() < PATIENCE && ended.is_none();
            assert!(waits, "{text:?} was not said {times} times; {ended:?}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until no run is under way: one that is asked to end now would be cut short.
    pub(crate) fn rests(&self) {
        let begun = Instant::now();
        let times = |text: &str| self.said().matches(text).count();
        while times("a run is due: ") > times("the run ended: ") {
            assert!(begun.elapsed() < PATIENCE, "a run does not end:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The answer to a path: the status line and headers, and the body.
    pub(crate) fn get(&self, path: &str) -> (String, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n"))
    }

    /// The status line after a body was posted to a path with a header.
    pub(crate) fn post(&self, path: &str, header: &str, body: &str) -> String {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: here\r\n{header}\r\nContent-Length: {length}");
        let (head, _) = self.ask(&format!("{head}\r\n\r\n{body}"));
        head.lines().next().unwrap_or_default().to_owned()
    }

    fn ask(&self, request: &str) -> (String, String) {
        let said = self.said();
        let (_, rest) = said.split_once("on http://").expect("it listens");
        let mut stream = TcpStream::connect(rest.lines().next().unwrap()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// Waits until a path is answered with this status.
    pub(crate) fn answers(&self, path: &str, status: u16) {
        let (begun, line) = (Instant::now(), format!("HTTP/1.1 {status} "));
        while !self.get(path).0.starts_with(&line) {
            assert!(begun.elapsed() < PATIENCE, "{path} is not {status}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The value of a series.
    pub(crate) fn metric(&self, series: &str) -> Option<f64> {
        let text = self.get("/metrics").1;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// Asks it to end, and gives its exit code. It ends within ten seconds.
    pub(crate) fn ends(&mut self) -> Option<i32> {
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
