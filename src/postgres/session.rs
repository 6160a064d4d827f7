//! One session: it ends with its value, and the server then rolls back what was not committed.

use super::error::{PostgresError, cause, visible};
use super::metered::Metered;
use super::tls::{Tls, advice, config};
use crate::model::{AddressRule, PostgresConnection, ReadBudget, Secret};
use futures_util::TryStreamExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Connection, NoTls, Row};
use tokio_rustls::TlsConnector;

/// The oldest version whose functions are used: it tells whether a lost commit took place.
const OLDEST: u32 = 13;

/// Where a server is and who signs in, with the secrets.
#[derive(Clone, Debug)]
pub struct Server {
    /// The connection.
    pub connection: PostgresConnection,
    /// The password.
    pub password: Option<Secret>,
    /// Our certificate and its key, in PEM.
    pub certificate: Option<Secret>,
    /// The authorities that may issue the server's certificate, in PEM.
    pub ca: Option<String>,
    /// The addresses that may be called.
    pub addresses: AddressRule,
}

/// Limits of one session.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// To resolve, connect, encrypt and sign in.
    pub connect: Duration,
    /// Bytes of all messages together.
    pub budget: ReadBudget,
    /// Bytes of one message.
    pub message: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), budget: ReadBudget::default(), message: 16 << 20 }
    }
}

/// A session.
#[derive(Debug)]
pub struct Session {
    client: Client,
    name: String,
    /// Carries the session's bytes.
    carrier: JoinHandle<()>,
    /// Why it ended: the one who carries is told, not the one who waits for an answer.
    end: End,
}

type End = Arc<Mutex<Option<PostgresError>>>;

/// A parameter of a statement, and its type.
pub type Value<'v> = (&'v (dyn ToSql + Sync), Type);

impl Server {
    /// Host and port, for messages.
    pub fn name(&self) -> String {
        self.connection.url()
    }

    /// Begins a session.
    ///
    /// # Errors
    /// The server cannot be reached in time, is not trusted, lets us not in, or is too old.
    pub async fn connect(&self, caps: Caps) -> Result<Session, PostgresError> {
        let late = |_| PostgresError::Unreachable {
            server: self.name(),
            problem: format!("no answer within {} s", caps.connect.as_secs().max(1)),
        };
        timeout(caps.connect, self.begin(caps)).await.map_err(late)?
    }

    async fn begin(&self, caps: Caps) -> Result<Session, PostgresError> {
        let mut settings = Config::new();
        let PostgresConnection { database, user, tls, host, .. } = &self.connection;
        settings.user(user).dbname(database).application_name("rolewright");
        if let Some(password) = &self.password {
            settings.password(password.expose());
        }
        let (name, end) = (self.name(), End::default());
        let (client, carrier, version) = if *tls {
            let config =
                config(self.ca.as_deref(), self.certificate.as_ref()).map_err(PostgresError::Settings)?;
            let server_name = host.clone().try_into().map_err(|_| PostgresError::Tls {
                server: name.clone(),
                problem: "a certificate cannot name this host; correct `host`".to_owned(),
            })?;
            let (budget, message) = (caps.budget, caps.message);
            let tls = Tls { connector: TlsConnector::from(config), name: server_name, budget, message };
            settings.ssl_mode(SslMode::Require);
            let begun = settings.connect_raw(self.reach().await?, tls).await;
            let (client, connection) = begun.map_err(|error| self.refused(&error))?;
            let version = connection.parameter("server_version").map(ToOwned::to_owned);
            (client, carried(connection, name.clone(), Arc::clone(&end)), version)
        } else {
            settings.ssl_mode(SslMode::Disable);
            let stream = Metered::new(self.reach().await?, caps.budget, caps.message);
            let begun = settings.connect_raw(stream, NoTls).await;
            let (client, connection) = begun.map_err(|error| self.refused(&error))?;
            let version = connection.parameter("server_version").map(ToOwned::to_owned);
            (client, carried(connection, name.clone(), Arc::clone(&end)), version)
        };
        let session = Session { client, name, carrier, end };
        session.new_enough(version.as_deref())?;
        Ok(session)
    }

    /// Connects to the first of the host's addresses that answers and may be called.
    async fn reach(&self) -> Result<TcpStream, PostgresError> {
        let PostgresConnection { host, port, .. } = &self.connection;
        let unreachable = |error: std::io::Error| PostgresError::Unreachable {
            server: self.name(),
            problem: error.to_string(),
        };
        let found = tokio::net::lookup_host((host.as_str(), *port)).await.map_err(unreachable)?;
        let permitted = self.addresses.permitted(host, found)?;
        let stream = TcpStream::connect(&permitted[..]).await.map_err(unreachable)?;
        // If this fails, requests are only sent later.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    /// Why a session did not begin.
    fn refused(&self, error: &tokio_postgres::Error) -> PostgresError {
        let server = self.name();
        if let Some(handshake) = cause::<rustls::Error>(error) {
            return PostgresError::Tls { server, problem: advice(handshake, &self.connection.host) };
        }
        let user = || self.connection.user.clone();
        match PostgresError::of(&server, error) {
            // Invalid authorization.
            PostgresError::Refused { state, message } if state.starts_with("28") => {
                PostgresError::SignIn { server, user: user(), problem: message }
            }
            PostgresError::Unusable { problem, .. }
                if problem.contains("authentication") || problem.contains("password") =>
            {
                PostgresError::SignIn { server, user: user(), problem }
            }
            PostgresError::Unusable { problem, .. } if problem.contains("TLS") => PostgresError::Tls {
                server,
                problem: "it does not offer TLS; set `ssl = on` in its configuration".to_owned(),
            },
            other => other,
        }
    }
}

impl Session {
    /// Runs statements without parameters.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn run(&self, sql: &str) -> Result<(), PostgresError> {
        self.client.batch_execute(sql).await.map_err(|error| self.error(&error))
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, PostgresError> {
        self.client.execute_typed(sql, values).await.map_err(|error| self.error(&error))
    }

    /// The rows of one statement, all at once: for those that give few.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, PostgresError> {
        self.client.query_typed(sql, values).await.map_err(|error| self.error(&error))
    }

    /// The first row of one statement.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub async fn row(&self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>, PostgresError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Passes the rows of one statement on, each as it comes.
    ///
    /// # Errors
    /// See [`PostgresError`], and those of `take`.
    pub async fn each_row<E: From<PostgresError>>(
        &self,
        sql: &str,
        mut take: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let none: [Value<'_>; 0] = [];
        let rows = self.client.query_typed_raw(sql, none).await.map_err(|error| self.error(&error))?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(|error| self.error(&error))? {
            take(&row)?;
        }
        Ok(())
    }

    /// A column of a row.
    ///
    /// # Errors
    /// When the column has another type: the tables are not a store's.
    pub fn column<'r, T: tokio_postgres::types::FromSql<'r>>(
        &self,
        row: &'r Row,
        place: usize,
    ) -> Result<T, PostgresError> {
        row.try_get(place).map_err(|error| self.error(&error))
    }

    /// Whether it ended.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn error(&self, error: &tokio_postgres::Error) -> PostgresError {
        match PostgresError::of(&self.name, error) {
            lost @ PostgresError::Lost { .. } => {
                let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
                end.clone().unwrap_or(lost)
            }
            other => other,
        }
    }

    fn new_enough(&self, version: Option<&str>) -> Result<(), PostgresError> {
        let version = version.unwrap_or("unknown");
        let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
        if digits.parse().is_ok_and(|major: u32| major >= OLDEST) {
            return Ok(());
        }
        let problem = format!("its version is `{}`; Rolewright needs {OLDEST} or later", visible(version));
        Err(PostgresError::Unusable { server: self.name.clone(), problem })
    }
}

/// Carries a session's bytes, and keeps why it ended.
fn carried<S, T>(connection: Connection<S, T>, name: String, end: End) -> JoinHandle<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            let error = PostgresError::of(&name, &error);
            *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    })
}

impl Drop for Session {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}
