//! The HTTP server of the doubles: one request a connection, any answer; encrypted if a certificate is given.
#![expect(clippy::disallowed_types, reason = "tests listen on loopback")]

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// A request as received.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, as received.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, headers, body.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// A body that stops half-way.
    Cut(Vec<u8>),
    /// A body of this many bytes.
    Endless(u64),
    /// The body one byte at a time, with this pause between bytes.
    Drip(Vec<u8>, Duration),
    /// No answer: the connection is closed.
    Closed,
}

impl Reply {
    /// JSON.
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        let kind = vec![("Content-Type", "application/json".to_owned())];
        Self::Whole(status, kind, body.to_string().into_bytes())
    }
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A parameter of the query, decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// All parameters of the query, decoded.
    pub(crate) fn parameters(&self) -> Vec<(String, String)> {
        parameters(self.target.split_once('?').map_or("", |(_, query)| query))
    }
}

/// The fields of a query or a form.
pub(crate) fn parameters(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decoded(k), decoded(v)))
        .collect()
}

pub(crate) fn decoded(text: &str) -> String {
    let (mut bytes, raw) = (Vec::new(), text.as_bytes());
    let mut at = 0;
    while at < raw.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (raw[at], hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                at += 2;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A running server. It stops when dropped.
pub(crate) struct Server {
    scheme: &'static str,
    port: u16,
    /// Bytes of bodies and heads that were sent.
    sent: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(make: impl FnOnce(u16) -> Box<dyn FnMut(Request) -> Reply + Send>) -> Self {
        Self::start_with(None, make)
    }

    /// Like [`start`](Self::start), over TLS if a certificate is given.
    pub(crate) fn start_with(
        tls: Option<Arc<ServerConfig>>,
        make: impl FnOnce(u16) -> Box<dyn FnMut(Request) -> Reply + Send>,
    ) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let mut answer = make(port);
        let (sent, ended) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (counted, over) = (Arc::clone(&sent), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.expect("loopback connects");
                let patience = Some(Duration::from_secs(2));
                let patient =
                    stream.set_read_timeout(patience).and_then(|()| stream.set_write_timeout(patience));
                if patient.is_err() {
                    continue;
                }
                match &tls {
                    None => serve(&mut stream, &mut answer, &counted),
                    Some(tls) => {
                        let session = ServerConnection::new(Arc::clone(tls)).expect("a sound configuration");
                        let mut stream = StreamOwned::new(session, stream);
                        serve(&mut stream, &mut answer, &counted);
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                }
            }
        });
        Self { scheme, port, sent, ended, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if TcpStream::connect(("127.0.0.1", self.port)).is_ok()
            && let Some(thread) = self.thread.take()
        {
            assert!(thread.join().is_ok() || std::thread::panicking(), "the double served to its end");
        }
    }
}

fn serve(stream: &mut (impl Read + Write), answer: &mut impl FnMut(Request) -> Reply, sent: &AtomicU64) {
    let Some(request) = request(stream) else { return };
    // Some tests are about clients that close the connection early.
    let _ = send(stream, answer(request), sent);
}

fn request(stream: &mut impl Read) -> Option<Request> {
    let (mut raw, mut piece) = (Vec::new(), [0; 16384]);
    loop {
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        raw.extend_from_slice(&piece[..count]);
        let Some(end) = raw.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let headers: Vec<(String, String)> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .and_then(|header| header.1.parse().ok());
        if raw.len() < end + 4 + length.unwrap_or(0) {
            continue;
        }
        let mut line = head.lines().next()?.split(' ').map(ToOwned::to_owned);
        let (method, target) = (line.next()?, line.next()?);
        let body = String::from_utf8_lossy(&raw[end + 4..]).into_owned();
        return Some(Request { method, target, headers, body });
    }
}

fn send(stream: &mut impl Write, reply: Reply, sent: &AtomicU64) -> std::io::Result<()> {
    let head = |status: u16, headers: &[(&str, String)], length: u64| {
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{more}Content-Length: {length}\r\n\r\n")
    };
    let mut put = |bytes: &[u8]| {
        stream.write_all(bytes)?;
        sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        Ok::<(), std::io::Error>(())
    };
    match reply {
        Reply::Whole(status, headers, body) => {
            put(&[head(status, &headers, body.len() as u64).as_bytes(), &body].concat())
        }
        Reply::Cut(body) => {
            put(head(200, &[], body.len() as u64).as_bytes())?;
            put(&body[..body.len() / 2])
        }
        Reply::Endless(length) => {
            put(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")?;
            let piece = [b' '; 1 << 16];
            (0..length / piece.len() as u64).try_for_each(|_| put(&piece))
        }
        Reply::Drip(body, pause) => {
            put(head(200, &[], body.len() as u64).as_bytes())?;
            body.iter().try_for_each(|byte| {
                std::thread::sleep(pause);
                put(&[*byte])
            })
        }
        Reply::Closed => Ok(()),
    }
}
