//! A way to a PostgreSQL server that loses commits, or the answers to them.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "a proxy listens and connects")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// What is lost of the first commits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    Request,
    Answer,
}

/// A way to the server that breaks off at the first `times` commits.
pub(crate) fn proxy(to: u16, lost: Lost, times: u32) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let left = Arc::new(AtomicU32::new(times));
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let left = Arc::clone(&left);
            thread::spawn(move || carry(client, TcpStream::connect(("127.0.0.1", to)).unwrap(), lost, &left));
        }
    });
    port
}

fn carry(mut client: TcpStream, mut server: TcpStream, lost: Lost, left: &AtomicU32) {
    let (mut answers, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let (told, mut asked) = std::os::unix::net::UnixStream::pair().unwrap();
    asked.set_nonblocking(true).unwrap();
    let back = thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = answers.read(&mut bytes) {
            // From the commit that is lost on, nothing comes back.
            if asked.read(&mut [0; 1]).is_ok() || to_client.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(std::net::Shutdown::Both);
    });
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let commits = bytes[..count].windows(7).any(|part| part == b"COMMIT\0");
        if commits
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
        {
            if lost == Lost::Request {
                break;
            }
            (&told).write_all(b"x").unwrap();
        }
        if server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    if lost == Lost::Request {
        let _ = client.shutdown(std::net::Shutdown::Both);
        let _ = server.shutdown(std::net::Shutdown::Both);
    }
    let _ = back.join();
}
