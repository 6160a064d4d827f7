//! A SCIM application as a [`Writer`]: turns steps into calls, and rights into groups or values.

use super::members::Memberships;
use super::{Created, GroupRef, Manners, ScimWriter, WriteOutcome};
use crate::apply::looks::in_time;
use crate::apply::{Permit, Results, WireOfRight, Writer, Writing};
use crate::execution::{AccountWrite, Work, WriteError, Written};
use crate::http::{Limits, Service, SignIn};
use crate::model::{AddressRule, AttributePath, EntitlementWire, RateLimit, Right, Value};
use crate::plan::{Action, Change, InitialValue};
use std::collections::BTreeMap;
use std::time::Duration;

/// Writes to one SCIM application.
pub struct ScimApplication {
    writer: ScimWriter,
    link: AttributePath,
    wires: BTreeMap<String, WireOfRight>,
    limits: Limits,
    concurrency: usize,
}

impl ScimApplication {
    /// A writer for the application at a base URL; `wires` by entitlement type.
    ///
    /// # Errors
    /// The URL or the credential cannot be used.
    pub fn new(
        url: &str,
        sign_in: &SignIn,
        link: AttributePath,
        wires: BTreeMap<String, WireOfRight>,
        addresses: &AddressRule,
    ) -> Result<Self, String> {
        let limits = Limits::default();
        let writer =
            ScimWriter::signed_in(url, sign_in, limits, addresses).map_err(|error| error.to_string())?;
        Ok(Self { writer, link, wires, limits, concurrency: 1 })
    }

    /// A writer for the application behind a service that is there already.
    pub fn over(
        service: Service,
        limits: Limits,
        link: AttributePath,
        wires: BTreeMap<String, WireOfRight>,
    ) -> Self {
        Self { writer: ScimWriter::over(service), link, wires, limits, concurrency: 1 }
    }

    /// The same for an application of which something is known.
    #[must_use]
    pub fn with_manners(self, manners: Manners) -> Self {
        Self { writer: self.writer.with_manners(manners), ..self }
    }

    /// The same with several calls at a time.
    #[must_use]
    pub fn with_concurrency(self, concurrency: usize) -> Self {
        Self { concurrency, ..self }
    }

    /// The same, with the versions of accounts as they were planned, by id.
    #[must_use]
    pub fn with_versions(self, versions: BTreeMap<String, String>) -> Self {
        Self { writer: self.writer.with_versions(versions), ..self }
    }

    /// The same, no faster than the service allows.
    #[must_use]
    pub fn with_rate_limits(self, limits: &[RateLimit]) -> Self {
        let concurrency = in_time(self.concurrency, limits);
        Self { writer: self.writer.with_rate_limits(limits), concurrency, ..self }
    }

    async fn one(
        &self,
        account: Option<&str>,
        change: &Change,
        parked: Option<&Value>,
    ) -> Result<Written, WriteError> {
        let id = || account.ok_or_else(|| WriteError::Failed("the account is not there yet".to_owned()));
        let outcome = match &change.action {
            Action::Create { link, attributes } => return self.create(link, attributes).await,
            Action::Adopt { .. }
            | Action::Reactivate { .. }
            | Action::Update { .. }
            | Action::Archive { .. } => return self.update(id()?, &AccountWrite::of(change, parked)).await,
            Action::Deactivate => self.writer.deactivate(id()?).await,
            Action::Delete => self.writer.delete(id()?).await,
            Action::Grant(right) => self.give(id()?, right, true).await,
            Action::Revoke(right) => self.give(id()?, right, false).await,
        };
        outcome.map(|_| Written::default()).map_err(WriteError::from)
    }

    async fn create(&self, link: &InitialValue, attributes: &[InitialValue]) -> Result<Written, WriteError> {
        let attributes: Vec<(AttributePath, Value)> = attributes
            .iter()
            .map(|attribute| (AttributePath::clone(&attribute.path), attribute.value.clone()))
            .collect();
        let created = self.writer.create(&attributes, &self.link, &link.value.to_string(), true).await?;
        let Created { id, dropped, found: _ } = created;
        Ok(Written { account: Some(id), not_kept: dropped })
    }

    async fn update(&self, id: &str, write: &AccountWrite) -> Result<Written, WriteError> {
        let AccountWrite { expected, changes, active } = write;
        let not_kept = match self.writer.update(id, expected, changes, *active).await? {
            WriteOutcome::Changed | WriteOutcome::Unchanged => Vec::new(),
            WriteOutcome::ChangedWithout(names) => names,
        };
        // Without its link the account is not under management.
        if not_kept.contains(&self.link.name) {
            return Err(WriteError::NotKept(not_kept));
        }
        Ok(Written { account: None, not_kept })
    }

    /// Gives or takes a right that is an element of an attribute.
    async fn give(&self, id: &str, right: &Right, gives: bool) -> Result<WriteOutcome, super::WriteError> {
        let no_place = || super::Failure::NoPlace(right.to_string());
        let wire = self.wires.get(&right.entitlement).ok_or_else(no_place)?;
        let attribute = wire.attribute.as_ref().ok_or_else(no_place)?;
        if let EntitlementWire::Attribute { .. } = wire.wire {
            return self.writer.set_only_value(id, attribute, &wire.text(right), gives).await;
        }
        match gives {
            true => self.writer.grant_value(id, attribute, &wire.text(right)).await,
            false => self.writer.revoke_value(id, attribute, &wire.text(right)).await,
        }
    }

    async fn members(&self, right: &Right, gives: bool, accounts: &[String], permit: &Permit) -> Results {
        let Some(wire) = self.wires.get(&right.entitlement) else {
            let error = WriteError::Failed(super::Failure::NoPlace(right.to_string()).to_string());
            return vec![Err(error); accounts.len()];
        };
        let name = wire.text(right);
        if gives
            && wire.create_missing
            && let Err(error) = self.writer.create_group(&name).await
        {
            return vec![Err(error.into()); accounts.len()];
        }
        let ids: Vec<&str> = accounts.iter().map(String::as_str).collect();
        let wanted = Memberships { group: GroupRef::Name(&name), accounts: &ids, gives };
        let written = self.writer.write_members(wanted, permit).await;
        let error = match (written.error, written.is_cut_short) {
            (Some(error), _) => error.into(),
            (None, true) => WriteError::NotBegun,
            (None, false) => WriteError::NotKept(vec!["members".to_owned()]),
        };
        let done =
            |id: &String| if written.done.contains(id) { Ok(Written::default()) } else { Err(error.clone()) };
        accounts.iter().map(done).collect()
    }
}

impl Writer for ScimApplication {
    fn call_timeout(&self) -> Duration {
        self.limits.attempt
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }

    fn write<'w>(&'w self, work: &'w Work<'w>, permit: &'w Permit) -> Writing<'w> {
        Box::pin(async move {
            match work {
                Work::Park { account, change, name } => {
                    vec![self.update(account, &AccountWrite::parks(change, name)).await]
                }
                Work::One { account, change, parked } => {
                    vec![self.one(account.as_deref(), change, parked.as_ref()).await]
                }
                Work::Members { right, gives, accounts } => {
                    self.members(right, *gives, accounts, permit).await
                }
            }
        })
    }

    fn remarks(&self) -> Vec<String> {
        self.writer.manners().remarks()
    }
}

impl From<super::WriteError> for WriteError {
    fn from(error: super::WriteError) -> Self {
        let shown =
            |value: Option<String>| value.map_or_else(|| "empty".to_owned(), |value| format!("`{value}`"));
        match error {
            super::WriteError::Failed(super::Failure::NotStored(names)) => Self::NotKept(names),
            super::WriteError::Failed(super::Failure::Http(error)) if error.is_unreachable() => {
                Self::Unreachable(error.to_string())
            }
            super::WriteError::Failed(failure) => Self::Failed(failure.to_string()),
            super::WriteError::Unknown(error) => Self::Unknown(error.to_string()),
            super::WriteError::Unconfirmed(failure) => Self::Unknown(failure.to_string()),
            super::WriteError::Stale { attribute, expected, found } => {
                Self::Stale { what: format!("`{attribute}`"), expected: shown(expected), found: shown(found) }
            }
        }
    }
}
