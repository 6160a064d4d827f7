//! Selects the reader for a connection.

use super::access::Access;
use super::ndjson::{self, ApplicationFiles, DirectoryFiles};
use super::people::PeopleText;
use super::rest::rest_sign_in;
use super::secret::secret;
use super::sign_in::sign_in;
use super::{entra, ldap, people, postgres, rest, scim, sqlite, start};
use crate::http;
use crate::model::{
    ApplicationConnection, AttributePath, DirectoryConnection, EntitlementWire, EntraConnection,
    LdapConnection, Profile, RestConnection, Right, ScimConnection, Secret, known_account_attributes,
    known_user_attribute, known_user_attributes,
};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::postgres::Caps;
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot, Incomplete};
use crate::wire::graph::query::PAGE;
use crate::wire::scim::VERSION;
use crate::wire::start::{EntitlementName, StartState, Vocabulary};
use std::time::Duration;

/// Reads a directory: the attributes that policies need, and the groups; from a tenant only the groups that policies
/// link.
///
/// # Errors
/// When the read is incomplete, or a user of `mustSee` is missing (threat E6).
pub fn read_directory(
    policy: &DirectoryPolicy,
    access: &Access,
) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let snapshot = read_source(policy, access)?;
    match policy.must_see.iter().find(|id| snapshot.users.ids.row(id).is_none()) {
        None => Ok(snapshot),
        Some(id) => Err(Incomplete::new(
            format!("directory `{}`", policy.name),
            format!(
                "the user `{id}`, who must appear in every read (`mustSee`), is missing: the account that reads no \
                longer sees everything, or the user is gone; check what that account may read, or correct `mustSee`"
            ),
        )),
    }
}

fn read_source(policy: &DirectoryPolicy, access: &Access) -> Result<Complete<DirectorySnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("directory `{}`", policy.name), problem);
    match &policy.connection {
        DirectoryConnection::People { path } => {
            let known = known_user_attributes().into_iter();
            let accepted: Vec<_> =
                known.filter_map(|name| known_user_attribute(&name).map(|kind| (name, kind))).collect();
            let full_path = access.folder.resolve(path).map_err(incomplete)?;
            let (name, attributes, prefix) = (&policy.name, &policy.attributes, &policy.group_prefix);
            match access.folder.committed(path) {
                Some(text) => {
                    let shown = &full_path.display().to_string();
                    people::read_text(name, PeopleText { shown, text }, attributes, prefix, &accepted)
                }
                None => people::read(name, &full_path, attributes, prefix, &accepted),
            }
        }
        DirectoryConnection::Ndjson { users, groups, members } => ndjson::read_directory(&DirectoryFiles {
            name: &policy.name,
            users: &access.folder.resolve(users).map_err(incomplete)?,
            groups: &access.folder.resolve(groups).map_err(incomplete)?,
            members: &access.folder.resolve(members).map_err(incomplete)?,
            roles: None,
            attributes: &policy.attributes,
        }),
        DirectoryConnection::Ldap(connection) => {
            ldap_directory(policy, connection, access, ldap::read).map_err(incomplete)
        }
        DirectoryConnection::Entra(connection) => {
            let key = entra::key(&connection.credential).map_err(incomplete)?;
            let store = entra::Store::find(access.kept, &policy.name, connection);
            let request = entra_request(policy, connection, access);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| incomplete(error.to_string()))?.block_on(entra::read(
                &request,
                key,
                store.as_ref(),
            ))
        }
    }
}

pub(super) fn entra_request<'p>(
    policy: &'p DirectoryPolicy,
    connection: &'p EntraConnection,
    access: &'p Access,
) -> entra::EntraRequest<'p> {
    let needs = &policy.needs;
    entra::EntraRequest {
        name: &policy.name,
        connection,
        attributes: &policy.attributes,
        group_prefix: &policy.group_prefix,
        nested: policy.nested_groups || needs.groups.iter().any(|group| group.nested == Some(true)),
        needs,
        page_size: PAGE,
        limits: http::Limits::default(),
        budget: access.budget,
        addresses: &access.addresses,
        patience: Duration::from_secs(5),
    }
}

pub(super) fn ldap_directory<T>(
    policy: &DirectoryPolicy,
    connection: &LdapConnection,
    access: &Access,
    read: impl FnOnce(&ldap::ReadRequest<'_>, &Secret) -> Result<T, ldap::LdapError>,
) -> Result<T, String> {
    let ca = connection.ca.as_ref().map(|path| access.folder.text(path)).transpose()?;
    let limits = ldap::Limits { budget: access.budget, ..ldap::Limits::default() };
    let request = ldap::ReadRequest::of(policy, connection, ca.as_deref(), limits, &access.addresses);
    read(&request, &secret(&connection.credential)?).map_err(|error| error.to_string())
}

/// Reads an application: the attributes that policies need, rights and groups.
///
/// # Errors
/// When the read is incomplete.
pub fn read_application(
    policy: &ApplicationPolicy,
    access: &Access,
) -> Result<Complete<ApplicationSnapshot>, Incomplete> {
    let incomplete = |problem: String| Incomplete::new(format!("application `{}`", policy.name), problem);
    match &policy.connection {
        ApplicationConnection::File { accounts, groups } => {
            let groups = match groups {
                Some(groups) => Some(access.folder.resolve(groups).map_err(incomplete)?),
                None => None,
            };
            ndjson::read_application(&ApplicationFiles {
                name: &policy.name,
                accounts: &access.folder.resolve(accounts).map_err(incomplete)?,
                groups: groups.as_deref(),
                link: &policy.link,
                attributes: &policy.account_attributes,
            })
        }
        ApplicationConnection::Sqlite { path, start_from } => {
            let start = start_state(policy, start_from.as_deref(), access)?;
            let request = sqlite::ReadRequest {
                application: policy.name.clone(),
                path: &access.folder.store(path).map_err(incomplete)?,
                link: policy.link.clone(),
                attributes: shown_attributes(policy),
                start: start.as_ref(),
            };
            Ok(sqlite::read(&request)?)
        }
        ApplicationConnection::Postgres(connection) => {
            let start = start_state(policy, connection.start_from.as_deref(), access)?;
            let request = postgres::ReadRequest {
                application: policy.name.clone(),
                server: &postgres::server(connection, access).map_err(incomplete)?,
                link: policy.link.clone(),
                attributes: shown_attributes(policy),
                start: start.as_ref(),
                caps: Caps { budget: access.budget, ..Caps::default() },
            };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| incomplete(error.to_string()))?;
            runtime.block_on(postgres::read(&request)).map_err(|error| incomplete(error.to_string()))
        }
        ApplicationConnection::Scim(scim) => {
            let ScimConnection { service, profile } = scim.as_ref();
            let sign_in = sign_in(service, access).map_err(incomplete)?;
            let request = scim::ReadRequest {
                application: policy.name.clone(),
                url: service.url.clone(),
                link: policy.link.clone(),
                attributes: shown_attributes(policy).into_iter().chain(version(profile)).collect(),
                groups: true,
                paging: profile.paging,
                names_members: profile.names_members(),
                page_size: 500,
                limits: http::Limits::default(),
                budget: access.budget,
                addresses: access.addresses.clone(),
                rate_limits: service.rate_limits.clone(),
            };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| incomplete(error.to_string()))?;
            runtime.block_on(scim::read_signed_in(&request, &sign_in)).map_err(|error| match error {
                scim::ReadError::Incomplete(incomplete) => incomplete,
                other => incomplete(other.to_string()),
            })
        }
        ApplicationConnection::Rest(connection) => {
            let sign_in = rest_sign_in(connection, access).map_err(incomplete)?;
            let request = rest_request(policy, connection, access);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| incomplete(error.to_string()))?;
            runtime.block_on(rest::read(&request, &sign_in)).map_err(|error| match error {
                rest::ReadError::Incomplete(incomplete) => incomplete,
                other @ rest::ReadError::Http { .. } => incomplete(other.to_string()),
            })
        }
    }
}

/// What the policies of an application need of its API.
pub(super) fn rest_request<'r>(
    policy: &ApplicationPolicy,
    connection: &'r RestConnection,
    access: &Access,
) -> rest::ReadRequest<'r> {
    rest::ReadRequest {
        application: policy.name.clone(),
        connection,
        link: policy.link.clone(),
        attributes: shown_attributes(policy),
        rights: wanted_rights(policy),
        limits: http::Limits::default(),
        budget: access.budget,
        addresses: access.addresses.clone(),
    }
}

/// The types of right that an application's connector gives.
fn wanted_rights(policy: &ApplicationPolicy) -> Vec<rest::WantedRights> {
    let kinds = policy.entitlements.iter().filter(|kind| kind.wire == EntitlementWire::Row);
    let wanted = kinds.map(|kind| {
        let values = kind.values.iter().flatten();
        let scopes = kind.scope.map(|scope| &policy.scopes[scope as usize].values);
        let right = |value: &String, scope: Option<&String>| Right {
            entitlement: kind.name.clone(),
            value: value.clone(),
            scope: scope.cloned(),
        };
        let named = values.flat_map(|value| match scopes {
            None => vec![right(value, None)],
            Some(scopes) => scopes.iter().map(|scope| right(value, Some(scope))).collect(),
        });
        rest::WantedRights { entitlement: kind.name.clone(), named: named.collect() }
    });
    wanted.collect()
}

/// The start state of an embedded store, for the case that the store does not exist yet.
///
/// # Errors
/// When the file cannot be read or has problems.
pub fn start_state(
    policy: &ApplicationPolicy,
    path: Option<&str>,
    access: &Access,
) -> Result<Option<StartState>, Incomplete> {
    let Some(path) = path else { return Ok(None) };
    let incomplete = |problem: String| Incomplete::new(format!("application `{}`", policy.name), problem);
    let full_path = access.folder.resolve(path).map_err(incomplete)?;
    let words = vocabulary(policy);
    match access.folder.committed(path) {
        Some(text) => start::read_text(&policy.name, &full_path, text, &words),
        None => start::read(&policy.name, &full_path, &words),
    }
    .map(Some)
}

/// The names that a start state may use: those that policies use, and those that every application has.
fn vocabulary(policy: &ApplicationPolicy) -> Vocabulary {
    let used = policy.account_attributes.iter().map(|attribute| attribute.name.clone());
    let known = known_account_attributes().map(ToOwned::to_owned);
    let scope = |index: u16| {
        let scope = &policy.scopes[index as usize];
        (scope.name.clone(), scope.values.clone())
    };
    let entitlements = policy.entitlements.iter();
    Vocabulary {
        attributes: used.chain(known).collect(),
        entitlements: entitlements
            .map(|kind| EntitlementName { name: kind.name.clone(), scope: kind.scope.map(scope) })
            .collect(),
    }
}

/// The accounts' versions, by which a write is refused once the account has changed, where the service does that.
fn version(profile: &Profile) -> Option<AttributePath> {
    let path = || VERSION.to_owned();
    (profile.etags == Some(true)).then(|| AttributePath { name: path(), path: path(), case_exact: true })
}

/// The attributes that policies use, and `userName`, by which people recognise an account.
fn shown_attributes(policy: &ApplicationPolicy) -> Vec<AttributePath> {
    let mut attributes = policy.account_attributes.clone();
    if !attributes.iter().any(|attribute| attribute.name == "userName") {
        attributes.push(AttributePath {
            name: "userName".to_owned(),
            path: "userName".to_owned(),
            case_exact: false,
        });
    }
    attributes
}
