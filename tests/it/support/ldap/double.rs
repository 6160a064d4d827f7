//! A small LDAP server with faults on demand: a few users and groups, in pages and ranges.
#![expect(clippy::disallowed_types, reason = "a server listens")]

use super::ReadSettings;
use rolewright::wire::ldap::PAGED;
use rolewright::wire::ldap::ber::{self, ENUMERATED, Elements, INTEGER, OCTETS, SEQUENCE, SET};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// All entries are below this name.
pub(crate) const BASE: &str = "dc=double";

/// An entry: its name, and its attributes with their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, Vec<Vec<u8>>)>,
}

/// The double's entries, and how much of them fits into one answer.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) users: Vec<Entry>,
    pub(crate) groups: Vec<Entry>,
    /// The maximum number of values of an attribute in one answer, like Windows' limit; 0: no limit.
    pub(crate) values: usize,
}

/// The parts of a request that tests look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    Bind,
    /// The root entry, which describes the server.
    Root,
    /// A page of users, beginning with this one.
    Users(usize),
    /// A page of groups, beginning with this one.
    Groups(usize),
    /// One entry.
    Entry(String),
    Unbind,
}

/// The double's reaction to a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The normal answer.
    Serve,
    /// This result code, after a number of entries.
    Refuse(i64, usize),
    /// The connection is closed after a number of bytes of the answer.
    Cut(usize),
    /// These bytes instead of the answer.
    Send(Vec<u8>),
    /// The answer one byte at a time, with a pause before each.
    Drip(Duration),
    /// No answer.
    Stall,
    /// The answer without the information whether another page follows.
    Forget,
    /// The cookie of the page before, so that it comes again.
    Repeat,
    /// The list ends after a number of entries of this page.
    Last(usize),
    /// No entry, and the page that begins with this one is next.
    Nothing(usize),
    /// The normal answer, and a part of the tree is at this address.
    Refer(&'static str),
}

/// A running double. It listens until the test process ends.
pub(crate) struct Double {
    url: String,
    seen: Arc<Mutex<Vec<(usize, RequestKind)>>>,
    sent: Arc<AtomicU64>,
}

type Script = dyn Fn(usize, &RequestKind) -> Step + Send + Sync;

impl Double {
    /// Starts a double; `script` gives the reaction for a connection's number, from 0, and a request.
    pub(crate) fn start(
        content: Content,
        script: impl Fn(usize, &RequestKind) -> Step + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("ldap://{}", listener.local_addr().expect("its address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::new(AtomicU64::new(0));
        let bytes = Arc::clone(&sent);
        let (content, script, log): (_, Arc<Script>, _) = (Arc::new(content), Arc::new(script), seen.clone());
        thread::spawn(move || {
            for (number, socket) in listener.incoming().flatten().enumerate() {
                let (content, script, log) = (content.clone(), script.clone(), log.clone());
                let bytes = bytes.clone();
                // If the client closes the connection, writing fails and the thread ends.
                thread::spawn(move || serve(socket, &content, number, &*script, (&log, &bytes)));
            }
        });
        Self { url, seen, sent }
    }

    /// How tests read it.
    pub(crate) fn wanted(&self) -> ReadSettings {
        let mut wanted = ReadSettings::new(&self.url, BASE, "cn=reader", "password");
        wanted.limits.page = 2;
        wanted.limits.answer = Duration::from_secs(5);
        wanted
    }

    /// The requests, with the numbers of their connections.
    pub(crate) fn seen(&self) -> Vec<(usize, RequestKind)> {
        self.seen.lock().expect("no thread panics").clone()
    }

    /// Bytes of answers.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.seen().iter().map(|(number, _)| number + 1).max().unwrap_or(0)
    }
}

impl Content {
    /// Five users and three groups.
    pub(crate) fn small() -> Self {
        let users = (0..5).map(user).collect();
        let groups = (0..3).map(|at| group(at, &[at, at + 1])).collect();
        Self { users, groups, values: 0 }
    }
}

pub(crate) fn user(at: usize) -> Entry {
    let texts = |name: &str, value: String| (name.to_owned(), vec![value.into_bytes()]);
    Entry {
        name: format!("uid=u{at},{BASE}"),
        attributes: vec![
            texts("entryUUID", format!("00000000-0000-4000-8000-{at:012x}")),
            texts("uid", format!("u{at}")),
            texts("mail", format!("u{at}@example.test")),
        ],
    }
}

pub(crate) fn group(at: usize, members: &[usize]) -> Entry {
    let texts = |name: &str, value: String| (name.to_owned(), vec![value.into_bytes()]);
    let members = members.iter().map(|at| format!("uid=u{at},{BASE}").into_bytes()).collect();
    Entry {
        name: format!("cn=g{at},{BASE}"),
        attributes: vec![
            texts("entryUUID", format!("00000000-0000-4000-9000-{at:012x}")),
            texts("cn", format!("g{at}")),
            ("member".to_owned(), members),
        ],
    }
}

/// A parsed request.
struct Request {
    id: i64,
    asked: RequestKind,
    size: usize,
    attributes: Vec<String>,
    /// Whether only persons are requested.
    persons: bool,
}

fn serve(
    mut socket: TcpStream,
    content: &Content,
    number: usize,
    script: &Script,
    (log, sent): (&Mutex<Vec<(usize, RequestKind)>>, &AtomicU64),
) -> std::io::Result<()> {
    let mut waiting = Vec::new();
    loop {
        let length = loop {
            match ber::message_length(&waiting, 1 << 20) {
                Ok(Some(length)) if length <= waiting.len() => break length,
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
            let mut chunk = [0; 4096];
            match socket.read(&mut chunk)? {
                0 => return Ok(()),
                read => waiting.extend_from_slice(&chunk[..read]),
            }
        };
        let message: Vec<u8> = waiting.drain(..length).collect();
        let request = parsed(&message).expect("requests that are LDAP");
        log.lock().expect("no thread panics").push((number, request.asked.clone()));
        if request.asked == RequestKind::Unbind {
            return Ok(());
        }
        let step = script(number, &request.asked);
        let answer = answer(&request, content, &step);
        sent.fetch_add(answer.len() as u64, Ordering::Relaxed);
        match step {
            Step::Cut(bytes) => return socket.write_all(&answer[..bytes.min(answer.len())]),
            Step::Send(bytes) => socket.write_all(&bytes)?,
            Step::Stall => thread::sleep(Duration::from_secs(60)),
            Step::Drip(pause) => {
                for byte in answer {
                    thread::sleep(pause);
                    socket.write_all(&[byte])?;
                }
            }
            _ => socket.write_all(&answer)?,
        }
    }
}

fn parsed(message: &[u8]) -> Result<Request, ber::Malformed> {
    let mut message = Elements::new(message).enter(SEQUENCE)?;
    let id = message.number(INTEGER)?;
    let (tag, content) = message.take()?;
    let mut request =
        Request { id, asked: RequestKind::Unbind, size: 0, attributes: Vec::new(), persons: false };
    let mut operation = Elements::new(content);
    match tag {
        0x60 => request.asked = RequestKind::Bind,
        0x63 => {
            let base = operation.text()?.to_owned();
            let scope = operation.number(ENUMERATED)?;
            for _ in 0..4 {
                operation.take()?;
            }
            let (_, filter) = operation.take()?;
            let mut attributes = operation.enter(SEQUENCE)?;
            while !attributes.is_empty() {
                request.attributes.push(attributes.text()?.to_owned());
            }
            let (size, from) = page(message)?;
            let filter = String::from_utf8_lossy(filter);
            request.persons = filter.contains("person");
            let of_groups = filter.contains("groupOfNames");
            (request.size, request.asked) = match (scope, base.as_str()) {
                (0, "") => (0, RequestKind::Root),
                (0, _) => (0, RequestKind::Entry(base)),
                _ if of_groups => (size, RequestKind::Groups(from)),
                _ => (size, RequestKind::Users(from)),
            };
        }
        _ => {}
    }
    Ok(request)
}

/// Size of a page, and the number of its first entry.
fn page(mut rest: Elements<'_>) -> Result<(usize, usize), ber::Malformed> {
    if rest.is_empty() {
        return Ok((usize::MAX, 0));
    }
    let mut control = rest.enter(0xa0)?.enter(SEQUENCE)?;
    control.text()?;
    control.take()?;
    let mut value = Elements::new(control.expect(OCTETS)?).enter(SEQUENCE)?;
    let size = value.number(INTEGER)? as usize;
    let cookie = String::from_utf8_lossy(value.expect(OCTETS)?).into_owned();
    Ok((size, cookie.parse().unwrap_or(0)))
}

fn answer(request: &Request, content: &Content, step: &Step) -> Vec<u8> {
    let root = root();
    let (entries, from): (Vec<&Entry>, usize) = match &request.asked {
        RequestKind::Bind => return outcome(request.id, 0x61, code(step), None),
        RequestKind::Root => (vec![&root], 0),
        RequestKind::Users(from) => (content.users.iter().collect(), *from),
        RequestKind::Groups(from) => (content.groups.iter().collect(), *from),
        RequestKind::Entry(name) => {
            let all = content.users.iter().chain(&content.groups);
            let named = all.filter(|entry| entry.name == *name);
            (named.filter(|entry| !request.persons || entry.name.starts_with("uid=")).collect(), 0)
        }
        RequestKind::Unbind => return Vec::new(),
    };
    let size = if request.size == 0 { usize::MAX } else { request.size };
    let most = match step {
        Step::Refuse(_, most) | Step::Last(most) => *most,
        Step::Nothing(_) => 0,
        _ => size,
    };
    let mut bytes = Vec::new();
    if let Step::Refer(address) = step {
        let reference = ber::group(0x73, &[ber::element(OCTETS, address.as_bytes())]);
        bytes.extend(ber::group(SEQUENCE, &[ber::number(INTEGER, request.id), reference]));
    }
    for entry in entries.iter().skip(from).take(size.min(most)) {
        bytes.extend(encoded(request, entry, content.values));
    }
    let next = from.saturating_add(size);
    let cookie = match step {
        Step::Forget => None,
        Step::Repeat => Some(from.to_string()),
        Step::Last(_) => Some(String::new()),
        Step::Nothing(next) => Some(next.to_string()),
        _ if next < entries.len() => Some(next.to_string()),
        _ => Some(String::new()),
    };
    bytes.extend(outcome(request.id, 0x65, code(step), cookie.filter(|_| request.size > 0)));
    bytes
}

fn code(step: &Step) -> i64 {
    if let Step::Refuse(code, _) = step { *code } else { 0 }
}

fn root() -> Entry {
    let paged = vec![PAGED.as_bytes().to_vec()];
    Entry { name: String::new(), attributes: vec![("supportedControl".to_owned(), paged)] }
}

/// An entry with the requested attributes; long ones in ranges, with an empty attribute beside each, as in Windows.
fn encoded(request: &Request, entry: &Entry, most: usize) -> Vec<u8> {
    let octets = |text: &[u8]| ber::element(OCTETS, text);
    let attribute = |name: &str, values: &[Vec<u8>]| {
        let values: Vec<_> = values.iter().map(|value| octets(value)).collect();
        ber::group(SEQUENCE, &[octets(name.as_bytes()), ber::group(SET, &values)])
    };
    let mut attributes = Vec::new();
    for (name, values) in &entry.attributes {
        let from = request.attributes.iter().find_map(|asked| {
            let range = asked.strip_prefix(name.as_str())?.strip_prefix(";range=")?;
            range.strip_suffix("-*")?.parse().ok()
        });
        let from: usize = from.unwrap_or(0);
        if most == 0 || (values.len() <= most && from == 0) {
            attributes.push(attribute(name, values));
            continue;
        }
        let end = values.len().min(from + most);
        let last = if end == values.len() { "*".to_owned() } else { (end - 1).to_string() };
        attributes.push(attribute(name, &[]));
        attributes.push(attribute(&format!("{name};range={from}-{last}"), &values[from.min(end)..end]));
    }
    let entry = ber::group(0x64, &[octets(entry.name.as_bytes()), ber::group(SEQUENCE, &attributes)]);
    ber::group(SEQUENCE, &[ber::number(INTEGER, request.id), entry])
}

/// The result of an operation, with the place where the next page begins.
pub(crate) fn outcome(id: i64, tag: u8, code: i64, cookie: Option<String>) -> Vec<u8> {
    let octets = |text: &[u8]| ber::element(OCTETS, text);
    let result = [ber::number(ENUMERATED, code), octets(b""), octets(b"as the test wants")];
    let mut parts = vec![ber::number(INTEGER, id), ber::group(tag, &result)];
    if let Some(cookie) = cookie {
        let value = ber::group(SEQUENCE, &[ber::number(INTEGER, 0), octets(cookie.as_bytes())]);
        let control = ber::group(SEQUENCE, &[octets(PAGED.as_bytes()), octets(&value)]);
        parts.push(ber::group(0xa0, &[control]));
    }
    ber::group(SEQUENCE, &parts)
}
