//! A real PostgreSQL server, schemas of its database, and how tests write and read stores there.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "tests start a server and look for a free port")]
#![expect(clippy::disallowed_methods, reason = "tests read the certificates of their servers")]

use super::store::{path, right, text};
use rolewright::apply::postgres::PostgresApplication;
use rolewright::apply::{Permit, Writer};
use rolewright::execution::{Work, WriteError, Written};
use rolewright::fetch::postgres::{ReadError, ReadRequest, read};
use rolewright::model::{AddressRule, PostgresConnection, Secret, Value};
use rolewright::plan::{Action, AttributeWrite, Change, InitialValue, Subject};
use rolewright::postgres::{Caps, Server};
use rolewright::snapshot::{ApplicationSnapshot, Complete};
use rolewright::wire::start::StartState;
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/postgres.sh");

/// A server; it ends by itself after the process that started it.
pub(crate) struct RealServer {
    pub(crate) port: u16,
    folder: String,
}

/// The server that tests share.
pub(crate) fn shared() -> &'static RealServer {
    static SERVER: OnceLock<RealServer> = OnceLock::new();
    SERVER.get_or_init(RealServer::start)
}

impl RealServer {
    /// Another test may take a free port before the server does, so there are three attempts.
    pub(crate) fn start() -> Self {
        let started = (0..3).find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut command = Command::new(SCRIPT);
            command.args(["start", &port.to_string(), &std::process::id().to_string()]);
            let output = command.stderr(Stdio::inherit()).output().unwrap();
            let folder = format!("/tmp/rolewright-postgres-{port}");
            output.status.success().then_some(Self { port, folder })
        });
        started.expect("postgres.sh starts a server: see what it says above")
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(format!("{}/{name}", self.folder)).unwrap()
    }

    /// Ends the server: `fast`, or `immediate` as in a crash.
    pub(crate) fn stop(&self, mode: &str) {
        self.script(&["stop", &self.port.to_string(), mode]);
    }

    /// Starts it again.
    pub(crate) fn again(&self) {
        self.script(&["again", &self.port.to_string()]);
    }

    fn script(&self, arguments: &[&str]) {
        assert!(Command::new(SCRIPT).args(arguments).status().unwrap().success(), "{arguments:?}");
    }

    /// How a role signs in, encrypted.
    pub(crate) fn connection(&self, user: &str, schema: &str) -> Server {
        Server {
            connection: PostgresConnection {
                host: "127.0.0.1".to_owned(),
                port: self.port,
                database: "accounts".to_owned(),
                schema: schema.to_owned(),
                user: user.to_owned(),
                credential: None,
                certificate: None,
                ca: None,
                tls: true,
                start_from: None,
                concurrency: None,
            },
            password: Some(Secret::new(format!("{user}-password"))),
            certificate: None,
            ca: Some(self.file("ca.pem")),
            addresses: AddressRule::Any,
        }
    }
}

/// A schema of one test.
pub(crate) struct Schema {
    pub(crate) server: Server,
}

impl Schema {
    pub(crate) fn new() -> Self {
        Self::on(shared())
    }

    pub(crate) fn on(server: &RealServer) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("store_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        Self { server: server.connection("rolewright", &name) }
    }

    /// On the server that another process started there.
    pub(crate) fn of_port(port: u16) -> Self {
        Self::on(&RealServer { port, folder: format!("/tmp/rolewright-postgres-{port}") })
    }

    pub(crate) fn name(&self) -> &str {
        &self.server.connection.schema
    }

    /// A schema with a store that was just made from the start state.
    pub(crate) fn made() -> Self {
        let schema = Self::new();
        wait(write(&schema.writer(), &deactivate("old-2"))).unwrap();
        schema
    }

    pub(crate) fn writer(&self) -> PostgresApplication {
        self.writer_with(&self.server)
    }

    /// A writer that uses another way to the server.
    pub(crate) fn writer_with(&self, server: &Server) -> PostgresApplication {
        PostgresApplication::new(server.clone(), &path("externalId"), Some(super::store::start()))
    }

    pub(crate) fn read(&self) -> Result<Complete<ApplicationSnapshot>, ReadError> {
        read_by(&self.server, None, Caps::default())
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        super::store::all(&self.read().unwrap())
    }

    /// Runs statements as another program of the owner of the store.
    pub(crate) fn by_hand(&self, sql: &str) {
        wait(async {
            let session = self.server.connect(Caps::default()).await.unwrap();
            session.run(&format!("SET search_path = {}", self.name())).await.unwrap();
            session.run(sql).await.unwrap();
        });
    }
}

pub(crate) fn read_by(
    server: &Server,
    start: Option<&StartState>,
    caps: Caps,
) -> Result<Complete<ApplicationSnapshot>, ReadError> {
    let request = ReadRequest {
        application: "pulseway".to_owned(),
        server,
        link: path("externalId"),
        attributes: ["email", "externalId", "hasRecords", "phones"].map(path).to_vec(),
        start,
        caps,
    };
    wait(read(&request))
}

/// One change by the engine's way to write.
pub(crate) async fn write(writer: &PostgresApplication, action: &Step) -> Result<Written, WriteError> {
    let (account, action) = action;
    let subject = Subject { account: account.clone(), name: "somebody".to_owned(), ..Subject::default() };
    let change = Change { subject: Arc::new(subject), action: action.clone(), reasons: Arc::new([]) };
    let work = Work::One { account: account.clone(), change: &change, parked: None };
    writer.write(&work, &Permit::default()).await.remove(0)
}

/// The id of an account, and what is done to it.
pub(crate) type Step = (Option<String>, Action);

pub(crate) fn create(link: &str, values: &[(&str, Value)]) -> Step {
    let value = |name: &str, value: &Value| InitialValue {
        path: Arc::new(path(name)),
        value: value.clone(),
        rule: 0,
    };
    let link = Box::new(value("externalId", &text(link)));
    let attributes = values.iter().map(|(name, one)| value(name, one)).collect();
    (None, Action::Create { link, attributes })
}

/// Each attribute with its value before and after; `""` is none.
pub(crate) fn update(id: &str, values: &[(&str, &str, &str)]) -> Step {
    let value = |value: &str| Some(text(value)).filter(|_| !value.is_empty());
    let attributes = values.iter().map(|(name, before, after)| AttributeWrite {
        path: Arc::new(path(name)),
        before: value(before),
        after: value(after),
        rule: 0,
    });
    (Some(id.to_owned()), Action::Update { link: None, attributes: attributes.collect() })
}

pub(crate) fn deactivate(id: &str) -> Step {
    (Some(id.to_owned()), Action::Deactivate)
}

pub(crate) fn delete(id: &str) -> Step {
    (Some(id.to_owned()), Action::Delete)
}

pub(crate) fn grant(id: &str, kind: &str, value: &str, scope: Option<&str>) -> Step {
    (Some(id.to_owned()), Action::Grant(Arc::new(right(kind, value, scope))))
}

pub(crate) fn revoke(id: &str, kind: &str, value: &str, scope: Option<&str>) -> Step {
    (Some(id.to_owned()), Action::Revoke(Arc::new(right(kind, value, scope))))
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
