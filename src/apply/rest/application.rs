//! An application with an API of its own as a [`Writer`]: turns steps into calls.

use super::RestWriter;
use super::account::Initial;
use crate::apply::looks::in_time;
use crate::apply::{Permit, WireOfRight, Writer, Writing};
use crate::execution::{AccountWrite, Work, WriteError, Written};
use crate::http::{Limits, Service, SignIn};
use crate::model::{AddressRule, AttributePath, RestConnection, ServiceConnection, Value};
use crate::plan::{Action, Change};
use crate::wire::rest::MEDIA_TYPE;
use std::collections::BTreeMap;
use std::time::Duration;

/// Writes to one application through its own API.
pub struct RestApplication {
    writer: RestWriter,
    wires: BTreeMap<String, WireOfRight>,
    limits: Limits,
    concurrency: usize,
}

impl RestApplication {
    /// A writer for an application; `wires` by entitlement type.
    ///
    /// # Errors
    /// The URL or the credential cannot be used.
    pub fn new(
        connection: &RestConnection,
        sign_in: &SignIn,
        link: AttributePath,
        wires: BTreeMap<String, WireOfRight>,
        addresses: &AddressRule,
    ) -> Result<Self, String> {
        let limits = Limits::default();
        let service = Service::signed_in(&connection.service.url, sign_in, MEDIA_TYPE, limits, addresses);
        let service = service.map_err(|error| error.to_string())?;
        let wanted = connection.service.concurrency.unwrap_or(ServiceConnection::CONCURRENCY) as usize;
        let concurrency = in_time(wanted, &connection.rate_limits());
        Ok(Self { writer: RestWriter::new(service, connection.clone(), link), wires, limits, concurrency })
    }

    async fn one(
        &self,
        account: Option<&str>,
        change: &Change,
        parked: Option<&Value>,
    ) -> Result<Written, WriteError> {
        let id = || account.ok_or_else(|| WriteError::Failed("the account is not there yet".to_owned()));
        match &change.action {
            Action::Create { link, attributes } => {
                let all = std::iter::once(&**link).chain(attributes);
                let all: Vec<Initial<'_>> =
                    all.map(|initial| (initial.path.name.as_str(), &initial.value)).collect();
                self.writer.create(&all).await
            }
            Action::Adopt { .. } | Action::Reactivate { .. } | Action::Update { .. } => {
                self.writer.update(id()?, &AccountWrite::of(change, parked), false).await
            }
            Action::Archive { .. } => {
                self.writer.update(id()?, &AccountWrite::of(change, parked), true).await
            }
            Action::Deactivate => self.writer.deactivate(id()?).await,
            Action::Delete => self.writer.delete(id()?).await,
            Action::Grant(right) => {
                self.writer.give(id()?, self.wires.get(&right.entitlement), right, true).await
            }
            Action::Revoke(right) => {
                self.writer.give(id()?, self.wires.get(&right.entitlement), right, false).await
            }
        }
    }
}

impl Writer for RestApplication {
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
                    vec![self.writer.update(account, &AccountWrite::parks(change, name), false).await]
                }
                Work::One { account, change, parked } => {
                    vec![self.one(account.as_deref(), change, parked.as_ref()).await]
                }
                Work::Members { right, gives, accounts } => {
                    let wire = self.wires.get(&right.entitlement);
                    let mut results = Vec::new();
                    for account in accounts {
                        results.push(match permit.holds() {
                            true => self.writer.give(account, wire, right, *gives).await,
                            false => Err(WriteError::NotBegun),
                        });
                    }
                    results
                }
            }
        })
    }
}
