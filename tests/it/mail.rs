//! Mail that cannot be sent does not change a run; text from a directory or a mail server stays text.
#![expect(clippy::disallowed_types, reason = "a mail server of the test's own")]

use crate::support::mail_server::{MailServer, PASSWORD};
use crate::support::playground::Playground;
use rolewright::model::{AddressRule, MailConnection, MailSecurity};
use rolewright::notify::{Letter, Limits, MailError, send};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::Duration;

const NOTIFY: &str = "[{ send: always, to: [telephony@contoso.example] }]";
const WORKSPACE: &str = "policies/workspace.yaml";
const APPLICATION: &str = "policies/dstny/application.yaml";

/// A run that succeeds except for its mail: everything is written, and the warning contains these words.
fn warned(playground: &Playground, words: &str) -> String {
    let ran = playground.run(&["apply"]).ends(0);
    assert!(ran.stdout.contains("Applied: 1 adopt"), "{}", ran.stdout);
    let is_of_mail =
        |line: &&str| line.contains("warning: the mail to ") || line.contains("warning: no mail");
    let warning = ran.stderr.lines().find(is_of_mail);
    let warning = warning.unwrap_or_else(|| panic!("no warning in {}", ran.stderr)).to_owned();
    assert!(warning.contains(words), "`{words}` in {warning}");
    playground.run(&["plan", "--detailed-exitcode"]).ends(0);
    warning
}

#[test]
fn a_server_that_is_not_there_fails_no_run() {
    let server = MailServer::start("tls");
    let playground = server.playground(NOTIFY);
    drop(server);
    warned(&playground, "`telephony@contoso.example` was not sent: mail server `127.0.0.1:");
}

#[test]
fn a_refused_log_in_fails_no_run_and_shows_no_password() {
    let server = MailServer::start("startTls");
    let mut playground = server.playground(NOTIFY);
    playground.secret("ROLEWRIGHT_MAIL", "not-the-word-1");
    let warning = warned(&playground, "(535)");
    assert!(warning.contains("correct `credential` or `user`"), "{warning}");
    let encoded = "AHJvbGV3cmlnaHRAY29udG9zby5leGFtcGxlAG5vdC10aGUtd29yZC0x";
    assert!(!warning.contains("not-the-word-1") && !warning.contains(encoded), "{warning}");
    assert_eq!(warning.matches("[REDACTED]").count(), 2, "{warning}");
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn a_password_that_is_not_there_fails_no_run() {
    let server = MailServer::start("startTls");
    let mut playground = server.playground(NOTIFY);
    playground.secret("ROLEWRIGHT_MAIL", "");
    warned(&playground, "the credential is empty");
}

#[test]
fn a_certificate_that_the_system_does_not_trust_gets_nothing() {
    for security in ["tls", "startTls"] {
        let server = MailServer::start(security);
        let mut playground = server.playground(NOTIFY);
        playground.secret("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt");
        warned(&playground, "the system must trust its certificate");
        assert_eq!(server.mails().len(), 0, "{security}");
    }
}

#[test]
fn a_server_without_encryption_gets_nothing_but_on_this_machine_when_told() {
    let server = MailServer::start("none");
    let playground = server.playground(NOTIFY);
    playground.edit(WORKSPACE, "security: none", "security: startTls");
    playground.commit("Encrypted");
    warned(&playground, "it does not offer STARTTLS");
    assert_eq!(server.mails().len(), 0);
    playground.edit(WORKSPACE, "security: startTls", "security: none");
    playground.commit("Not encrypted");
    playground.run(&["apply"]).ends(0);
    let mails = server.mails();
    assert!(mails.len() == 1 && !mails[0].encrypted, "{mails:#?}");
}

#[test]
fn a_refused_address_does_not_stop_the_others() {
    let server = MailServer::start("tls");
    let playground = server.playground(
        "[{ send: always, to: [refused@contoso.example, z@contoso.example, a@contoso.example] }, { send: changes, to: [a@contoso.example], attach: xlsx }]",
    );
    let ran = playground.run(&["apply"]).ends(0);
    assert!(ran.stderr.contains("nobody of this name"), "{}", ran.stderr);
    assert!(ran.stderr.contains("mailed to 2 of 3 addresses"), "{}", ran.stderr);
    let mails = server.mails();
    let got: Vec<(&str, usize)> = mails.iter().map(|mail| (&*mail.to[0], mail.attachments.len())).collect();
    assert_eq!(got, [("a@contoso.example", 1), ("z@contoso.example", 0)], "each once, with all that is due");
}

#[test]
fn policies_of_another_branch_do_not_choose_who_is_told() {
    let server = MailServer::start("tls");
    let playground = server.playground(NOTIFY);
    playground.git(&["switch", "-q", "-c", "feature"]);
    playground.edit(APPLICATION, "telephony@contoso.example", "thief@contoso.example");
    playground.commit("Tell me");
    playground.run(&["apply"]).ends(4);
    assert_eq!(server.mails().len(), 0);
    playground.run(&["apply", "--branch", "main"]).ends(0);
    let mails = server.mails();
    assert_eq!(mails.iter().map(|mail| &*mail.to[0]).collect::<Vec<_>>(), ["telephony@contoso.example"]);
}

#[test]
fn directory_text_stays_in_the_body() {
    let server = MailServer::start("startTls");
    let playground = server.playground("[{ send: always, to: [telephony@contoso.example], attach: xlsx }]");
    let title = "\"x\\r\\n.\\r\\nMAIL FROM:<a@b.example>\\r\\nBcc: thief@contoso.example\\r\\n\\e[31m=cmd|' /C calc'!A0\"";
    playground.edit("policies/directories/people.yaml", "jobTitle: Team lead", &format!("jobTitle: {title}"));
    playground.run(&["apply"]).ends(0);
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert!(mails[0].headers.iter().all(|(name, _)| name != "Bcc"), "{:?}", mails[0].headers);
    let text = &mails[0].text;
    assert!(text.contains("x\\u{d}\\n.\\u{d}\\nMAIL FROM:<a@b.example>"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.starts_with("MAIL")), "{text}");
}

#[test]
fn a_server_that_says_nonsense_fails_no_run() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let port = listener.local_addr().expect("an address").port();
    let answers = std::thread::spawn(move || {
        for greeting in ["\0\0\0\u{1b}[31m\r\n", "220 x\r\n"] {
            let (mut peer, _) = listener.accept().expect("a caller");
            peer.write_all(greeting.as_bytes()).expect("it is written");
            let mut line = String::new();
            drop(BufReader::new(peer.try_clone().expect("a stream")).read_line(&mut line));
            drop(peer.write_all(&[b'2'; 1 << 20]));
        }
    });
    let playground = Playground::new();
    let workspace = playground.read(WORKSPACE);
    let mail =
        format!("mail: {{ server: 'localhost:{port}', from: rolewright@contoso.example, security: none }}\n");
    playground.write(WORKSPACE, &format!("{workspace}{mail}"));
    let application = playground.read(APPLICATION);
    playground.write(
        APPLICATION,
        &format!("{application}notify: [{{ send: always, to: [a@contoso.example, b@contoso.example] }}]\n"),
    );
    playground.commit("Reports by mail");
    let ran = playground.run(&["apply"]).ends(0);
    assert_eq!(ran.stderr.matches("warning: the mail to ").count(), 2, "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}') && !ran.stderr.contains(PASSWORD), "{}", ran.stderr);
    answers.join().expect("both were called");
}

/// Sends a letter directly to a port of this machine.
fn sent(port: u16, security: MailSecurity, milliseconds: u64) -> Vec<Result<(), MailError>> {
    let connection = MailConnection {
        server: "127.0.0.1".to_owned(),
        port,
        from: "rolewright@contoso.example".to_owned(),
        user: String::new(),
        credential: None,
        security,
    };
    let letter = |to: &str| Letter {
        to: to.to_owned(),
        subject: "a".to_owned(),
        text: "b".to_owned(),
        attachment: None,
    };
    let letters = [letter("a@contoso.example"), letter("b@contoso.example")];
    let limits = Limits {
        letter: Duration::from_millis(milliseconds),
        all: Duration::from_millis(milliseconds * 3 / 2),
    };
    send(&connection, None, &letters, limits, &AddressRule::Any)
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    let port = listener.local_addr().expect("an address").port();
    let results = sent(port, MailSecurity::None, 300);
    assert_eq!(results.len(), 2);
    assert!(results.iter().all(|result| matches!(result, Err(MailError::Late { .. }))), "{results:?}");
}

/// Answers that an attacker sends before encryption begins must not count as answers after it; otherwise no mail would
/// be sent, and the client would not notice.
#[test]
fn answers_sent_before_encryption_do_not_count_after_it() {
    let injected = "220 go\r\n250 AUTH PLAIN\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n";
    for (answer, words) in
        [(injected, "more than was asked for"), ("454 no\r\n", "`454 no`"), ("", "closed the connection")]
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let port = listener.local_addr().expect("an address").port();
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let (mut peer, _) = listener.accept().expect("a caller");
                let mut said = BufReader::new(peer.try_clone().expect("a stream")).lines();
                for (answer, asked) in
                    [("220 localhost\r\n", "EHLO"), ("250-localhost\r\n250 STARTTLS\r\n", "STARTTLS")]
                {
                    peer.write_all(answer.as_bytes()).expect("it is written");
                    let line = said.next().expect("a line").expect("text");
                    assert!(line.starts_with(asked), "{line}");
                }
                peer.write_all(answer.as_bytes()).expect("it is written");
            }
        });
        let results = sent(port, MailSecurity::StartTls, 20_000);
        let told = |result: &Result<(), MailError>| {
            result.as_ref().is_err_and(|error| error.to_string().contains(words))
        };
        assert!(results.iter().all(told), "`{words}` in {results:?}");
        server.join().expect("it was asked in order");
    }
}
