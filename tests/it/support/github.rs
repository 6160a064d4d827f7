//! An independent stateful GitHub, a double that is checked against GitHub's contract, and the connections of tests to
//! them.

pub(crate) mod double;
pub(crate) mod server;

use rolewright::fetch::github::GitHub;
use rolewright::http::Limits;
use rolewright::model::{Commit, Secret};
use rolewright::publish::github::Publisher;
use rolewright::wire::github::{APP, Marker, Repository, RepositoryAddress};
use std::time::Duration;

/// A token like a workflow's; no output may contain it.
pub(crate) const TOKEN: &str = "ghs_canary-3f9a";
pub(crate) const RECORD: &str = "rolewright/default/dstny";

pub(crate) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        read: Duration::from_secs(10),
        attempt: Duration::from_secs(20),
        budget: Duration::from_secs(40),
        body: 8 << 20,
        attempts: 3,
    }
}

pub(crate) fn place(url: &str) -> RepositoryAddress {
    let repository = Repository::parse("ida/access").expect("a repository");
    RepositoryAddress { api: url.to_owned(), repository, app: APP.to_owned() }
}

pub(crate) fn reader(url: &str) -> GitHub {
    GitHub::new(place(url), &Secret::new(TOKEN.to_owned()), limits()).expect("loopback is fine")
}

pub(crate) fn publisher(url: &str) -> Publisher {
    Publisher::new(place(url), &Secret::new(TOKEN.to_owned()), limits()).expect("loopback is fine")
}

pub(crate) fn marker() -> Marker {
    Marker::new("plan default/dstny").expect("a name")
}

/// A commit id that is one digit, forty times.
pub(crate) fn commit(digit: char) -> Commit {
    Commit(digit.to_string().repeat(40))
}
