//! Policies read from git and from the work tree.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

mod kinds;
mod refused_files;
mod revisions;

use crate::support::repository::TestRepository;
use rolewright::fetch::git::{GitError, PolicyRepository};
use rolewright::model::{Commit, SourceSet};

/// The workspace folder `policies` of a repository.
fn policies(repository: &TestRepository) -> PolicyRepository {
    PolicyRepository::open(&repository.path().join("policies")).unwrap()
}

/// The error of opening the workspace folder.
fn refusal(repository: &TestRepository) -> GitError {
    match PolicyRepository::open(&repository.path().join("policies")) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

fn head(repository: &TestRepository) -> Commit {
    Commit(repository.git(&["rev-parse", "HEAD"]))
}

fn paths(sources: &SourceSet) -> Vec<&str> {
    sources.iter().map(|(_, file)| file.path.as_str()).collect()
}
