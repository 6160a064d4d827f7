//! A real mail server for one test: aiosmtpd on loopback, with a certificate whose authority is created here.
#![expect(clippy::disallowed_types, reason = "tests start a server")]
#![expect(clippy::disallowed_methods, reason = "the server keeps what it takes in files")]

use crate::support::playground::Playground;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde::Deserialize;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/smtp-server.sh");
/// The password that the server requires.
pub(crate) const PASSWORD: &str = "Sesame-open-42";

/// The server; it stops when dropped.
pub(crate) struct MailServer {
    child: Child,
    folder: TempDir,
    security: &'static str,
    port: u16,
}

/// A message that the server accepted.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) login: Option<String>,
    pub(crate) encrypted: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) attachments: Vec<File>,
}

/// An attachment.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct File {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    base64: String,
}

impl MailServer {
    /// Starts a server with the encryption of the word `security`; `rolewright@contoso.example` must sign in.
    pub(crate) fn start(security: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        certify(&folder);
        let mut child = Command::new(SCRIPT)
            .args([security, &folder.path().to_string_lossy(), "rolewright@contoso.example", PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs the server's script");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("the server says its port, or above why it does not start");
        Self { child, folder, security, port }
    }

    /// The `mail` of a workspace that uses this server.
    pub(crate) fn mail(&self) -> String {
        format!(
            "mail: {{ server: '127.0.0.1:{}', from: rolewright@contoso.example, credential: {{ env: ROLEWRIGHT_MAIL }}, security: {} }}",
            self.port, self.security
        )
    }

    /// The phone system's workspace, which sends reports by this server, with this `notify` in its application.
    pub(crate) fn playground(&self, notify: &str) -> Playground {
        let mut playground = Playground::new();
        let append = |file: &str, line: &str| {
            let text = playground.read(file);
            playground.write(file, &format!("{text}{line}\n"));
        };
        append("policies/workspace.yaml", &self.mail());
        append("policies/dstny/application.yaml", &format!("notify: {notify}"));
        playground.commit("Reports by mail");
        playground.secret("ROLEWRIGHT_MAIL", PASSWORD);
        playground.secret("SSL_CERT_FILE", &self.folder.path().join("authority.pem").to_string_lossy());
        playground
    }

    /// Every message so far, by recipient. A message is stored before it is acknowledged.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        let entries =
            fs::read_dir(self.folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut mails: Vec<Mail> = entries
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .map(|path| serde_json::from_slice(&fs::read(path).expect("a file")).expect("a message"))
            .collect();
        mails.sort_by(|one, other| one.to.cmp(&other.to));
        mails
    }

    /// The messages so far, which are then removed.
    pub(crate) fn take(&self) -> Vec<Mail> {
        let mails = self.mails();
        for number in 1.. {
            let path = self.folder.path().join(format!("{number}.json"));
            if number > 1000 {
                break;
            }
            drop(fs::remove_file(path));
        }
        mails
    }
}

impl Mail {
    /// The value of a header that occurs once.
    pub(crate) fn header(&self, name: &str) -> &str {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(values.len(), 1, "{name} in {:?}", self.headers);
        values[0]
    }
}

impl File {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.decode(&self.base64).expect("base64")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // The server stops when its stdin is closed; closing it twice does no harm.
        drop(self.child.stdin.take());
        let ended = self.child.wait();
        assert!(ended.is_ok() || std::thread::panicking(), "the server ends");
    }
}

/// Creates an authority for this test, and a certificate for 127.0.0.1 that it signed.
fn certify(folder: &TempDir) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let certificate = authority.self_signed(&key).expect("a certificate");
    let issuer = Issuer::new(authority, key);
    let leaf_key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&leaf_key, &issuer).expect("a certificate");
    for (name, text) in [
        ("authority.pem", certificate.pem()),
        ("certificate.pem", leaf.pem()),
        ("key.pem", leaf_key.serialize_pem()),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
}
