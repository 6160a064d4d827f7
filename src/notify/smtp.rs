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
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, timeout_at};

/// How long one letter may take, from opening the connection on.
const LETTER: Duration = Duration::from_secs(60);
/// How long all may take together.
const ALL: Duration = Duration::from_secs(180);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends letters, each once; gives what came of each, in their order.
pub fn send(
    connection: &MailConnection,
    password: Option<&Secret>,
    letters: &[Letter],
) -> Vec<Result<(), MailError>> {
    let server = place(connection);
    let failed = |letter: &Letter, problem: String| {
        Err(MailError::Server { to: letter.to.clone(), server: server.clone(), problem })
    };
    let transport = transport(connection, password);
    let runtime = Builder::new_current_thread().enable_all().build();
    let (transport, runtime): (Transport, Runtime) = match (transport, runtime) {
        (Ok(transport), Ok(runtime)) => (transport, runtime),
        (Err(error), _) => {
            let problem = problem(&error, &connection.user, password);
            return letters.iter().map(|letter| failed(letter, problem.clone())).collect();
        }
        (_, Err(error)) => return letters.iter().map(|letter| failed(letter, error.to_string())).collect(),
    };
    let results = runtime.block_on(async {
        let end = Instant::now() + ALL;
        let mut results = Vec::new();
        for (number, letter) in letters.iter().enumerate() {
            let end = end.min(Instant::now() + LETTER);
            let result = match letter.compose(&connection.from, &id(number)) {
                Err(error) => Err(error),
                Ok(message) => match timeout_at(end, transport.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => failed(letter, problem(&error, &connection.user, password)),
                    Err(_) => Err(MailError::Late {
                        to: letter.to.clone(),
                        server: server.clone(),
                        seconds: LETTER.as_secs(),
                    }),
                },
            };
            results.push(result);
        }
        results
    });
    // A look-up of the server's name that does not end is not waited for.
    runtime.shutdown_background();
    results
}

fn transport(connection: &MailConnection, password: Option<&Secret>) -> Result<Transport, Error> {
    let tls = || TlsParameters::new(connection.server.clone());
    let tls = match connection.security {
        MailSecurity::Tls => Tls::Wrapper(tls()?),
        MailSecurity::StartTls => Tls::Required(tls()?),
        MailSecurity::None => Tls::None,
    };
    let builder = Transport::builder_dangerous(connection.server.clone())
        .port(connection.port)
        .tls(tls)
        .timeout(Some(LETTER))
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
