//! What every writer can do: one change with one logical call.

use super::outcome::WriteError;
use crate::model::{AttributePath, Right, Value};
use std::time::Duration;

/// Attributes with values, before or after a change; none: empty.
pub type Values = Vec<(AttributePath, Option<Value>)>;

/// Writes to one application. Each method makes one whole change, or gives the reason why it did not.
pub trait Writer {
    /// The longest time that one call may take.
    fn call_timeout(&self) -> Duration;

    /// Creates an account with a link, and gives its id. An account that already has the link is taken as created.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn create(&mut self, attributes: &[(AttributePath, Value)], link: &str) -> Result<String, WriteError>;

    /// Writes attributes, including the link, if the account has the expected values; `active` sets whether it may sign
    /// in.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn update(
        &mut self,
        id: &str,
        expected: &Values,
        changes: &Values,
        active: Option<bool>,
    ) -> Result<(), WriteError>;

    /// Deactivates an account.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn deactivate(&mut self, id: &str) -> Result<(), WriteError>;

    /// Deletes an account.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn delete(&mut self, id: &str) -> Result<(), WriteError>;

    /// Grants a right.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError>;

    /// Revokes a right.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError>;
}
