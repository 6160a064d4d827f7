//! Turns a connection into its writer.

use super::code::Code;
use super::exit::Stop;
use super::workspace::Side;
use crate::apply::WireOfRight;
use crate::apply::Writer;
use crate::apply::postgres::PostgresApplication;
use crate::apply::rest::RestApplication;
use crate::apply::scim::{Manners, ScimApplication};
use crate::apply::sqlite::{SqliteApplication, SqliteWriter};
use crate::fetch::postgres::server;
use crate::fetch::{rest_sign_in, sign_in, start_state};
use crate::gate::Approved;
use crate::model::{ApplicationConnection, EntitlementWire, ScimConnection, ServiceConnection};
use crate::policy::{ApplicationPolicy, Returning};
use crate::snapshot::ApplicationSnapshot;
use crate::wire::scim::VERSION;
use std::collections::{BTreeMap, BTreeSet};

/// The versions of the accounts that a plan changes, by id; none where their service has none.
pub(super) fn versions(approved: &Approved, accounts: &ApplicationSnapshot) -> BTreeMap<String, String> {
    let Some(versions) = accounts.accounts.column(VERSION) else { return BTreeMap::new() };
    let changed: BTreeSet<&str> =
        approved.changes().filter_map(|change| change.subject.account.as_deref()).collect();
    let version = |id: &str| {
        let row = accounts.accounts.ids.row(id)?;
        versions.get(row).map(|version| (id.to_owned(), version.to_owned()))
    };
    changed.into_iter().filter_map(version).collect()
}

/// Builds the writer of an application. Only `apply` calls this. `versions` are those of accounts as they were planned.
pub(super) fn writer(side: Side<'_>, versions: BTreeMap<String, String>) -> Result<Box<dyn Writer>, Stop> {
    let Side { workspace, policy: application } = side;
    match &application.connection {
        ApplicationConnection::Sqlite { path, start_from } => {
            let start = start_state(application, start_from.as_deref(), &workspace.access)?;
            let place =
                workspace.access.folder.store(path).map_err(|problem| Stop::new(Code::File, problem))?;
            let writer = SqliteWriter::new(&place, &application.link, start.as_ref());
            Ok(Box::new(SqliteApplication::new(writer)))
        }
        ApplicationConnection::Postgres(connection) => {
            let start = start_state(application, connection.start_from.as_deref(), &workspace.access)?;
            let server = server(connection, &workspace.access)
                .map_err(|problem| Stop::new(Code::Credential, problem))?;
            Ok(Box::new(PostgresApplication::new(server, &application.link, start)))
        }
        ApplicationConnection::Scim(scim) => {
            let ScimConnection { service, profile } = scim.as_ref();
            let sign_in = sign_in(service, &workspace.access)
                .map_err(|problem| Stop::new(Code::Credential, problem))?;
            let addresses = &workspace.access.addresses;
            let (link, wires) = (application.link.clone(), wires(application));
            let writer = ScimApplication::new(&service.url, &sign_in, link, wires, addresses);
            let writer = writer
                .map_err(|problem| Stop::new(Code::Credential, problem))?
                .with_manners(
                    Manners::of(profile)
                        .returning(application.lifecycle.returning.value == Returning::Reactivate),
                )
                .with_versions(versions);
            let concurrency = service.concurrency.unwrap_or(ServiceConnection::CONCURRENCY) as usize;
            Ok(Box::new(writer.with_concurrency(concurrency).with_rate_limits(&service.rate_limits)))
        }
        ApplicationConnection::Rest(connection) => {
            let sign_in = rest_sign_in(connection, &workspace.access)
                .map_err(|problem| Stop::new(Code::Credential, problem))?;
            let addresses = &workspace.access.addresses;
            let (link, wires) = (application.link.clone(), wires(application));
            let writer = RestApplication::new(connection, &sign_in, link, wires, addresses);
            Ok(Box::new(writer.map_err(|problem| Stop::new(Code::Credential, problem))?))
        }
        ApplicationConnection::File { .. } => Err(Stop::new(
            Code::UnsupportedApplication,
            format!(
                "`{}` is kept in files, which are read only: it can be planned, not applied",
                application.name
            ),
        )),
    }
}

/// How an application stores each type of right.
pub(super) fn wires(application: &ApplicationPolicy) -> BTreeMap<String, WireOfRight> {
    let attribute = |wire: &EntitlementWire| match wire {
        EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. } => {
            application.account_attributes.iter().find(|path| path.name == *attribute).cloned()
        }
        EntitlementWire::Row | EntitlementWire::Group { .. } => None,
    };
    application
        .entitlements
        .iter()
        .map(|kind| {
            let wire = WireOfRight {
                wire: kind.wire.clone(),
                scope: kind.scope.map(|place| application.scopes[place as usize].name.clone()),
                attribute: attribute(&kind.wire),
                create_missing: kind.create_missing,
            };
            (kind.name.clone(), wire)
        })
        .collect()
}
