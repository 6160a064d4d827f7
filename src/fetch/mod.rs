//! Reads the world: git, files, LDAP directories, SCIM services, the embedded store. A read is complete or an error.
//!
//! Takes connections and what the policies need, gives sources and snapshots. Never: any write, any decision.

mod data_folder;
pub mod entra;
pub mod git;
pub mod github;
mod handwritten;
pub mod ldap;
pub mod ndjson;
pub mod people;
mod policy_file;
mod probe;
mod progress;
pub mod scim;
mod secret;
mod source;
pub mod sqlite;
pub mod start;
mod work_tree;

pub use data_folder::DataFolder;
pub use probe::{found, probe_application, probe_branch, probe_directory};
pub use progress::Progress;
pub use secret::secret;
pub use source::{read_application, read_directory, read_some_users, reads_some, start_state};
pub use work_tree::{WorkTreeError, read_work_tree};
