//! json-server from npm: a REST service that nobody here wrote.
#![expect(clippy::disallowed_types, reason = "tests start a server and look for a free port")]
#![expect(clippy::disallowed_methods, reason = "its first records are a file")]

use crate::support::scim::server::wait;
use rolewright::http::{Call, Limits, Method, Service};
use serde_json::Value as Json;
use std::net::TcpListener;
use std::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/json-server.sh");

/// The service; it stops when dropped.
pub(crate) struct JsonServer {
    port: u16,
}

impl JsonServer {
    /// Starts it with these records. Another test may take a free port before it does, so there are three attempts.
    pub(crate) fn start(records: &Json) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("records.json");
        std::fs::write(&file, records.to_string()).expect("a file");
        for _ in 0..3 {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
            let port = listener.local_addr().expect("a bound socket has an address").port();
            drop(listener);
            let mut command = Command::new(SCRIPT);
            command.args(["start", &port.to_string()]).arg(&file);
            if command.status().expect("bash runs the server's script").success() {
                return Self { port };
            }
        }
        panic!("json-server does not start: see what it says above")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All records of a list.
    pub(crate) fn records(&self, list: &str) -> Vec<Json> {
        let service =
            Service::new(&self.url(), None, "application/json", Limits::default()).expect("loopback");
        let answer = wait(service.send(&Call::new(Method::Get, "list", format!("/{list}")))).expect("a list");
        serde_json::from_slice(&answer.body).expect("a list of records")
    }
}

impl Drop for JsonServer {
    fn drop(&mut self) {
        let stopped = Command::new(SCRIPT).args(["stop", &self.port.to_string()]).status();
        let is_stopped = stopped.is_ok_and(|status| status.success());
        assert!(is_stopped || std::thread::panicking(), "the server is stopped");
    }
}
