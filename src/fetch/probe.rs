//! The smallest look at each kind of directory and application, by the same sign-in as the readers'. What is a file on
//! this machine is read whole: that is the only way to know that it is sound.

use super::data_folder::DataFolder;
use super::github::GitHub;
use super::secret::secret;
use super::{entra, ldap, read_application, read_directory};
use crate::doctor::{Met, Step};
use crate::http::{Call, HttpError, Limits, Method, Service};
use crate::model::{
    ApplicationConnection, BranchRules, CredentialRef, DirectoryConnection, EntraConnection, EntraCredential,
    LdapAddress, LdapConnection, Secret,
};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::wire::github::Place;
use crate::wire::graph::hosts;
use crate::wire::scim::{MEDIA_TYPE, decode_page, list_query};
use std::net::ToSocketAddrs;
use std::time::Duration;

/// A probe doesn't wait as long as a read, nor try as often.
fn limits() -> Limits {
    Limits {
        attempt: Duration::from_secs(30),
        budget: Duration::from_secs(45),
        attempts: 2,
        ..Limits::default()
    }
}

/// Looks at a directory.
pub fn probe_directory(policy: &DirectoryPolicy, data: &DataFolder) -> Met {
    let mut met = Met::default();
    match &policy.connection {
        DirectoryConnection::People { .. } | DirectoryConnection::Ndjson { .. } => {
            let read = read_directory(policy, data);
            let said = read.map(|all| format!("{} users were read", all.users.len()));
            met.note(Step::Read, said.map_err(|error| error.problem));
        }
        DirectoryConnection::Entra(connection) => entra_directory(policy, connection, &mut met),
        DirectoryConnection::Ldap(connection) => ldap_directory(policy, connection, data, &mut met),
    }
    met
}

fn entra_directory(policy: &DirectoryPolicy, connection: &EntraConnection, met: &mut Met) {
    let key = match entra::key(&connection.credential) {
        Ok(key) => key,
        Err(problem) => {
            met.note(Step::Secret, Err(problem));
            return;
        }
    };
    met.note(
        Step::Secret,
        Ok(match &connection.credential {
            EntraCredential::Secret(place) | EntraCredential::Certificate(place) => shown(place),
            EntraCredential::Federated => "this job has an identity".to_owned(),
        }),
    );
    let hosts = hosts(connection.cloud, connection.endpoint.as_deref());
    for origin in [&hosts.login, &hosts.graph] {
        named(origin, met);
    }
    block_on(met, async |met| {
        entra::probe(policy, connection, key, limits(), met).await;
    });
}

fn ldap_directory(policy: &DirectoryPolicy, connection: &LdapConnection, data: &DataFolder, met: &mut Met) {
    let Some(password) = credential(&connection.credential, met) else { return };
    let ca = match connection.ca.as_ref().map(|path| data.text(path)).transpose() {
        Ok(ca) => ca,
        Err(problem) => {
            met.note(Step::Connection, Err(problem));
            return;
        }
    };
    if let Ok(address) = LdapAddress::parse(&connection.url)
        && !met.note(Step::Name, found(&address.host, address.port))
    {
        return;
    }
    let limits = ldap::Limits { answer: Duration::from_secs(30), ..ldap::Limits::default() };
    let request = ldap::ReadRequest::of(policy, connection, ca.as_deref(), limits);
    ldap::probe(&request, &password, met);
}

/// Looks at an application.
pub fn probe_application(policy: &ApplicationPolicy, data: &DataFolder) -> Met {
    let mut met = Met::default();
    match &policy.connection {
        ApplicationConnection::File { .. } | ApplicationConnection::Sqlite { .. } => {
            let read = read_application(policy, data);
            let said = read.map(|all| format!("{} accounts were read", all.accounts.len()));
            met.note(Step::Read, said.map_err(|error| error.problem));
        }
        ApplicationConnection::Scim { url, credential: place } => {
            let secret = match place {
                None => None,
                Some(place) => match credential(place, &mut met) {
                    None => return met,
                    secret => secret,
                },
            };
            named(url, &mut met);
            block_on(&mut met, async |met| scim_service(url, secret.as_ref(), met).await);
        }
    }
    met
}

/// Asks for one account, and for one group: what a service refuses differs.
async fn scim_service(url: &str, secret: Option<&Secret>, met: &mut Met) {
    let service = match Service::new(url, secret, MEDIA_TYPE, limits()) {
        Ok(service) => service,
        Err(error) => {
            met.note(Step::Connection, Err(error.to_string()));
            return;
        }
    };
    for (first, list) in [(true, "/Users"), (false, "/Groups")] {
        let asked =
            |count| Call::new(Method::Get, list, format!("{list}?{}", list_query(Some(1), count, None)));
        let answer = match service.send(&asked(Some(1))).await {
            // As the reader does: some services refuse a page size.
            Err(HttpError::Status { status: 400 | 500, .. }) => service.send(&asked(None)).await,
            answer => answer,
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                met.note(scim_step(&error, first), Err(error.to_string()));
                return;
            }
        };
        if first {
            met.skew = answer.skew;
            met.note(Step::Connection, Ok(format!("{} answers", service.base())));
            met.note(Step::SignIn, Ok("the token is taken".to_owned()));
        }
        if let Err(error) = decode_page(&answer.body) {
            met.note(Step::Read, Err(format!("{list} cannot be understood: {error}")));
            return;
        }
    }
    met.note(Step::Read, Ok("one account and one group were asked for".to_owned()));
}

fn scim_step(error: &HttpError, first: bool) -> Step {
    match error {
        HttpError::Status { status: 401, .. } if first => Step::SignIn,
        HttpError::Status { status: 401 | 403, .. } => Step::Permission,
        HttpError::Status { .. } | HttpError::TooLarge { .. } => Step::Read,
        _ => Step::Connection,
    }
}

/// What a branch on GitHub demands before something gets into it.
///
/// # Errors
/// When GitHub cannot be read, in words.
pub fn probe_branch(place: Place, token: &Secret, branch: &str) -> Result<BranchRules, String> {
    let github = GitHub::new(place, token, limits()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(github.branch_rules(branch)).map_err(|error| error.to_string())
}

fn block_on(met: &mut Met, look: impl AsyncFnOnce(&mut Met)) {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(look(met)),
        Err(error) => drop(met.note(Step::Connection, Err(error.to_string()))),
    }
}

fn credential(place: &CredentialRef, met: &mut Met) -> Option<Secret> {
    match secret(place) {
        Ok(secret) => {
            met.note(Step::Secret, Ok(shown(place)));
            Some(secret)
        }
        Err(problem) => {
            met.note(Step::Secret, Err(problem));
            None
        }
    }
}

fn shown(place: &CredentialRef) -> String {
    match place {
        CredentialRef::Env(name) => format!("the environment variable `{name}` is set"),
        CredentialRef::File(path) => format!("the file `{path}` is there"),
        CredentialRef::AtLeast(length, place) => format!("{}, of at least {length} characters", shown(place)),
    }
}

/// Notes whether the host of a URL is found.
fn named(url: &str, met: &mut Met) {
    let Ok(url) = reqwest::Url::parse(url) else { return };
    if let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) {
        met.note(Step::Name, found(host.trim_matches(['[', ']']), port));
    }
}

/// Whether a host's name leads to an address.
///
/// # Errors
/// When it does not, in words.
pub fn found(host: &str, port: u16) -> Result<String, String> {
    match (host, port).to_socket_addrs().map(|mut all| all.next()) {
        Ok(Some(_)) => Ok(format!("`{host}` is found")),
        Ok(None) => Err(format!("`{host}` has no address")),
        Err(error) => Err(format!("`{host}` is not found ({error})")),
    }
}
