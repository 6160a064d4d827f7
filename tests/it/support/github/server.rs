//! A stateful GitHub for one test, and the actions of people on it.
#![expect(clippy::disallowed_types, reason = "tests start a server and look for a free port")]

use super::{limits, place};
use rolewright::fetch::github::GitHub;
use rolewright::http::{Call, Method, Service};
use rolewright::model::{Commit, Secret};
use rolewright::publish::github::Publisher;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/github-server.sh");

/// The server; it stops when dropped.
pub(crate) struct Server {
    port: u16,
    token: Secret,
}

impl Server {
    /// Starts a server. Another test may take a free port before the server does, so there are three attempts.
    pub(crate) fn start() -> Self {
        for _ in 0..3 {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
            let port = listener.local_addr().expect("a bound socket has an address").port();
            drop(listener);
            let output = Command::new(SCRIPT).args(["start", &port.to_string()]).output();
            let output = output.expect("bash runs the server's script");
            if output.status.success() {
                let token = String::from_utf8(output.stdout).expect("a token").trim().to_owned();
                assert!(token.starts_with("ghs_"), "an installation's token");
                return Self { port, token: Secret::new(token) };
            }
            eprint_lossy(&output.stderr);
        }
        panic!("emulate does not start: see what it says above")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A publisher with the rights of CI's token.
    pub(crate) fn publisher(&self) -> Publisher {
        Publisher::new(place(&self.url()), &self.token, limits()).expect("loopback is fine")
    }

    pub(crate) fn reader(&self) -> GitHub {
        GitHub::new(place(&self.url()), &self.token, limits()).expect("loopback is fine")
    }

    /// A request by a person, below the repository.
    pub(crate) async fn person(&self, login: &str, method: Method, path: &str, body: Value) -> Value {
        let token = Secret::new(format!("token-of-{login}"));
        let service =
            Service::new(&self.url(), Some(&token), "application/json", limits()).expect("loopback");
        let call = Call::new(method, "/repos/{owner}/{repo}/...", format!("/repos/ida/access{path}"));
        let call = if method == Method::Get { call } else { call.body(&body) };
        let answer = service.send(&call).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Opens a pull request of a new branch into `main`; gives its number and head.
    pub(crate) async fn pull_request(&self, branch: &str) -> (u64, Commit) {
        let main = self.person("ida", Method::Get, "/branches/main", Value::Null).await;
        let start = json!({ "ref": format!("refs/heads/{branch}"), "sha": main["commit"]["sha"] });
        self.person("ida", Method::Post, "/git/refs", start).await;
        let file = json!({ "message": "more", "content": "cG9saWN5Cg==", "branch": branch });
        self.person("ida", Method::Put, &format!("/contents/{branch}.yaml"), file).await;
        let proposal = json!({ "title": "More rights", "head": branch, "base": "main", "body": "Please" });
        let pull = self.person("ida", Method::Post, "/pulls", proposal).await;
        let number = pull["number"].as_u64().expect("a number");
        (number, sha(&pull["head"]["sha"]))
    }

    /// Pushes to the branch of a pull request, which gets a new head. This server moves the head only by "update
    /// branch".
    pub(crate) async fn update(&self, number: u64) -> Commit {
        self.person("ida", Method::Put, &format!("/pulls/{number}/update-branch"), json!({})).await;
        let pull = self.person("ida", Method::Get, &format!("/pulls/{number}"), Value::Null).await;
        sha(&pull["head"]["sha"])
    }

    /// Merges a pull request; gives the commit that this made.
    pub(crate) async fn merge(&self, number: u64, method: &str) -> Commit {
        let body = json!({ "merge_method": method });
        let merged = self.person("ida", Method::Put, &format!("/pulls/{number}/merge"), body).await;
        sha(&merged["sha"])
    }
}

fn sha(value: &Value) -> Commit {
    Commit(value.as_str().expect("a commit").to_owned())
}

fn eprint_lossy(said: &[u8]) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(said);
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = Command::new(SCRIPT).args(["stop", &self.port.to_string()]).status();
        assert!(
            stopped.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "the server is stopped"
        );
    }
}
