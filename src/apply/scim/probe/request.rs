//! What is made, and where.

use crate::http::{Limits, SignIn};
use crate::model::{AddressRule, AttributePath};

/// What is made, and where.
#[derive(Clone, Debug)]
pub struct ProbeRequest<'r> {
    /// Base URL, without the resource type.
    pub url: &'r str,
    /// How the service lets us in.
    pub sign_in: &'r SignIn,
    /// Which addresses may be called.
    pub addresses: &'r AddressRule,
    /// Time-outs and sizes of single calls.
    pub limits: Limits,
    /// What tells the names of this probe from those of any other.
    pub mark: &'r str,
    /// The account attribute that links an account to a user.
    pub link: &'r AttributePath,
    /// The account attributes that policies use, without those that hold rights.
    pub attributes: &'r [AttributePath],
    /// A type of account, where the application has several.
    pub account_type: Option<&'r str>,
}
