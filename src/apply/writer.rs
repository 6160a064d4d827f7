//! What every writer can do: one change, one logical call.

use super::outcome::WriteError;
use crate::model::{AttributePath, Right, Value};
use std::time::Duration;

/// Attributes with the values they are expected to hold, or shall hold; none is empty.
pub type Values = Vec<(AttributePath, Option<Value>)>;

/// Writes to one application. Each method carries out one change whole, or says why it did not come about.
pub trait Writer {
    /// The longest that one call may take.
    fn call_timeout(&self) -> Duration;

    /// Makes an account with a link, and gives its id; one that is there already with this link is ours.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn create(&mut self, attributes: &[(AttributePath, Value)], link: &str) -> Result<String, WriteError>;

    /// Writes attributes, the link among them, if the account is as expected; allows sign-in again where `active` says so.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn update(
        &mut self,
        id: &str,
        expected: &Values,
        changes: &Values,
        active: Option<bool>,
    ) -> Result<(), WriteError>;

    /// Bars sign-in.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn deactivate(&mut self, id: &str) -> Result<(), WriteError>;

    /// Deletes an account.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn delete(&mut self, id: &str) -> Result<(), WriteError>;

    /// Gives a right.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError>;

    /// Takes a right.
    ///
    /// # Errors
    /// As [`WriteError`] says.
    fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError>;
}
