//! The API's URL and the repository.

use super::repository::Repository;

/// The API of github.com; an Enterprise Server's is `https://HOST/api/v3`.
pub const API: &str = "https://api.github.com";
/// The app that a workflow's own token belongs to.
pub const APP: &str = "github-actions";

/// A repository and the API it is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryAddress {
    /// The API's URL.
    pub api: String,
    /// The repository.
    pub repository: Repository,
    /// The slug of the app that CI's token belongs to. Check runs and comments of other apps are not ours.
    pub app: String,
}

impl RepositoryAddress {
    /// A repository on github.com whose CI is GitHub Actions.
    pub fn new(repository: Repository) -> Self {
        Self { api: API.to_owned(), repository, app: APP.to_owned() }
    }
}
