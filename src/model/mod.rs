//! The words everyone uses: ids, values, rights, operations, places in files, secrets that cannot print.
//!
//! Takes nothing, gives types. Never: logic beyond constructors and conversions; any other room.

mod connection;
mod date;
mod digest;
mod entra;
mod operation;
mod right;
mod secret;
mod source;
mod value;

pub use connection::{
    ApplicationConnection, AttributePath, CredentialRef, DirectoryConnection, MailConnection, MailSecurity,
};
pub use date::{Date, DateError, rfc3339_of};
pub use digest::Digest;
pub use entra::{Cloud, EntraConnection, EntraCredential};
pub use operation::Operation;
pub use right::{EntitlementWire, Right};
pub use secret::Secret;
pub use source::{Commit, FileId, Location, Position, SourceFile, SourceSet, Span};
pub use value::{AttributeType, Field, Value};
