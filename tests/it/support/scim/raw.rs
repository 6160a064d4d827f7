//! Requests as they are written, and answers as they come: to look at a server without the client that is tested.
#![expect(clippy::disallowed_types, reason = "tests call servers on loopback")]

use serde_json::Value as Json;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A server, to be asked anything.
pub(crate) struct Raw {
    pub(crate) port: u16,
    /// The path of its base URL.
    pub(crate) path: String,
    pub(crate) token: String,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawAnswer {
    pub(crate) status: u16,
    /// Lines of the head, as they came.
    head: String,
    pub(crate) text: String,
    /// The body; null if it is no JSON.
    pub(crate) body: Json,
}

impl RawAnswer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A text of the body.
    pub(crate) fn text_at(&self, pointer: &str) -> Option<&str> {
        self.body.pointer(pointer).and_then(Json::as_str)
    }

    /// The resources of a list.
    pub(crate) fn resources(&self) -> &[Json] {
        self.body.get("Resources").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Raw {
    pub(crate) fn get(&self, target: &str) -> RawAnswer {
        self.ask("GET", target, None, "")
    }

    pub(crate) fn send(&self, method: &str, target: &str, body: &Json) -> RawAnswer {
        self.ask(method, target, Some(body), "")
    }

    /// One request on a connection of its own; `more` are further lines of the head.
    pub(crate) fn ask(&self, method: &str, target: &str, body: Option<&Json>, more: &str) -> RawAnswer {
        let text = body.map(Json::to_string).unwrap_or_default();
        let kind = if body.is_some() { "Content-Type: application/scim+json\r\n" } else { "" };
        let (path, port, token, length) = (&self.path, self.port, &self.token, text.len());
        let head = format!(
            "{method} {path}{target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nAccept: application/scim+json\r\n\
             {kind}Content-Length: {length}\r\nConnection: close\r\n{more}\r\n"
        );
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
        stream.write_all((head + &text).as_bytes()).expect("sent");
        let mut raw = Vec::new();
        // A server that resets the connection after its answer has answered.
        let _ = stream.read_to_end(&mut raw);
        answer(&raw)
    }
}

fn answer(raw: &[u8]) -> RawAnswer {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(raw.len());
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let rest = raw.get(end + 4..).unwrap_or_default();
    let is_chunked = head.to_lowercase().contains("transfer-encoding: chunked");
    let body = if is_chunked { unchunked(rest) } else { rest.to_vec() };
    RawAnswer {
        status: head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        text: String::from_utf8_lossy(&body).into_owned(),
        head,
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|window| window == b"\r\n") {
        let size =
            std::str::from_utf8(&rest[..at]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size.filter(|size| *size > 0) else { break };
        let Some(chunk) = rest.get(at + 2..at + 2 + size) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(at + 4 + size..).unwrap_or_default();
    }
    body
}
