//! Reads sources: git, files, LDAP directories, Microsoft Graph, SCIM services, the embedded store. A read is complete
//! or an error.
//!
//! Takes connections and what the policies need, gives policy sources and snapshots. Never: writes, decisions.

mod access;
mod data_folder;
pub mod entra;
pub mod git;
pub mod github;
mod handwritten;
pub mod ldap;
pub mod ndjson;
pub mod people;
mod policy_file;
pub mod postgres;
mod private_key;
mod probe;
mod progress;
pub mod rest;
pub mod scim;
mod secret;
mod secret_file;
mod sign_in;
mod source;
pub mod sqlite;
pub mod start;
mod step;
mod user_lookup;
mod work_tree;

pub use access::Access;
pub use data_folder::DataFolder;
pub use entra::Kept;
pub use probe::{observe_service, probe_application, probe_branch, probe_directory, resolve_host};
pub use progress::Progress;
pub use rest::rest_sign_in;
pub use secret::{own_secret, secret};
pub use sign_in::sign_in;
pub use source::{read_application, read_directory, start_state};
pub use user_lookup::{LookupError, UserLookup, supports_lookup};
pub use work_tree::{WorkTreeError, read_work_tree};
