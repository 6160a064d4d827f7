//! Why a mail was not sent.

use crate::model::{MailConnection, Secret, struck};
use lettre::transport::smtp::Error;

/// The most characters of a server's answer in a message.
const MAX_SHOWN: usize = 300;

/// A mail that was not sent, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It could not be composed.
    #[error("the mail to `{to}` was not sent: it cannot be composed ({problem})")]
    Compose {
        /// The recipient.
        to: String,
        /// The reason.
        problem: String,
    },
    /// The server could not be reached over an encrypted connection, or refused the mail.
    #[error("the mail to `{to}` was not sent: mail server `{server}`: {problem}{}", hint(.problem))]
    Server {
        /// The recipient.
        to: String,
        /// The server and its port.
        server: String,
        /// The error, without the password.
        problem: String,
    },
    /// The server did not accept it in time.
    #[error(
        "the mail to `{to}` was not sent, or arrives late: mail server `{server}` did not accept it within {seconds} seconds"
    )]
    Late {
        /// The recipient.
        to: String,
        /// The server and its port.
        server: String,
        /// The time it had.
        seconds: u64,
    },
}

/// Advice for the most common problems.
fn hint(problem: &str) -> &'static str {
    if problem.contains("STARTTLS") {
        "; use a port that speaks TLS from the first byte (`server: 'host:465'`), or `security: tls`"
    } else if problem.contains("certificate") {
        "; the system must trust its certificate (`SSL_CERT_FILE` names another list of authorities)"
    } else if problem.contains("authentication") || problem.contains("(535)") {
        "; correct `credential` or `user` of `mail`"
    } else {
        ""
    }
}

/// The server and its port, for messages.
pub(super) fn server_address(connection: &MailConnection) -> String {
    if connection.server.contains(':') {
        return format!("[{}]:{}", connection.server, connection.port);
    }
    format!("{}:{}", connection.server, connection.port)
}

/// The error from lettre, without the password, which a server may repeat.
pub(super) fn problem(error: &Error, password: Option<&Secret>) -> String {
    without_password(&chain(error), password)
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error).and_then(std::error::Error::source);
    while let Some(inner) = source {
        let more = inner.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = inner.source();
    }
    text
}

fn without_password(text: &str, password: Option<&Secret>) -> String {
    let text = struck(text, password.map(std::slice::from_ref).unwrap_or_default());
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;
    use crate::model::Secret;
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    #[test]
    fn h19_the_password_is_removed_from_answers() {
        let secret = Secret::new("hunter2-hunter2".to_owned());
        let plain = BASE64_STANDARD.encode("\0me\0hunter2-hunter2");
        let login = BASE64_STANDARD.encode("hunter2-hunter2");
        let answer = format!("535 bad `{plain}` `{login}` `hunter2-hunter2`");
        let shown = without_password(&answer, Some(&secret));
        assert_eq!(shown, "535 bad `[REDACTED]` `[REDACTED]` `[REDACTED]`");
    }

    #[test]
    fn a_long_answer_is_truncated() {
        assert_eq!(without_password(&"å".repeat(400), None).chars().count(), 304);
    }
}
