//! Where ledgers are, as the operator says: in git refs, or in a PostgreSQL database.

use super::error::LedgerError;
use super::postgres::{self, LedgerDatabase};
use super::refs::{self, Remote};
use std::path::Path;
use std::sync::Arc;

/// Where ledgers are.
#[derive(Clone, Debug)]
pub enum LedgerPlace {
    /// Git refs that begin with this.
    Refs(String),
    /// A PostgreSQL database.
    Postgres(Arc<LedgerDatabase>),
}

impl Default for LedgerPlace {
    fn default() -> Self {
        Self::Refs(Self::REFS.to_owned())
    }
}

impl LedgerPlace {
    /// The beginning of refs where the operator says nothing.
    pub const REFS: &str = "refs/rolewright";

    /// Reads what the operator says: `refs/rolewright`, or `postgres://USER@HOST:PORT/DATABASE?schema=SCHEMA`.
    ///
    /// # Errors
    /// When it is neither, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        match postgres::is_address(text) {
            true => Ok(Self::Postgres(Arc::new(LedgerDatabase::parse(text)?))),
            false => refs::prefix(text).map(Self::Refs),
        }
    }

    /// The database, if they are in one.
    pub fn database(&self) -> Option<&Arc<LedgerDatabase>> {
        match self {
            Self::Refs(_) => None,
            Self::Postgres(database) => Some(database),
        }
    }

    /// The instances that have a ledger there: `default/dstny`, sorted.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn instances(&self, git_folder: &Path, remote: Option<&Remote>) -> Result<Vec<String>, LedgerError> {
        match self {
            Self::Refs(prefix) => refs::instances(git_folder, prefix, remote),
            Self::Postgres(database) => database.instances(),
        }
    }
}
