//! Sends mail.
//!
//! Takes a mail server's connection, its password and letters, gives the result of each. The connection is encrypted or
//! stays on this machine. Never: choosing recipients, retries, an error that shows the password.

mod error;
mod letter;
mod smtp;
mod stream;

pub use error::MailError;
pub use letter::{Attachment, Letter};
pub use smtp::{Limits, probe, send};
