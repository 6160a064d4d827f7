//! Where GitHub is, and which repository counts.

use super::repository::Repository;

/// GitHub's own API; an Enterprise Server's is `https://HOST/api/v3`.
pub const API: &str = "https://api.github.com";
/// The app that a workflow's own token belongs to.
pub const APP: &str = "github-actions";

/// One repository of one GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The API's URL.
    pub api: String,
    /// The repository.
    pub repository: Repository,
    /// The slug of the app that CI's token belongs to, where it is an app's: check runs and comments of others are not
    /// ours.
    pub app: String,
}

impl Place {
    /// A repository on github.com whose CI is GitHub Actions.
    pub fn new(repository: Repository) -> Self {
        Self { api: API.to_owned(), repository, app: APP.to_owned() }
    }
}
