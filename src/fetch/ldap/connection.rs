#![expect(clippy::disallowed_types, reason = "verb room: the one socket of the LDAP reader")]
#![expect(clippy::disallowed_methods, reason = "verb room: every wait has a deadline")]
//! One connection: a socket, TLS, messages. Every wait has a deadline, every message a maximum size.

use super::error::LdapError;
use super::request::{Limits, ReadRequest};
use super::tls;
use crate::model::LdapAddress;
use crate::wire::ldap::{Message, Request, ber, decode};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes to read from the socket at once.
const CHUNK: usize = 64 << 10;

/// A connection to a server.
pub(super) struct Connection {
    stream: Stream,
    server: String,
    host: String,
    limits: Limits,
    /// When the whole read began.
    began: Instant,
    /// Bytes that came.
    bytes: u64,
    /// Received bytes; those from `start` on are not yet decoded.
    received: Vec<u8>,
    start: usize,
    last_id: i32,
}

enum Stream {
    Plain(TimedSocket),
    Tls(Box<StreamOwned<ClientConnection, TimedSocket>>),
    /// During the switch to TLS, and after it failed.
    Closed,
}

/// A socket on which every wait ends at the deadline: a server that sends single bytes cannot extend it.
struct TimedSocket {
    socket: TcpStream,
    deadline: Instant,
}

impl Connection {
    /// Opens an unencrypted connection to the first of the host's addresses that answers and may be called.
    pub(super) fn open(
        address: &LdapAddress,
        request: &ReadRequest<'_>,
        began: Instant,
    ) -> Result<Self, LdapError> {
        let limits = request.limits;
        let server = format!("{}:{}", address.host, address.port);
        let mut problem = "it has no address".to_owned();
        let found = resolve(address, limits.connect)?;
        for socket_address in request.addresses.permitted(&address.host, found)? {
            match TcpStream::connect_timeout(&socket_address, limits.connect) {
                Ok(socket) => {
                    // If this fails, requests are only sent later.
                    let _ = socket.set_nodelay(true);
                    let deadline = Instant::now() + limits.answer;
                    return Ok(Self {
                        stream: Stream::Plain(TimedSocket { socket, deadline }),
                        server,
                        host: address.host.clone(),
                        limits,
                        began,
                        bytes: 0,
                        received: Vec::new(),
                        start: 0,
                        last_id: 0,
                    });
                }
                Err(error) => problem = error.to_string(),
            }
        }
        Err(LdapError::Unreachable { server, problem })
    }

    /// Switches to TLS and verifies the server's certificate.
    pub(super) fn secure(&mut self, config: Arc<ClientConfig>) -> Result<(), LdapError> {
        let tls = |problem: String| LdapError::Tls { server: self.server.clone(), problem };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| tls("a certificate cannot name this host; correct `url`".into()))?;
        let mut session = ClientConnection::new(config, name).map_err(|error| tls(error.to_string()))?;
        // An attacker could have sent them unencrypted, to be taken for answers from the encrypted part.
        if self.start < self.received.len() {
            return Err(tls("it sent unencrypted data after its answer to StartTLS".to_owned()));
        }
        let Stream::Plain(mut socket) = std::mem::replace(&mut self.stream, Stream::Closed) else {
            return Err(tls("TLS is on already".to_owned()));
        };
        socket.deadline = self.deadline();
        while session.is_handshaking() {
            if let Err(error) = session.complete_io(&mut socket) {
                let advice = tls::advice(&error, &self.host);
                return Err(advice.map_or_else(|| self.broken(&error), tls));
            }
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(session, socket)));
        Ok(())
    }

    /// Sends a request and returns its id. The time limit for its answer starts.
    pub(super) fn send(&mut self, request: &Request<'_>) -> Result<i32, LdapError> {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let bytes = request.encoded(self.last_id);
        let deadline = self.deadline();
        let sent = match &mut self.stream {
            Stream::Plain(socket) => {
                socket.deadline = deadline;
                socket.write_all(&bytes).and_then(|()| socket.flush())
            }
            Stream::Tls(stream) => {
                stream.sock.deadline = deadline;
                stream.write_all(&bytes).and_then(|()| stream.flush())
            }
            Stream::Closed => Err(io::Error::from(ErrorKind::NotConnected)),
        };
        sent.map_err(|error| self.broken(&error))?;
        Ok(self.last_id)
    }

    /// Waits for the next message that answers a request.
    pub(super) fn receive<T>(
        &mut self,
        id: i32,
        take: impl FnOnce(Message<'_>) -> Result<T, LdapError>,
    ) -> Result<T, LdapError> {
        let length = self.fill()?;
        let bytes = &self.received[self.start..self.start + length];
        self.start += length;
        let message = decode(bytes).map_err(|error| malformed(&self.server, &error))?;
        match message.id {
            // A notice of disconnection (RFC 4511, 4.4.1).
            0 => Err(LdapError::Lost {
                server: self.server.clone(),
                problem: "the server closed it".to_owned(),
            }),
            other if other != i64::from(id) => {
                let problem = format!("it answers request {other} instead of {id}");
                Err(LdapError::Malformed { server: self.server.clone(), problem })
            }
            _ => take(message),
        }
    }

    /// Ends the session; it does not matter whether the request arrives.
    pub(super) fn close(mut self) {
        if self.send(&Request::Unbind).is_ok()
            && let Stream::Tls(stream) = &mut self.stream
        {
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }

    /// Host and port, for messages.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Waits for a whole message, and returns its length.
    fn fill(&mut self) -> Result<usize, LdapError> {
        loop {
            let waiting = &self.received[self.start..];
            let length = ber::message_length(waiting, self.limits.message)
                .map_err(|error| malformed(&self.server, &error))?;
            if let Some(length) = length.filter(|length| *length <= waiting.len()) {
                return Ok(length);
            }
            if self.start > 0 {
                self.received.drain(..self.start);
                self.start = 0;
            }
            self.read_chunk()?;
        }
    }

    fn read_chunk(&mut self) -> Result<(), LdapError> {
        let before = self.received.len();
        self.received.resize(before + CHUNK, 0);
        let read = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut self.received[before..]),
            Stream::Tls(stream) => stream.read(&mut self.received[before..]),
            Stream::Closed => Err(io::Error::from(ErrorKind::NotConnected)),
        };
        self.received.truncate(before + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => Err(self.broken(&io::Error::from(ErrorKind::UnexpectedEof))),
            Ok(count) => {
                self.bytes += count as u64;
                Ok(self.limits.budget.allows_bytes(self.bytes)?)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// The deadline of an answer requested now.
    fn deadline(&self) -> Instant {
        (Instant::now() + self.limits.answer).min(self.began + self.limits.budget.time)
    }

    fn broken(&self, error: &io::Error) -> LdapError {
        if let Err(over) = self.limits.budget.allows_time(self.began.elapsed()) {
            return over.into();
        }
        let server = self.server.clone();
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                LdapError::Late { server, seconds: self.limits.answer.as_secs().max(1) }
            }
            ErrorKind::UnexpectedEof => {
                LdapError::Lost { server, problem: "it was closed in the middle of an answer".to_owned() }
            }
            _ => LdapError::Lost { server, problem: error.to_string() },
        }
    }
}

impl TimedSocket {
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::Error::from(ErrorKind::TimedOut)) } else { Ok(left) }
    }
}

impl Read for TimedSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer)
    }
}

impl Write for TimedSocket {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

fn malformed(server: &str, error: &ber::Malformed) -> LdapError {
    LdapError::Malformed { server: server.to_owned(), problem: error.to_string() }
}

/// The addresses of a host. The system's resolver has no time limit, so it runs on another thread.
fn resolve(address: &LdapAddress, within: Duration) -> Result<Vec<SocketAddr>, LdapError> {
    let (found, wait) = mpsc::channel();
    let host = address.host.clone();
    let socket_address = (address.host.clone(), address.port);
    thread::spawn(move || {
        // The receiver may have timed out.
        let _ = found.send(socket_address.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    });
    match wait.recv_timeout(within) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(LdapError::Host { host, problem: error.to_string() }),
        Err(_) => Err(LdapError::Host { host, problem: "no answer in time".to_owned() }),
    }
}
