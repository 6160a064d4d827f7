//! Why a letter was not sent.

use crate::model::{MailConnection, Secret};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lettre::transport::smtp::Error;

/// Characters of a server's answer that are shown.
const SHOWN: usize = 300;

/// A letter was not sent, or it is not known whether it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It could not be composed.
    #[error("no mail to `{to}`: it cannot be composed ({problem})")]
    Compose {
        /// To whom.
        to: String,
        /// Why.
        problem: String,
    },
    /// The server could not be reached over an encrypted connection, or did not take it.
    #[error("no mail to `{to}`: the mail server `{server}`: {problem}{}", hint(.problem))]
    Server {
        /// To whom.
        to: String,
        /// The server and its port.
        server: String,
        /// What it met there, without the password.
        problem: String,
    },
    /// The server did not take it in time.
    #[error(
        "no mail to `{to}`, or a late one: the mail server `{server}` did not take it within {seconds} seconds"
    )]
    Late {
        /// To whom.
        to: String,
        /// The server and its port.
        server: String,
        /// How long it had.
        seconds: u64,
    },
}

/// What to do about the problems that are met most.
fn hint(problem: &str) -> &'static str {
    if problem.contains("no STARTTLS") {
        "; name a port that speaks TLS from the first byte (`server: 'host:465'`), or `security: tls`"
    } else if problem.contains("certificate") {
        "; the system must trust its certificate (`SSL_CERT_FILE` names another list of authorities)"
    } else if problem.contains("authentication") || problem.contains("(535)") {
        "; look at `credential` and `user` of `mail`"
    } else {
        ""
    }
}

/// The server and its port, for messages.
pub(super) fn place(connection: &MailConnection) -> String {
    if connection.server.contains(':') {
        return format!("[{}]:{}", connection.server, connection.port);
    }
    format!("{}:{}", connection.server, connection.port)
}

/// What lettre met, with everything taken out that a server may have sent back of the log-in.
pub(super) fn problem(error: &Error, user: &str, password: Option<&Secret>) -> String {
    without_password(&chain(error), user, password)
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

/// The password as it is, and as the mechanisms PLAIN and LOGIN send it (RFC 4616, 2).
fn without_password(text: &str, user: &str, password: Option<&Secret>) -> String {
    let mut text = text.to_owned();
    if let Some(password) = password.map(Secret::expose) {
        let plain = BASE64_STANDARD.encode(format!("\0{user}\0{password}"));
        for form in [plain, BASE64_STANDARD.encode(password), password.to_owned()] {
            text = text.replace(&form, "[REDACTED]");
        }
    }
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{BASE64_STANDARD, Engine, without_password};
    use crate::model::Secret;

    #[test]
    fn an_answer_that_repeats_the_log_in_does_not_show_it() {
        let secret = Secret::new("hunter2-hunter2".to_owned());
        let plain = BASE64_STANDARD.encode("\0me\0hunter2-hunter2");
        let login = BASE64_STANDARD.encode("hunter2-hunter2");
        let answer = format!("535 bad `{plain}` `{login}` `hunter2-hunter2`");
        let shown = without_password(&answer, "me", Some(&secret));
        assert_eq!(shown, "535 bad `[REDACTED]` `[REDACTED]` `[REDACTED]`");
    }

    #[test]
    fn a_long_answer_is_cut() {
        assert_eq!(without_password(&"å".repeat(400), "me", None).chars().count(), 304);
    }
}
