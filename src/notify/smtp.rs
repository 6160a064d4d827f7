#![expect(clippy::disallowed_methods, reason = "verb room: a message's id is unique by the time it is made")]
//! Sending by SMTP (RFC 5321), one letter a connection, each with its time.

use super::error::{place, problem};
use super::{Letter, MailError};
use crate::model::{MailConnection, MailSecurity, Secret};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::Builder;
use tokio::time::{Instant, timeout_at};

/// How long sending may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one letter, from opening the connection on.
    pub letter: Duration,
    /// For all of them together.
    pub all: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { letter: Duration::from_secs(60), all: Duration::from_secs(180) }
    }
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends letters, each once; gives what came of each, in their order.
pub fn send(
    connection: &MailConnection,
    password: Option<&Secret>,
    letters: &[Letter],
    limits: Limits,
) -> Vec<Result<(), MailError>> {
    let transport = transport(connection, password, limits);
    let transport = transport.map_err(|error| problem(&error, &connection.user, password));
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string());
    match transport.and_then(|transport| Ok((transport, runtime?))) {
        Ok((transport, runtime)) => {
            let post = Post { connection, password, transport, limits };
            let results = runtime.block_on(post.all(letters));
            // A look-up of the server's name that does not end is not waited for.
            runtime.shutdown_background();
            results
        }
        Err(problem) => {
            letters.iter().map(|letter| Err(failed(connection, letter, problem.clone()))).collect()
        }
    }
}

/// What is needed to send.
struct Post<'p> {
    connection: &'p MailConnection,
    password: Option<&'p Secret>,
    transport: Transport,
    limits: Limits,
}

impl Post<'_> {
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
        match timeout_at(end, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let problem = problem(&error, &self.connection.user, self.password);
                Err(failed(self.connection, letter, problem))
            }
            Err(_) => Err(MailError::Late {
                to: letter.to.clone(),
                server: place(self.connection),
                seconds: begun.elapsed().as_secs(),
            }),
        }
    }
}

fn failed(connection: &MailConnection, letter: &Letter, problem: String) -> MailError {
    MailError::Server { to: letter.to.clone(), server: place(connection), problem }
}

fn transport(
    connection: &MailConnection,
    password: Option<&Secret>,
    limits: Limits,
) -> Result<Transport, Error> {
    let tls = || TlsParameters::new(connection.server.clone());
    let tls = match connection.security {
        MailSecurity::Tls => Tls::Wrapper(tls()?),
        MailSecurity::StartTls => Tls::Required(tls()?),
        MailSecurity::None => Tls::None,
    };
    let builder = Transport::builder_dangerous(connection.server.clone())
        .port(connection.port)
        .tls(tls)
        .timeout(Some(limits.letter))
        .authentication(vec![Mechanism::Plain, Mechanism::Login]);
    Ok(match password {
        None => builder.build(),
        Some(password) => {
            let credentials = Credentials::new(connection.user.clone(), password.expose().to_owned());
            builder.credentials(credentials).build()
        }
    })
}

/// Unique among the messages of all machines, as far as a clock and a process number tell.
fn id(number: usize) -> String {
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_nanos());
    format!("rolewright.{nanoseconds}.{}.{number}", std::process::id())
}
