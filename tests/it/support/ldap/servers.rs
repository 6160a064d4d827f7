//! The real servers, started once for all tests; they stop by themselves after the last process that uses them.
#![expect(clippy::disallowed_types, reason = "tests start servers")]
#![expect(clippy::disallowed_methods, reason = "tests read the certificates of their servers")]

use super::{ReadSettings, people};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/ldap");

/// The output of the script that started a server.
#[derive(Debug)]
pub(crate) struct Server(BTreeMap<String, String>);

/// The domain controller.
pub(crate) fn domain() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let more = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headquarters.ldif");
        // Every test process writes the same content, so the script recognizes it.
        std::fs::write(&more, people::ldif()).expect("a file");
        Server::start("samba-ad.sh", &[more.to_str().expect("a path of text")])
    })
}

/// OpenLDAP.
pub(crate) fn slapd() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("slapd.sh", &[]))
}

impl Server {
    fn start(script: &str, more: &[&str]) -> Self {
        // Another test may take a free port before the server does, so there are three attempts.
        let mut attempts = (0..3).map(|_| {
            let mut command = Command::new(format!("{SCRIPTS}/{script}"));
            command.args(["start", &std::process::id().to_string()]).args(more).stderr(Stdio::inherit());
            command.output().expect("bash runs the server's script")
        });
        let started = attempts.find(|started| started.status.success());
        let started = started.unwrap_or_else(|| panic!("{script} does not start: see what it says above"));
        let said = String::from_utf8(started.stdout).expect("text");
        let pairs = said.lines().filter_map(|line| line.split_once('='));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    /// The text of the authority's certificate.
    pub(crate) fn ca(&self) -> String {
        std::fs::read_to_string(self.get("ca")).expect("a certificate")
    }
}

/// The domain, read over LDAPS by an account with ordinary rights.
pub(crate) fn domain_wanted() -> ReadSettings {
    let server = domain();
    let url = format!("ldaps://{}", server.get("address"));
    let name = "svc-reader@corp.example.test";
    let wanted = ReadSettings::new(&url, server.get("base"), name, server.get("reader"));
    ReadSettings { ca: Some(server.ca()), ..wanted }
}

/// OpenLDAP, read in clear text by an account with small limits.
pub(crate) fn slapd_wanted(account: &str) -> ReadSettings {
    let server = slapd();
    let url = format!("ldap://127.0.0.1:{}", server.get("port"));
    let name = format!("cn={account},{}", server.get("base"));
    ReadSettings::new(&url, server.get("base"), &name, &format!("{account}-password"))
}

/// Runs a tool of the Debian package `ldap-utils` against the domain, as its administrator.
pub(crate) fn administrator(tool: &str, ldif: &str) {
    use std::io::Write;
    let server = domain();
    let url = format!("ldaps://{}", server.get("address"));
    let mut child = Command::new(tool)
        .env("LDAPTLS_CACERT", server.get("ca"))
        .args(["-x", "-H", &url, "-D", "Administrator@corp.example.test", "-w", server.get("administrator")])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("a tool of ldap-utils");
    child.stdin.take().expect("a pipe").write_all(ldif.as_bytes()).expect("LDIF goes in");
    assert!(child.wait().expect("it ends").success(), "{tool} failed: see what it says above");
}
