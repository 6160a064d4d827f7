//! What listens: its answers, and its limits.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "tests call the server")]
#![expect(clippy::disallowed_methods, reason = "tests wait with a deadline")]

use rolewright::serve::{Answer, Answers, Posted, listen};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct OnePage;

impl Answers for OnePage {
    fn get(&self, path: &str) -> Option<Answer> {
        (path == "/page").then(|| Answer {
            media_type: "text/html; charset=utf-8",
            policy: Some("default-src 'none'".to_owned()),
            ..Answer::text(200, "<p>a page</p>")
        })
    }

    fn accepts(&self, path: &str) -> Option<usize> {
        (path == "/box").then_some(1000)
    }

    fn posted(&self, path: &str, posted: Posted<'_>) -> Answer {
        let said =
            format!("{path} {} {:?} {:?}", posted.body.len(), posted.header("x-one"), posted.header("x-two"));
        Answer::text(202, said)
    }
}

fn server() -> SocketAddr {
    listen("127.0.0.1:0".parse().unwrap(), Arc::new(OnePage)).unwrap()
}

/// Everything that the server answers to these bytes.
fn told(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // It may refuse before it has read all.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

#[test]
fn h27_only_get_and_head_are_answered_and_no_body_is_read() {
    let address = server();
    let page = told(address, b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with("\r\n\r\n<p>a page</p>"), "{page}");
    for header in [
        "content-security-policy: default-src 'none'\r\n",
        "x-content-type-options: nosniff\r\n",
        "cache-control: no-store\r\n",
        "referrer-policy: no-referrer\r\n",
        "connection: close\r\n",
    ] {
        assert!(page.contains(header), "{header}: {page}");
    }
    let head = told(address, b"HEAD /page?who=ada HTTP/1.1\r\nHost: here\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(told(address, b"GET /other HTTP/1.1\r\nHost: here\r\n\r\n").starts_with("HTTP/1.1 404 "));
    // The body never comes, and nobody waits for it.
    let begun = Instant::now();
    let posted = told(address, b"POST /page HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n");
    assert!(posted.starts_with("HTTP/1.1 405 ") && posted.contains("allow: GET, HEAD\r\n"), "{posted}");
    assert!(begun.elapsed() < Duration::from_secs(4));
}

#[test]
fn h28_a_body_is_read_where_it_is_accepted_and_no_further_than_that() {
    let address = server();
    let post = |head: &str, body: &str| {
        told(address, format!("POST /box?x=y HTTP/1.1\r\nHost: here\r\n{head}\r\n{body}").as_bytes())
    };
    let whole = post("X-One: 1\r\nX-Two: 2\r\nX-Two: 2\r\nContent-Length: 1000\r\n", &"x".repeat(1000));
    assert!(whole.starts_with("HTTP/1.1 202 ") && whole.ends_with("/box 1000 Some(\"1\") None"), "{whole}");
    assert!(post("Content-Length: 1001\r\n", &"x".repeat(1001)).starts_with("HTTP/1.1 413 "));
    let pieces = format!("3e9\r\n{}\r\n0\r\n\r\n", "x".repeat(1001));
    assert!(post("Transfer-Encoding: chunked\r\n", &pieces).starts_with("HTTP/1.1 413 "));
    assert!(post("Transfer-Encoding: chunked\r\n", "nonsense\r\n").starts_with("HTTP/1.1 400 "));
    assert!(told(address, b"GET /box HTTP/1.1\r\nHost: here\r\n\r\n").starts_with("HTTP/1.1 404 "));
}

#[test]
fn h27_large_heads_are_refused() {
    let address = server();
    let large = format!("GET /page HTTP/1.1\r\nHost: here\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let answer = told(address, large.as_bytes());
    assert!(!answer.contains("200 OK"), "{answer}");
    let many = format!("GET /page HTTP/1.1\r\nHost: here\r\n{}\r\n", "X: y\r\n".repeat(100));
    let answer = told(address, many.as_bytes());
    assert!(!answer.contains("200 OK"), "{answer}");
    assert!(told(address, b"\x16\x03\x01 nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

/// More callers than are served at a time say nothing: they are ended, and one that asks is answered.
#[test]
fn h27_callers_that_say_nothing_keep_no_other_away() {
    let address = server();
    let mut silent: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(address).unwrap()).collect();
    for stream in &mut silent {
        let _ = stream.write_all(b"GET /page HTTP/1.1\r\n");
    }
    let begun = Instant::now();
    let page = told(address, b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let mut rest = Vec::new();
    silent[0].set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _ = silent[0].read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let error = listen(server(), Arc::new(OnePage)).unwrap_err().to_string();
    assert!(error.contains("cannot listen on"), "{error}");
}
