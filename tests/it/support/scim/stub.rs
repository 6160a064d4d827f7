//! A service with answers that a test chooses, one request a connection.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What the service sends.
pub(crate) enum Reply {
    /// Status, further headers, body.
    Whole(u16, &'static str, String),
    /// A body that stops half-way.
    Cut(String),
    /// A body of this many bytes.
    Endless(u64),
    /// The answer of another server on this port; if true, the answer is lost although that server handled the request.
    Forward(u16, bool),
}

/// A running stub. It stops when dropped.
pub(crate) struct Stub {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    sent: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Stub {
    /// Starts a stub that answers by a request's first line (`GET /Users?startIndex=1`) and body.
    pub(crate) fn start(mut answer: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let (requests, sent, ended) = (Arc::<Mutex<Vec<_>>>::default(), Arc::default(), Arc::default());
        let mut stub = Self { port, requests, sent, ended, thread: None };
        let (requests, sent, ended) =
            (Arc::clone(&stub.requests), Arc::clone(&stub.sent), Arc::clone(&stub.ended));
        stub.thread = Some(std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.expect("loopback connects");
                let Some(raw) = request(&mut stream) else { continue };
                let head = String::from_utf8_lossy(&raw).into_owned();
                let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
                requests.lock().expect("nobody panics with it").push(head);
                // Some tests are about clients that close the connection early.
                let _ = send(&mut stream, answer(&line), &raw, &sent);
            }
        }));
        stub
    }

    /// A proxy in front of a real server; it loses the first answer to a request with this beginning.
    pub(crate) fn swallow(port: u16, begins: &'static str) -> Self {
        let mut armed = true;
        Self::start(move |line| {
            let swallow = armed && line.starts_with(begins);
            armed &= !swallow;
            Reply::Forward(port, swallow)
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Headers and bodies of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("nobody panics with it").clone()
    }

    /// How many requests had this beginning.
    pub(crate) fn count(&self, begins: &str) -> usize {
        self.requests().iter().filter(|request| request.starts_with(begins)).count()
    }

    /// How many bytes of endless bodies were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if woken.is_ok()
            && let Some(thread) = self.thread.take()
        {
            assert!(thread.join().is_ok() || std::thread::panicking(), "the stub served to its end");
        }
    }
}

/// The header and body of one request; none if the connection was closed before.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let patience = Some(std::time::Duration::from_secs(2));
    stream.set_read_timeout(patience).and_then(|()| stream.set_write_timeout(patience)).ok()?;
    let (mut raw, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        raw.extend_from_slice(&piece[..count]);
        let Some(end) = raw.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&raw[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if raw.len() >= end + 4 + length.unwrap_or(0) {
            return Some(raw);
        }
    }
}

fn send(stream: &mut TcpStream, reply: Reply, request: &[u8], sent: &AtomicU64) -> std::io::Result<()> {
    match reply {
        Reply::Whole(status, headers, body) => {
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
            )
        }
        Reply::Cut(body) => {
            let (length, half) = (body.len(), &body[..body.len() / 2]);
            write!(stream, "HTTP/1.1 200 X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{half}")
        }
        Reply::Endless(length) => {
            write!(stream, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")?;
            let piece = [b' '; 1 << 16];
            (0..length / piece.len() as u64).try_for_each(|_| {
                stream.write_all(&piece)?;
                sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
                Ok(())
            })
        }
        Reply::Forward(port, swallow) => {
            let answer = forward(port, request)?;
            if swallow { Ok(()) } else { stream.write_all(&answer) }
        }
    }
}

/// Sends the request to another server, and reads its answer to the end.
fn forward(port: u16, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(("127.0.0.1", port))?;
    let at = request.windows(2).position(|window| window == b"\r\n").unwrap_or(0) + 2;
    upstream.write_all(&[&request[..at], b"Connection: close\r\n", &request[at..]].concat())?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    Ok(answer)
}
