#![expect(clippy::disallowed_methods, reason = "verb room: a message's id is unique by the time it is made")]
//! Sends mail by SMTP (RFC 5321): one letter a connection, with a time limit for each.

use super::error::{problem, server_address};
use super::stream::{open, tls};
use super::{Letter, MailError};
use crate::model::{AddressRule, MailConnection, Secret};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::Builder;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

/// Time limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one letter, including the connection.
    pub letter: Duration,
    /// For all letters.
    pub all: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { letter: Duration::from_secs(60), all: Duration::from_secs(180) }
    }
}

/// How long a server may take to answer QUIT after it accepted the mail.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends letters, each once, if the server is at an address that may be called; returns the results in their order.
pub fn send(
    connection: &MailConnection,
    password: Option<&Secret>,
    letters: &[Letter],
    limits: Limits,
    addresses: &AddressRule,
) -> Vec<Result<(), MailError>> {
    let tls = tls().map_err(|error| error.to_string());
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string());
    match tls.and_then(|tls| Ok((tls, runtime?))) {
        Ok((tls, runtime)) => {
            let mailer = Mailer { connection, password, tls, limits, addresses };
            let results = runtime.block_on(mailer.all(letters));
            // Does not wait for a pending name resolution.
            runtime.shutdown_background();
            results
        }
        Err(problem) => {
            letters.iter().map(|letter| Err(failed(connection, letter, problem.clone()))).collect()
        }
    }
}

/// Connects, signs in if there is a password, and quits without sending. The result of the connection, and of the
/// sign-in if it was tried.
pub fn probe(
    connection: &MailConnection,
    password: Option<&Secret>,
    limits: Limits,
    addresses: &AddressRule,
) -> (Result<(), String>, Option<Result<(), String>>) {
    let tls = tls().map_err(|error| error.to_string());
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string());
    let (tls, runtime) = match tls.and_then(|tls| Ok((tls, runtime?))) {
        Ok(both) => both,
        Err(problem) => return (Err(problem), None),
    };
    let mailer = Mailer { connection, password, tls, limits, addresses };
    let result = runtime.block_on(async {
        match timeout(limits.letter, mailer.connect()).await {
            Ok(Ok(mut server)) => {
                let late = || "signing in took too long".to_owned();
                let signed_in = timeout(limits.letter, mailer.sign_in(&mut server)).await;
                drop(timeout(QUIT_TIMEOUT, server.quit()).await);
                (Ok(()), Some(signed_in.unwrap_or_else(|_| Err(late()))))
            }
            Ok(Err(problem)) => (Err(problem), None),
            Err(_) => (Err("it did not answer in time".to_owned()), None),
        }
    });
    runtime.shutdown_background();
    result
}

/// What sending needs.
struct Mailer<'p> {
    connection: &'p MailConnection,
    password: Option<&'p Secret>,
    tls: TlsConnector,
    limits: Limits,
    addresses: &'p AddressRule,
}

impl Mailer<'_> {
    async fn all(&self, letters: &[Letter]) -> Vec<Result<(), MailError>> {
        let end = Instant::now() + self.limits.all;
        let mut results = Vec::new();
        for (number, letter) in letters.iter().enumerate() {
            results.push(self.one(letter, number, end).await);
        }
        results
    }

    async fn one(&self, letter: &Letter, number: usize, end: Instant) -> Result<(), MailError> {
        let message = letter.compose(&self.connection.from, &id(number))?;
        let begun = Instant::now();
        let end = end.min(begun + self.limits.letter);
        match timeout_at(end, self.deliver(&message)).await {
            Ok(Ok(mut server)) => {
                // The mail was accepted: the result of QUIT does not matter.
                drop(timeout(QUIT_TIMEOUT, server.quit()).await);
                Ok(())
            }
            Ok(Err(problem)) => Err(failed(self.connection, letter, problem)),
            Err(_) => Err(MailError::Late {
                to: letter.to.clone(),
                server: server_address(self.connection),
                seconds: begun.elapsed().as_secs(),
            }),
        }
    }

    /// Delivers one message; the error is text.
    async fn deliver(&self, message: &Message) -> Result<AsyncSmtpConnection, String> {
        let mut server = self.connect().await?;
        self.sign_in(&mut server).await?;
        let sent = server.send(message.envelope(), &message.formatted()).await;
        sent.map_err(|error| self.describe(&error))?;
        Ok(server)
    }

    /// Opens a connection as configured, up to the server's greeting.
    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let name = ClientId::default();
        let stream = open(self.connection, self.addresses, &self.tls, &name).await?;
        let connected = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name).await;
        connected.map_err(|error| self.describe(&error))
    }

    async fn sign_in(&self, server: &mut AsyncSmtpConnection) -> Result<(), String> {
        let Some(password) = self.password else { return Ok(()) };
        let credentials = Credentials::new(self.connection.user.clone(), password.expose().to_owned());
        let result = server.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        result.map(drop).map_err(|error| self.describe(&error))
    }

    fn describe(&self, error: &Error) -> String {
        problem(error, self.password)
    }
}

fn failed(connection: &MailConnection, letter: &Letter, problem: String) -> MailError {
    MailError::Server { to: letter.to.clone(), server: server_address(connection), problem }
}

/// Unique across machines, as far as clock and process id can ensure.
fn id(number: usize) -> String {
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_nanos());
    format!("rolewright.{nanoseconds}.{}.{number}", std::process::id())
}
