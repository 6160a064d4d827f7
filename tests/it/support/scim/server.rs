//! A real SCIM server for one test.
#![expect(clippy::disallowed_types, reason = "tests start a server and look for a free port")]

use super::limits;
use super::raw::Raw;
use rolewright::apply::scim::ScimWriter;
use rolewright::fetch::scim::read;
use rolewright::http::{Call, Method, Service};
use rolewright::model::{AddressRule, Secret};
use rolewright::wire::scim::{MEDIA_TYPE, USER_SCHEMA};
use serde_json::{Value as Json, json};
use std::net::TcpListener;
use std::process::Command;

/// The software that serves: each is somebody else's, and runs as it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Software {
    /// scim2-server from PyPI.
    Scim2Server,
    /// scimmy and scimmy-routers from npm, on this version of Express.
    Scimmy(u8),
    /// Directory sync of saml-jackson (Ory Polis), from npm.
    Jackson,
    /// The SCIM plugin of better-auth, from npm.
    BetterAuth,
    /// django-scim2 from PyPI.
    DjangoScim2,
    /// django-scim2-server from PyPI.
    DjangoScim2Server,
    /// Canaille from PyPI.
    Canaille,
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
            let token = server.token();
            if server.script("start").arg(&token).status().expect("bash runs the server's script").success() {
                return server;
            }
        }
        panic!("{software:?} does not start: see what it says above")
    }

    pub(crate) fn software(&self) -> Software {
        self.software
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.port, self.software.path())
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

    pub(crate) fn raw(&self) -> Raw {
        Raw { port: self.port, path: self.software.path().to_owned(), token: self.token() }
    }

    /// The script that starts and stops it, with its action and the port.
    fn script(&self, action: &str) -> Command {
        const SCIM2_SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/scim2-server.sh");
        const OTHERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/scim.sh");
        let is_first = self.software == Software::Scim2Server;
        let mut command = Command::new(if is_first { SCIM2_SERVER } else { OTHERS });
        command.arg(action);
        if !is_first {
            command.arg(self.software.name());
        }
        command.arg(self.port.to_string());
        command
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
        let body = json!({ "schemas": [USER_SCHEMA], "userName": name, "externalId": name, "active": true });
        wait(service.send(&Call::new(Method::Post, "/Users", "/Users").body(&body))).expect("a user");
    }

    /// Creates an account without a link, as a person would in the application.
    pub(crate) fn by_hand(&self, name: &str) {
        let mut body = self.software.needs();
        body["schemas"] = json!([USER_SCHEMA]);
        body["userName"] = json!(name);
        body["active"] = json!(true);
        let made = self.raw().send("POST", "/Users", &body);
        assert!(made.is_success(), "{name}: {} {}", made.status, made.text);
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
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Scim2Server,
        Self::Scimmy(4),
        Self::Scimmy(5),
        Self::BetterAuth,
        Self::DjangoScim2Server,
        Self::DjangoScim2,
        Self::Jackson,
        Self::Canaille,
    ];

    /// Its name, for scripts, files and people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scim2Server => "scim2-server",
            Self::Scimmy(4) => "scimmy-4",
            Self::Scimmy(_) => "scimmy-5",
            Self::Jackson => "jackson",
            Self::BetterAuth => "better-auth",
            Self::DjangoScim2 => "django-scim2",
            Self::DjangoScim2Server => "django-scim2-server",
            Self::Canaille => "canaille",
        }
    }

    /// The attributes without which it makes no user, beside a user name that is an address.
    pub(crate) fn needs(self) -> Json {
        match self {
            Self::Canaille => json!({ "name": { "formatted": "By hand", "familyName": "Hand" } }),
            Self::Scim2Server
            | Self::Scimmy(_)
            | Self::Jackson
            | Self::BetterAuth
            | Self::DjangoScim2
            | Self::DjangoScim2Server => json!({ "displayName": "By hand" }),
        }
    }

    /// The path of its base URL.
    fn path(self) -> &'static str {
        match self {
            Self::Scim2Server => "",
            Self::Scimmy(_) | Self::Jackson => "/scim",
            Self::BetterAuth => "/api/auth/scim/v2",
            Self::DjangoScim2 | Self::DjangoScim2Server | Self::Canaille => "/scim/v2",
        }
    }
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.script("stop").status();
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
