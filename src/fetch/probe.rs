//! Minimal checks of each kind of directory and application, with the same sign-in as the readers. Local files are read
//! completely: only that shows that they are valid.

use super::access::Access;
use super::github::GitHub;
use super::secret::secret;
use super::sign_in::sign_in;
use super::source::rest_request;
use super::step::step_of;
use super::{entra, ldap, postgres, read_application, read_directory, rest, rest_sign_in, scim, start_state};
use crate::doctor::{ProbeReport, Step};
use crate::http::{Call, HttpError, Limits, Method, Service, SignIn};
use crate::model::{
    AddressRule, ApplicationConnection, BranchRules, CredentialRef, DirectoryConnection, EntraConnection,
    EntraCredential, LdapAddress, LdapConnection, PostgresConnection, ScimConnection, ScimReads, Secret,
    ServiceConnection, ServiceSignIn,
};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::wire::github::RepositoryAddress;
use crate::wire::graph::hosts;
use crate::wire::scim::{MEDIA_TYPE, decode_page, list_query};
use std::net::ToSocketAddrs;
use std::time::Duration;

/// Shorter time-outs and fewer attempts than a read.
fn limits() -> Limits {
    Limits {
        attempt: Duration::from_secs(30),
        budget: Duration::from_secs(45),
        attempts: 2,
        ..Limits::default()
    }
}

/// Checks a directory.
pub fn probe_directory(policy: &DirectoryPolicy, access: &Access) -> ProbeReport {
    let mut report = ProbeReport::default();
    match &policy.connection {
        DirectoryConnection::People { .. } | DirectoryConnection::Ndjson { .. } => {
            let read = read_directory(policy, access);
            let message = read.map(|all| format!("{} users were read", all.users.len()));
            report.note(Step::Read, message.map_err(|error| error.problem));
        }
        DirectoryConnection::Entra(connection) => entra_directory(policy, connection, access, &mut report),
        DirectoryConnection::Ldap(connection) => ldap_directory(policy, connection, access, &mut report),
    }
    report
}

fn entra_directory(
    policy: &DirectoryPolicy,
    connection: &EntraConnection,
    access: &Access,
    report: &mut ProbeReport,
) {
    let key = match entra::key(&connection.credential) {
        Ok(key) => key,
        Err(problem) => {
            report.note(Step::Secret, Err(problem));
            return;
        }
    };
    report.note(
        Step::Secret,
        Ok(match &connection.credential {
            EntraCredential::Secret(reference) | EntraCredential::Certificate(reference) => shown(reference),
            EntraCredential::Federated => "this job has an identity".to_owned(),
        }),
    );
    let hosts = hosts(connection.cloud, connection.endpoint.as_deref());
    for origin in [&hosts.login, &hosts.graph] {
        probe_host(origin, report);
    }
    block_on(report, async |report| {
        entra::probe(policy, connection, key, limits(), &access.addresses, report).await;
    });
}

fn ldap_directory(
    policy: &DirectoryPolicy,
    connection: &LdapConnection,
    access: &Access,
    report: &mut ProbeReport,
) {
    let Some(password) = credential(&connection.credential, report) else { return };
    let ca = match connection.ca.as_ref().map(|path| access.folder.text(path)).transpose() {
        Ok(ca) => ca,
        Err(problem) => {
            report.note(Step::Connection, Err(problem));
            return;
        }
    };
    if let Ok(address) = LdapAddress::parse(&connection.url)
        && !report.note(Step::Name, resolve_host(&address.host, address.port))
    {
        return;
    }
    let limits = ldap::Limits { answer: Duration::from_secs(30), ..ldap::Limits::default() };
    let request = ldap::ReadRequest::of(policy, connection, ca.as_deref(), limits, &access.addresses);
    ldap::probe(&request, &password, report);
}

/// Checks an application.
pub fn probe_application(policy: &ApplicationPolicy, access: &Access) -> ProbeReport {
    let mut report = ProbeReport::default();
    match &policy.connection {
        ApplicationConnection::File { .. } | ApplicationConnection::Sqlite { .. } => {
            let read = read_application(policy, access);
            let message = read.map(|all| format!("{} accounts were read", all.accounts.len()));
            report.note(Step::Read, message.map_err(|error| error.problem));
        }
        ApplicationConnection::Postgres(connection) => {
            let PostgresConnection { host, port, credential: password, certificate, .. } =
                connection.as_ref();
            for reference in password.iter().chain(certificate) {
                if credential(reference, &mut report).is_none() {
                    return report;
                }
            }
            if !report.note(Step::Name, resolve_host(host, *port)) {
                return report;
            }
            let start = start_state(policy, connection.start_from.as_deref(), access);
            match (postgres::server(connection, access), start) {
                (Err(problem), _) => drop(report.note(Step::Connection, Err(problem))),
                (_, Err(error)) => drop(report.note(Step::Read, Err(error.problem))),
                (Ok(server), Ok(start)) => block_on(&mut report, async |report| {
                    postgres::probe(&server, start.is_some(), report).await;
                }),
            }
        }
        ApplicationConnection::Scim(scim) => {
            let service = &scim.service;
            let way = || sign_in(service, access);
            if let Some(way) = lets_in(service, way, &mut report) {
                block_on(&mut report, async |report| {
                    scim_service(&service.url, &way, &access.addresses, report).await;
                });
            }
        }
        ApplicationConnection::Rest(connection) => {
            let way = || rest_sign_in(connection, access);
            if let Some(way) = lets_in(&connection.service, way, &mut report) {
                let request = rest_request(policy, connection, access);
                let request = rest::ReadRequest { limits: limits(), ..request };
                block_on(&mut report, async |report| rest::probe(&request, &way, report).await);
            }
        }
    }
    report
}

/// What lets us into a service, once its secrets and hosts were looked for; none: something is missing.
fn lets_in(
    service: &ServiceConnection,
    way: impl FnOnce() -> Result<SignIn, String>,
    report: &mut ProbeReport,
) -> Option<SignIn> {
    let ServiceConnection { url, sign_in, certificate, .. } = service;
    for reference in sign_in.iter().map(ServiceSignIn::credential).chain(certificate) {
        credential(reference, report)?;
    }
    let way = match way() {
        Ok(way) => way,
        Err(problem) => {
            report.note(Step::SignIn, Err(problem));
            return None;
        }
    };
    if let Some(ServiceSignIn::OAuth(oauth)) = sign_in {
        probe_host(&oauth.token_url, report);
    }
    probe_host(url, report);
    Some(way)
}

/// Looks what a SCIM service can do, by reading alone.
///
/// # Errors
/// When it cannot be read; the reason as text.
pub fn observe_service(connection: &ScimConnection, access: &Access) -> Result<ScimReads, String> {
    let sign_in = sign_in(&connection.service, access)?;
    let service =
        Service::signed_in(&connection.service.url, &sign_in, MEDIA_TYPE, limits(), &access.addresses);
    let service = service.map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(scim::observe(&service)).map_err(|error| error.to_string())
}

/// Requests one account and one group, since a service may refuse either.
async fn scim_service(url: &str, sign_in: &SignIn, addresses: &AddressRule, report: &mut ProbeReport) {
    let service = match Service::signed_in(url, sign_in, MEDIA_TYPE, limits(), addresses) {
        Ok(service) => service,
        Err(error) => {
            report.note(Step::Connection, Err(error.to_string()));
            return;
        }
    };
    for (first, list) in [(true, "/Users"), (false, "/Groups")] {
        let list_call =
            |count| Call::new(Method::Get, list, format!("{list}?{}", list_query(Some(1), count, None)));
        let answer = match service.send(&list_call(Some(1))).await {
            // Retries without a page size, as the reader does: some services refuse one.
            Err(HttpError::Status { status: 400 | 500, .. }) => service.send(&list_call(None)).await,
            answer => answer,
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                report.note(step_of(&error, first), Err(error.to_string()));
                return;
            }
        };
        if first {
            report.skew = answer.skew;
            report.note(Step::Connection, Ok(format!("{} answers", service.base())));
            report.note(Step::SignIn, Ok("the service accepts the token".to_owned()));
        }
        if let Err(error) = decode_page(&answer.body) {
            report.note(Step::Read, Err(format!("{list} cannot be understood: {error}")));
            return;
        }
    }
    report.note(Step::Read, Ok("one account and one group were requested".to_owned()));
}

/// The rules of a branch on GitHub.
///
/// # Errors
/// When GitHub cannot be read; the reason as text.
pub fn probe_branch(address: RepositoryAddress, token: &Secret, branch: &str) -> Result<BranchRules, String> {
    let github = GitHub::new(address, token, limits()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(github.branch_rules(branch)).map_err(|error| error.to_string())
}

fn block_on(report: &mut ProbeReport, probe: impl AsyncFnOnce(&mut ProbeReport)) {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(probe(report)),
        Err(error) => drop(report.note(Step::Connection, Err(error.to_string()))),
    }
}

fn credential(reference: &CredentialRef, report: &mut ProbeReport) -> Option<Secret> {
    match secret(reference) {
        Ok(secret) => {
            report.note(Step::Secret, Ok(shown(reference)));
            Some(secret)
        }
        Err(problem) => {
            report.note(Step::Secret, Err(problem));
            None
        }
    }
}

fn shown(reference: &CredentialRef) -> String {
    match reference {
        CredentialRef::Env(name) => format!("the environment variable `{name}` is set"),
        CredentialRef::File(path) => format!("the file `{path}` exists"),
        CredentialRef::AtLeast(length, reference) => {
            format!("{}, of at least {length} characters", shown(reference))
        }
    }
}

/// Notes whether the host of a URL has an address.
fn probe_host(url: &str, report: &mut ProbeReport) {
    let Ok(url) = reqwest::Url::parse(url) else { return };
    if let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) {
        report.note(Step::Name, resolve_host(host.trim_matches(['[', ']']), port));
    }
}

/// Whether a host name resolves to an address.
///
/// # Errors
/// When it does not; the reason as text.
pub fn resolve_host(host: &str, port: u16) -> Result<String, String> {
    match (host, port).to_socket_addrs().map(|mut all| all.next()) {
        Ok(Some(_)) => Ok(format!("`{host}` has an address")),
        Ok(None) => Err(format!("`{host}` has no address")),
        Err(error) => Err(format!("`{host}` was not found ({error})")),
    }
}
