//! References to secrets. The secrets themselves are read where they are sent.

use serde::Serialize;

/// The source of a credential: the name of an environment variable or a file, never the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CredentialRef {
    /// An environment variable.
    Env(String),
    /// A file.
    File(String),
    /// One of these, whose value has at least this many characters.
    AtLeast(u32, Box<Self>),
}
