//! Some users of a directory, asked for step by step where it can be read in part.

use super::data_folder::DataFolder;
use super::source::{entra_request, ldap_directory, read_directory};
use super::{entra, ldap};
use crate::model::{DirectoryConnection, LdapConnection, Secret, UserSearch};
use crate::policy::DirectoryPolicy;
use crate::snapshot::{DirectorySnapshot, Excerpt, Incomplete};
use tokio::runtime::Runtime;

/// Whether a directory gives some users without being read whole.
pub fn reads_some(policy: &DirectoryPolicy) -> bool {
    matches!(policy.connection, DirectoryConnection::Ldap(_) | DirectoryConnection::Entra(_))
}

/// Why some users were not read.
#[derive(Debug)]
pub enum Unread {
    /// The directory could not be read.
    Incomplete(Incomplete),
    /// Only the whole directory tells, since this is so.
    Everybody(String),
}

impl From<Incomplete> for Unread {
    fn from(error: Incomplete) -> Self {
        Self::Incomplete(error)
    }
}

/// A search in one directory.
pub struct SomeUsers<'p> {
    policy: &'p DirectoryPolicy,
    data: &'p DataFolder,
    way: Way<'p>,
}

enum Way<'p> {
    /// Everything, once.
    Whole {
        read: bool,
    },
    Ldap(&'p LdapConnection),
    Entra(Runtime, Box<entra::Finder<'p>>),
}

impl<'p> SomeUsers<'p> {
    /// Begins a search.
    ///
    /// # Errors
    /// When a tenant refuses the sign-in.
    pub fn open(policy: &'p DirectoryPolicy, data: &'p DataFolder) -> Result<Self, Incomplete> {
        let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", policy.name), problem);
        let way = match &policy.connection {
            DirectoryConnection::Ldap(connection) => Way::Ldap(connection),
            DirectoryConnection::Entra(connection) => {
                let key = entra::key(&connection.credential).map_err(incomplete)?;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| incomplete(error.to_string()))?;
                let request = entra_request(policy, connection);
                let finder = runtime.block_on(entra::Finder::open(request, key))?;
                Way::Entra(runtime, Box::new(finder))
            }
            _ => Way::Whole { read: false },
        };
        Ok(Self { policy, data, way })
    }

    /// Reads whoever is asked for; of a tenant without groups. None where everybody was read before.
    ///
    /// # Errors
    /// As [`read_directory`], and where only the whole directory tells.
    pub fn find(&mut self, asked: &UserSearch) -> Result<Option<Excerpt<DirectorySnapshot>>, Unread> {
        match &mut self.way {
            Way::Whole { read: true } => Ok(None),
            Way::Whole { read } => {
                *read = true;
                Ok(Some(read_directory(self.policy, self.data)?.into()))
            }
            Way::Ldap(connection) => {
                let some = |request: &ldap::ReadRequest<'_>, password: &Secret| {
                    ldap::read_some(request, password, asked)
                };
                let read = ldap_directory(self.policy, connection, self.data, some);
                let place = || format!("directory `{}`", self.policy.name);
                Ok(Some(read.map_err(|problem| Incomplete::new(place(), problem))?))
            }
            Way::Entra(runtime, finder) => {
                runtime.block_on(finder.find(asked)).map(Some).map_err(|unfound| Unread::Everybody(unfound.0))
            }
        }
    }

    /// The users of the last step, with the groups that they are in, and of other groups what policies may name them by.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn finish(self, last: Excerpt<DirectorySnapshot>) -> Result<Excerpt<DirectorySnapshot>, Unread> {
        match self.way {
            Way::Whole { .. } | Way::Ldap(_) => Ok(last),
            Way::Entra(runtime, finder) => {
                runtime.block_on(finder.finish()).map_err(|unfound| Unread::Everybody(unfound.0))
            }
        }
    }
}
