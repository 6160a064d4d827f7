//! Mail: the one way to send it.
//!
//! Takes a mail server's connection, its password and letters, gives what came of each letter. The connection is
//! encrypted, or it leads to this machine. Never: who hears of what, repeating, letting an error show the password.

mod error;
mod letter;
mod smtp;
mod stream;

pub use error::MailError;
pub use letter::{Attachment, Letter};
pub use smtp::{Limits, probe, send};
