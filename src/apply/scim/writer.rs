//! A SCIM application as a [`Writer`]: turns rights into groups or values, and waits for each call.

use super::{Created, GroupRef, ScimWriter};
use crate::apply::{Values, WriteError, Writer};
use crate::http::Limits;
use crate::model::{AddressRule, AttributePath, EntitlementWire, Right, Secret, Value};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How one type of right is stored.
#[derive(Clone, Debug)]
pub struct WireOfRight {
    /// The kind of storage.
    pub wire: EntitlementWire,
    /// The name of its scope, if the type has one.
    pub scope: Option<String>,
    /// The path of its attribute, if it is stored in one.
    pub attribute: Option<AttributePath>,
    /// Whether a group that does not exist is created.
    pub create_missing: bool,
}

/// Writes to one SCIM application, one change after the other.
pub struct ScimApplication {
    writer: ScimWriter,
    runtime: Runtime,
    link: AttributePath,
    wires: BTreeMap<String, WireOfRight>,
    limits: Limits,
}

impl ScimApplication {
    /// A writer for the application at a base URL; `wires` by entitlement type.
    ///
    /// # Errors
    /// The URL or the credential cannot be used.
    pub fn new(
        url: &str,
        secret: Option<&Secret>,
        link: AttributePath,
        wires: BTreeMap<String, WireOfRight>,
        addresses: &AddressRule,
    ) -> Result<Self, String> {
        let limits = Limits::default();
        let writer = ScimWriter::new(url, secret, limits, addresses).map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self { writer, runtime: runtime.map_err(|error| error.to_string())?, link, wires, limits })
    }

    fn wire(&self, right: &Right) -> Result<&WireOfRight, WriteError> {
        let wire = self.wires.get(&right.entitlement);
        wire.ok_or_else(|| WriteError::Failed(format!("nobody knows how `{}` is stored", right.entitlement)))
    }

    fn give(&self, id: &str, right: &Right, gives: bool) -> Result<(), WriteError> {
        let wire = self.wire(right)?;
        let name = text(wire, right);
        let written = match (&wire.wire, &wire.attribute) {
            (EntitlementWire::Group { .. }, _) if gives => self.runtime.block_on(async {
                if wire.create_missing {
                    self.writer.create_group(&name).await?;
                }
                self.writer.grant(GroupRef::Name(&name), id).await
            }),
            (EntitlementWire::Group { .. }, _) => {
                self.runtime.block_on(self.writer.revoke(GroupRef::Name(&name), id))
            }
            (_, Some(attribute)) if gives => {
                self.runtime.block_on(self.writer.grant_value(id, attribute, &name))
            }
            (_, Some(attribute)) => self.runtime.block_on(self.writer.revoke_value(id, attribute, &name)),
            (_, None) => {
                return Err(WriteError::Failed(format!("`{right}` has no place in a SCIM application")));
            }
        };
        written.map(drop).map_err(WriteError::from)
    }
}

/// The group name or value that stores a right.
fn text(wire: &WireOfRight, right: &Right) -> String {
    let template = match &wire.wire {
        EntitlementWire::Row => return right.value.clone(),
        EntitlementWire::Group { template }
        | EntitlementWire::Values { template, .. }
        | EntitlementWire::Attribute { template, .. } => template,
    };
    let filled = template.replace(&format!("{{{}}}", right.entitlement), &right.value);
    match (&wire.scope, &right.scope) {
        (Some(name), Some(value)) => filled.replace(&format!("{{{name}}}"), value),
        _ => filled,
    }
}

impl Writer for ScimApplication {
    fn call_timeout(&self) -> Duration {
        self.limits.attempt
    }

    fn create(&mut self, attributes: &[(AttributePath, Value)], link: &str) -> Result<String, WriteError> {
        let created = self.runtime.block_on(self.writer.create(attributes, &self.link, link, true))?;
        let Created { id, dropped, .. } = created;
        if dropped.is_empty() {
            return Ok(id);
        }
        Err(WriteError::Failed(format!(
            "the application made the account `{id}` but did not keep {}",
            dropped.join(", ")
        )))
    }

    fn update(
        &mut self,
        id: &str,
        expected: &Values,
        changes: &Values,
        active: Option<bool>,
    ) -> Result<(), WriteError> {
        Ok(self.runtime.block_on(self.writer.update(id, expected, changes, active)).map(drop)?)
    }

    fn deactivate(&mut self, id: &str) -> Result<(), WriteError> {
        Ok(self.runtime.block_on(self.writer.deactivate(id)).map(drop)?)
    }

    fn delete(&mut self, id: &str) -> Result<(), WriteError> {
        Ok(self.runtime.block_on(self.writer.delete(id)).map(drop)?)
    }

    fn grant(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.give(id, right, true)
    }

    fn revoke(&mut self, id: &str, right: &Right) -> Result<(), WriteError> {
        self.give(id, right, false)
    }
}

impl From<super::WriteError> for WriteError {
    fn from(error: super::WriteError) -> Self {
        let shown =
            |value: Option<String>| value.map_or_else(|| "empty".to_owned(), |value| format!("`{value}`"));
        match error {
            super::WriteError::Failed(failure) => Self::Failed(failure.to_string()),
            super::WriteError::Unknown(error) => Self::Unknown(error.to_string()),
            super::WriteError::Stale { attribute, expected, found } => {
                Self::Stale { what: format!("`{attribute}`"), expected: shown(expected), found: shown(found) }
            }
        }
    }
}
