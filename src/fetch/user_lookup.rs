//! Looks up single users of a directory step by step, if the directory supports it.

use super::access::Access;
use super::source::{entra_request, ldap_directory, read_directory};
use super::{entra, ldap};
use crate::model::{DirectoryConnection, LdapConnection, Secret, UserSearch};
use crate::policy::DirectoryPolicy;
use crate::snapshot::{DirectorySnapshot, Excerpt, Incomplete};
use tokio::runtime::Runtime;

/// Whether users can be looked up without reading the whole directory.
pub fn supports_lookup(policy: &DirectoryPolicy) -> bool {
    matches!(policy.connection, DirectoryConnection::Ldap(_) | DirectoryConnection::Entra(_))
}

/// Why a lookup failed.
#[derive(Debug)]
pub enum LookupError {
    /// The directory could not be read.
    Incomplete(Incomplete),
    /// Only a full read gives the answer, for this reason.
    NeedsFullRead(String),
}

impl From<Incomplete> for LookupError {
    fn from(error: Incomplete) -> Self {
        Self::Incomplete(error)
    }
}

/// A lookup in one directory.
pub struct UserLookup<'p> {
    policy: &'p DirectoryPolicy,
    access: &'p Access,
    backend: Backend<'p>,
}

enum Backend<'p> {
    /// Reads the whole directory, once.
    Whole {
        read: bool,
    },
    Ldap(&'p LdapConnection),
    Entra(Runtime, Box<entra::UserFinder<'p>>),
}

impl<'p> UserLookup<'p> {
    /// Starts a lookup.
    ///
    /// # Errors
    /// When a tenant refuses the sign-in.
    pub fn open(policy: &'p DirectoryPolicy, access: &'p Access) -> Result<Self, Incomplete> {
        let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", policy.name), problem);
        let backend = match &policy.connection {
            DirectoryConnection::Ldap(connection) => Backend::Ldap(connection),
            DirectoryConnection::Entra(connection) => {
                let key = entra::key(&connection.credential).map_err(incomplete)?;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| incomplete(error.to_string()))?;
                let request = entra_request(policy, connection, access);
                let finder = runtime.block_on(entra::UserFinder::open(request, key))?;
                Backend::Entra(runtime, Box::new(finder))
            }
            _ => Backend::Whole { read: false },
        };
        Ok(Self { policy, access, backend })
    }

    /// Reads the users of a search; from a tenant without their groups. `None` if the whole directory was read before.
    ///
    /// # Errors
    /// As [`read_directory`], and when only a full read gives the answer.
    pub fn find(&mut self, asked: &UserSearch) -> Result<Option<Excerpt<DirectorySnapshot>>, LookupError> {
        match &mut self.backend {
            Backend::Whole { read: true } => Ok(None),
            Backend::Whole { read } => {
                *read = true;
                Ok(Some(read_directory(self.policy, self.access)?.into()))
            }
            Backend::Ldap(connection) => {
                let selected = |request: &ldap::ReadRequest<'_>, password: &Secret| {
                    ldap::read_selected(request, password, asked)
                };
                let read = ldap_directory(self.policy, connection, self.access, selected);
                let source_name = || format!("directory `{}`", self.policy.name);
                Ok(Some(read.map_err(|problem| Incomplete::new(source_name(), problem))?))
            }
            Backend::Entra(runtime, finder) => runtime
                .block_on(finder.find(asked))
                .map(Some)
                .map_err(|reason| LookupError::NeedsFullRead(reason.0)),
        }
    }

    /// The users of the last step with their groups, and the names of other groups that policies may use.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn finish(self, last: Excerpt<DirectorySnapshot>) -> Result<Excerpt<DirectorySnapshot>, LookupError> {
        match self.backend {
            Backend::Whole { .. } | Backend::Ldap(_) => Ok(last),
            Backend::Entra(runtime, finder) => {
                runtime.block_on(finder.finish()).map_err(|reason| LookupError::NeedsFullRead(reason.0))
            }
        }
    }
}
