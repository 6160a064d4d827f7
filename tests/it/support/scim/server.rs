//! A real SCIM server for one test.
#![expect(clippy::disallowed_types, reason = "tests start a server and look for a free port")]

use super::limits;
use rolewright::apply::scim::ScimWriter;
use rolewright::fetch::scim::read;
use rolewright::http::{Call, Method, Service};
use rolewright::model::{AddressRule, Secret};
use rolewright::wire::scim::{MEDIA_TYPE, USER_SCHEMA};
use std::net::TcpListener;
use std::process::Command;

/// The software that serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Software {
    /// scim2-server from PyPI.
    Scim2Server,
    /// scimmy and scimmy-routers from npm, on this version of Express.
    Scimmy(u8),
}

/// The server; it stops when dropped.
pub(crate) struct Server {
    port: u16,
    software: Software,
}

impl Server {
    /// Starts a server. Another test may take a free port before the server does, so there are three attempts.
    pub(crate) fn start() -> Self {
        Self::of(Software::Scim2Server)
    }

    /// Starts SCIMMY on Express 5, where its lists are never paged.
    pub(crate) fn start_scimmy() -> Self {
        Self::of(Software::Scimmy(5))
    }

    /// The same with other software.
    pub(crate) fn of(software: Software) -> Self {
        for _ in 0..3 {
            let server = Self { port: free_port(), software };
            let (port, token) = (server.port.to_string(), server.token());
            let mut command = Command::new(software.script());
            command.args(["start", &port, &token]);
            if let Software::Scimmy(express) = software {
                command.arg(express.to_string());
            }
            if command.status().expect("bash runs the server's script").success() {
                return server;
            }
        }
        panic!("{software:?} does not start: see what it says above")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        let path = if self.software == Software::Scim2Server { "" } else { "/scim" };
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn token(&self) -> String {
        format!("token-of-{}", self.port)
    }

    pub(crate) fn writer(&self) -> ScimWriter {
        self.writer_by(&self.url())
    }

    /// A writer that uses another address: that of a proxy.
    pub(crate) fn writer_by(&self, url: &str) -> ScimWriter {
        ScimWriter::new(url, Some(&Secret::new(self.token())), limits(), &AddressRule::Any)
            .expect("a loopback URL is fine")
    }
}

impl Server {
    /// Creates a group, as a person would in the application.
    pub(crate) fn group(&self, name: &str) {
        wait(self.writer().create_group(name)).expect("a group");
    }

    /// Creates a user, as a person would in the application.
    pub(crate) fn user(&self, name: &str) {
        let secret = Secret::new(self.token());
        let service = Service::new(&self.url(), Some(&secret), MEDIA_TYPE, limits()).expect("a loopback URL");
        let body = serde_json::json!({ "schemas": [USER_SCHEMA], "userName": name, "externalId": name, "active": true });
        wait(service.send(&Call::new(Method::Post, "/Users", "/Users").body(&body))).expect("a user");
    }

    /// Creates an account without a link, as a person would in the application.
    pub(crate) fn by_hand(&self, name: &str) {
        let attributes = [super::text("userName", name), super::text("displayName", "By hand")];
        let link = super::attribute("title");
        wait(self.writer().create(&attributes, &link, name, true)).expect("an account");
    }

    /// The user names of all accounts.
    pub(crate) fn user_names(&self) -> Vec<String> {
        let secret = Secret::new(self.token());
        let snapshot = wait(read(&super::request(&self.url(), 100), Some(&secret))).expect("a complete read");
        let names = snapshot.accounts.column("userName").expect("user names");
        (0..snapshot.accounts.len() as u32).filter_map(|row| names.get(row).map(str::to_owned)).collect()
    }
}

impl Software {
    fn script(self) -> &'static str {
        match self {
            Self::Scim2Server => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/scim2-server.sh"),
            Self::Scimmy(_) => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/scimmy.sh"),
        }
    }
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = Command::new(self.software.script()).args(["stop", &self.port.to_string()]).status();
        assert!(
            stopped.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "the server is stopped"
        );
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("a bound socket has an address").port()
}
