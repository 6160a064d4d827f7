//! Runs that are killed at a request or at a push of the ledger, before or after it had its effect: the next run converges,
//! and nothing is there twice.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]
#![expect(clippy::disallowed_methods, reason = "the number of points is set from outside")]

use crate::support::promapp::Company;
use crate::support::scim::server::Software;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// When the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Before the server gets this request of the run.
    Before(usize),
    /// After the server answered it, before the run hears of it.
    After(usize),
    /// Before the remote takes this push of the ledger.
    BeforePush(usize),
    /// After the remote took it.
    AfterPush(usize),
}

/// Between a run and its server: counts the requests, and kills the run at one of them.
struct Executioner {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    seen: AtomicUsize,
    moment: Mutex<Option<Moment>>,
    run: Mutex<Option<Child>>,
    killed: AtomicBool,
    ended: AtomicBool,
}

impl State {
    fn kill(&self) {
        if let Some(run) = self.run.lock().expect("nobody panics with it").as_mut() {
            // Dead by SIGKILL before anything goes on.
            run.kill().expect("killed");
            run.wait().expect("ended");
            self.killed.store(true, Ordering::SeqCst);
        }
    }

    fn is_at(&self, moment: Moment) -> bool {
        *self.moment.lock().expect("nobody panics with it") == Some(moment)
    }
}

impl Executioner {
    fn before(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let state = Arc::<State>::default();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.ended.load(Ordering::SeqCst) {
                    return;
                }
                let (state, stream) = (Arc::clone(&shared), stream.expect("loopback connects"));
                std::thread::spawn(move || serve(stream, upstream, &state));
            }
        });
        Self { port, state }
    }
}

impl Drop for Executioner {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// One connection: each request goes to the server, and its answer back.
fn serve(mut client: TcpStream, upstream: u16, state: &State) {
    while let Some(raw) = message(&mut client) {
        let number = state.seen.fetch_add(1, Ordering::SeqCst);
        if state.is_at(Moment::Before(number)) {
            state.kill();
            return;
        }
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", upstream)) else { return };
        let _ = server.write_all(&raw);
        let Some(answer) = message(&mut server) else { return };
        let _ = server.shutdown(Shutdown::Both);
        if state.is_at(Moment::After(number)) {
            state.kill();
            return;
        }
        if client.write_all(&answer).is_err() {
            return;
        }
    }
}

/// One message with its body, whose length its head tells, or which comes in chunks.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut raw, mut piece) = (Vec::new(), [0; 16 << 10]);
    loop {
        if let Some(end) = raw.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&raw[..end]).to_lowercase();
            let length: Option<usize> =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let is_whole = match length {
                Some(length) => raw.len() >= end + 4 + length,
                None if head.contains("transfer-encoding: chunked") => raw.ends_with(b"0\r\n\r\n"),
                None => true,
            };
            if is_whole {
                return Some(raw);
            }
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        raw.extend_from_slice(&piece[..count]);
    }
}

/// A company whose ledger is on a remote that can kill too.
struct Story {
    company: Company,
    executioner: Executioner,
}

impl Story {
    fn new() -> Self {
        let company = Company::new(Software::Scimmy(4), 40);
        let executioner = Executioner::before(company.server.port());
        company.reached_by(&format!("http://127.0.0.1:{}/scim", executioner.port));
        company.unlimited();
        company.with_remote();
        company.playground.run(&["apply"]).ends(0);
        Self { company, executioner }
    }

    /// Forty changes: titles, rights, teams, people who leave and return.
    fn change(&mut self, round: usize) {
        for (number, employee) in self.company.people.iter_mut() {
            match (number + round) % 4 {
                0 => employee.title = if employee.title == "Clerk" { "Auditor" } else { "Clerk" },
                1 => employee.team = (employee.team + 1) % 5,
                2 => employee.role = if employee.role == "Editor" { "Viewer" } else { "Editor" },
                _ if number % 20 == 3 => employee.enabled = !employee.enabled,
                _ => {}
            }
        }
        self.company.staff();
    }

    /// A run that dies at a moment, if it gets there.
    fn dies_at(&self, moment: Moment) -> bool {
        let state = &self.executioner.state;
        self.company.armed(match moment {
            Moment::BeforePush(number) => Some(("pre-receive", number)),
            Moment::AfterPush(number) => Some(("post-receive", number)),
            Moment::Before(_) | Moment::After(_) => None,
        });
        state.seen.store(0, Ordering::SeqCst);
        state.killed.store(false, Ordering::SeqCst);
        *state.moment.lock().expect("nobody panics with it") = Some(moment);
        let mut command = self.company.playground.command(&["apply"]);
        let command = command.env("KILL_BY", self.company.playground.path("run.pid"));
        let run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        self.company.playground.write("run.pid", &run.id().to_string());
        *state.run.lock().expect("nobody panics with it") = Some(run);
        let ended = loop {
            std::thread::sleep(std::time::Duration::from_millis(5));
            let mut run = state.run.lock().expect("nobody panics with it");
            if let Some(status) = run.as_mut().expect("a run").try_wait().expect("a child") {
                break status;
            }
        };
        *state.moment.lock().expect("nobody panics with it") = None;
        self.company.armed(None);
        ended.code().is_none()
    }
}

/// Some of the moments of a run; `ROLEWRIGHT_KILL_POINTS` says how many. The others are run now and then
/// (tests/README.md).
#[test]
fn f1_killed_at_any_request_or_push_the_next_run_converges() {
    let points: usize =
        std::env::var("ROLEWRIGHT_KILL_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(16);
    let mut story = Story::new();
    story.change(0);
    story.company.playground.run(&["apply"]).ends(0);
    let requests = story.executioner.state.seen.load(Ordering::SeqCst);
    assert!(requests > 60, "{requests} requests");
    let pushes = [0, 1].into_iter().flat_map(|push| [Moment::BeforePush(push), Moment::AfterPush(push)]);
    let network = (0..points.saturating_sub(4)).map(|point| {
        // Spread over the run, and over the two sides of a request.
        let number = point / 2 * 2 * 70 / points.max(1);
        if point % 2 == 0 { Moment::Before(number) } else { Moment::After(number) }
    });
    let mut died = 0;
    for (round, moment) in pushes.chain(network).enumerate() {
        story.change(round + 1);
        if story.dies_at(moment) {
            died += 1;
            story.company.playground.run(&["unlock", "--dead"]).ends(0);
        }
        let again = story.company.playground.run(&["apply"]);
        assert!(again.code == 0, "{moment:?}: {}\n{}", again.stdout, again.stderr);
        story.company.is_as_it_should_be(&format!("{moment:?}"));
    }
    assert!(died * 10 >= points * 8, "only {died} of {points} runs were killed");
}
