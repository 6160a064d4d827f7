//! Where credentials go: permission is for the pair of a credential and a host with its port, never for a host alone
//! (the gate, 5.6).

use super::{ApplicationPolicy, DirectoryPolicy, PolicySet, Workspace};
use crate::model::{
    ApplicationConnection, CredentialRef, DirectoryConnection, EntraConnection, EntraCredential,
    LdapConnection, MailConnection, MailSecurity, PostgresConnection, RestConnection, ScimConnection,
    ServiceConnection, ServiceSignIn, TemplatePiece,
};
use std::collections::BTreeSet;
use std::fmt;

/// What a connection sends, and to which host and port. As text it is an entry of `ROLEWRIGHT_HOSTS`:
/// `ROLEWRIGHT_CRM=https://crm.example`, or `https://crm.example` for a connection without a credential; and
/// `ROLEWRIGHT_CRM=https://crm.example#/sign-in` where only one call gets it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    credential: SentCredential,
    host: String,
    /// The path of the only call that gets the credential, where it is in no header of every call.
    call: Option<String>,
}

/// The credential that a connection sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SentCredential {
    /// None: the host is only called.
    None,
    /// That of an environment variable.
    Env(String),
    /// That in a file.
    File(String),
    /// The identity that CI gives to its jobs.
    Federated,
}

impl Destination {
    /// The mail server, and the password that it gets.
    pub fn of_mail(mail: &MailConnection) -> Self {
        let MailConnection { server, port, from: _, user: _, credential, security } = mail;
        let scheme = match security {
            MailSecurity::Tls => "smtps",
            MailSecurity::StartTls => "smtp+starttls",
            MailSecurity::None => "smtp",
        };
        Self::new(sent(credential.as_ref()), &format!("{scheme}://{server}:{port}"))
    }

    /// An entry of the operator's list.
    pub fn parse(entry: &str) -> Self {
        let entry = entry.trim();
        let (credential, host) = match entry.rsplit_once('=') {
            None => (SentCredential::None, entry),
            Some((credential, host)) => (listed(credential.trim()), host.trim()),
        };
        let call = host.split_once('#').map(|(_, call)| call.to_owned());
        Self { call, ..Self::new(credential, host) }
    }

    fn new(credential: SentCredential, url: &str) -> Self {
        Self { credential, host: host(url), call: None }
    }

    /// The host and port, with the scheme: a credential for `https` is not sent over `http`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a credential is sent.
    pub fn sends_credential(&self) -> bool {
        self.credential != SentCredential::None
    }

    /// Whether these prefixes allow the environment variable of the credential, if it has one.
    pub fn has_prefix(&self, prefixes: &[String]) -> bool {
        match &self.credential {
            SentCredential::Env(name) => prefixes.iter().any(|prefix| name.starts_with(prefix)),
            SentCredential::None | SentCredential::File(_) | SentCredential::Federated => true,
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.credential {
            SentCredential::None => f.write_str(&self.host)?,
            SentCredential::Env(name) => write!(f, "{name}={}", self.host)?,
            SentCredential::File(path) => write!(f, "file:{path}={}", self.host)?,
            SentCredential::Federated => write!(f, "federated={}", self.host)?,
        }
        self.call.iter().try_for_each(|call| write!(f, "#{call}"))
    }
}

impl PolicySet {
    /// Where the connections of an application and its directories go.
    pub fn destinations_of(&self, application: &ApplicationPolicy) -> BTreeSet<Destination> {
        let named = |directory: &&DirectoryPolicy| application.directories.contains(&directory.name);
        let directories =
            self.directories.iter().filter(named).filter_map(|directory| of_directory(&directory.connection));
        directories.chain(of_application(&application.connection)).collect()
    }

    /// Where all connections of the workspace go. Mail is no connection that is read with.
    pub fn destinations(&self) -> BTreeSet<Destination> {
        let directories = self.directories.iter().filter_map(|directory| of_directory(&directory.connection));
        let applications =
            self.applications.iter().flat_map(|application| of_application(&application.connection));
        directories.chain(applications).collect()
    }
}

impl Workspace {
    /// Where mail goes; none: nothing is mailed.
    pub fn mail_destination(&self) -> Option<Destination> {
        self.mail.as_ref().map(Destination::of_mail)
    }
}

fn of_directory(connection: &DirectoryConnection) -> Option<Destination> {
    match connection {
        DirectoryConnection::People { path: _ }
        | DirectoryConnection::Ndjson { users: _, groups: _, members: _ } => None,
        DirectoryConnection::Entra(entra) => {
            let EntraConnection { cloud, endpoint, tenant: _, client: _, credential } = entra.as_ref();
            let credential = match credential {
                EntraCredential::Secret(reference) | EntraCredential::Certificate(reference) => {
                    place(reference)
                }
                EntraCredential::Federated => SentCredential::Federated,
            };
            // The hosts of each cloud are Microsoft's.
            let cloud = || format!("entra:{}", cloud.word());
            Some(Destination::new(credential, &endpoint.clone().unwrap_or_else(cloud)))
        }
        DirectoryConnection::Ldap(ldap) => {
            let LdapConnection { url, start_tls, ca: _, base_dn: _, bind_dn: _, credential, users_under: _ } =
                ldap.as_ref();
            let encryption = if *start_tls { "+starttls" } else { "" };
            let host = format!("{}{encryption}", host(url));
            Some(Destination { credential: place(credential), host, call: None })
        }
    }
}

fn of_application(connection: &ApplicationConnection) -> Vec<Destination> {
    match connection {
        ApplicationConnection::Scim(scim) => {
            let ScimConnection { service, profile: _ } = scim.as_ref();
            of_service(service)
        }
        ApplicationConnection::Rest(rest) => of_rest(rest),
        ApplicationConnection::Postgres(postgres) => of_postgres(postgres),
        ApplicationConnection::Sqlite { path: _, start_from: _ }
        | ApplicationConnection::File { accounts: _, groups: _ } => Vec::new(),
    }
}

/// A service gets what lets us in, and our certificate; of a client of an authorization server both the server gets the
/// client's secret, and the service tokens that follow from it.
fn of_service(connection: &ServiceConnection) -> Vec<Destination> {
    let ServiceConnection { url, sign_in, certificate, ca: _, concurrency: _, rate_limits: _ } = connection;
    let credential = sign_in.as_ref().map(ServiceSignIn::credential);
    let mut sent: Vec<Destination> = [credential, certificate.as_ref()]
        .into_iter()
        .flatten()
        .map(|credential| Destination::new(place(credential), url))
        .collect();
    match sign_in {
        None if sent.is_empty() => sent.push(Destination::new(SentCredential::None, url)),
        Some(ServiceSignIn::OAuth(oauth)) => {
            let credential = credential.map_or(SentCredential::None, place);
            sent.push(Destination::new(credential, &oauth.token_url));
        }
        None | Some(ServiceSignIn::Bearer(_) | ServiceSignIn::Basic(_)) => {}
    }
    sent
}

/// A connector names no host. Where it signs in by a call, that call alone gets the credential, and its path is a part of the
/// destination: another call of the same host could keep what it gets where others see it.
fn of_rest(connection: &RestConnection) -> Vec<Destination> {
    let RestConnection { service, settings: _, connector } = connection;
    let mut sent = of_service(service);
    if let (Some(sign_in), Some(basic)) = (&connector.sign_in, &service.sign_in) {
        let path: String = sign_in.call.path.iter().map(TemplatePiece::written).collect();
        let call = format!("{}{path}", path_of(&service.url));
        let own = place(basic.credential());
        for destination in sent.iter_mut().filter(|destination| destination.credential == own) {
            destination.call = Some(call.clone());
        }
    }
    sent
}

/// A server gets the password, and our certificate.
fn of_postgres(connection: &PostgresConnection) -> Vec<Destination> {
    let url = connection.url();
    let sent = [&connection.credential, &connection.certificate].into_iter().flatten();
    let sent: Vec<_> = sent.map(|credential| Destination::new(place(credential), &url)).collect();
    if sent.is_empty() { vec![Destination::new(SentCredential::None, &url)] } else { sent }
}

fn sent(credential: Option<&CredentialRef>) -> SentCredential {
    credential.map_or(SentCredential::None, place)
}

/// Where a credential is, whatever its length has to be.
fn place(credential: &CredentialRef) -> SentCredential {
    match credential {
        CredentialRef::Env(name) => SentCredential::Env(name.clone()),
        CredentialRef::File(path) => SentCredential::File(path.clone()),
        CredentialRef::AtLeast(_, credential) => place(credential),
    }
}

/// The credential of an entry of the operator's list.
fn listed(credential: &str) -> SentCredential {
    match credential.strip_prefix("file:") {
        Some(path) => SentCredential::File(path.to_owned()),
        None if credential == "federated" => SentCredential::Federated,
        None => SentCredential::Env(credential.to_owned()),
    }
}

/// The path of a base URL, without the slash at its end.
fn path_of(url: &str) -> &str {
    let end = url.find("://").map_or(0, |at| at + 3);
    url[end..].find('/').map_or("", |at| url[end + at..].trim_end_matches('/'))
}

/// Scheme, host and port of a URL, in lower case and without the scheme's usual port. Addresses are compared as text:
/// one that is written in another way is another host, which is refused and not read.
fn host(url: &str) -> String {
    let end = url.find("://").map_or(0, |at| at + 3);
    let host = url[end..].split(['/', '?', '#']).next().unwrap_or_default();
    let whole = format!("{}{host}", &url[..end]).to_ascii_lowercase();
    let usual = [
        ("https://", ":443"),
        ("http://", ":80"),
        ("ldaps://", ":636"),
        ("ldap://", ":389"),
        ("postgres+tls://", ":5432"),
        ("postgres://", ":5432"),
    ];
    let port = usual.iter().find(|(scheme, _)| whole.starts_with(scheme)).map(|(_, port)| *port);
    port.and_then(|port| whole.strip_suffix(port)).map(ToOwned::to_owned).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::{Destination, host};

    #[test]
    fn a_host_has_its_scheme_and_port_and_nothing_else() {
        for (url, expected) in [
            ("https://CRM.example/scim/v2", "https://crm.example"),
            ("https://crm.example:443", "https://crm.example"),
            ("https://crm.example:8443/scim", "https://crm.example:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:9/a", "http://[::1]:9"),
            ("ldaps://dc1.contoso.example:636", "ldaps://dc1.contoso.example"),
            ("postgres+tls://DB.example:5432", "postgres+tls://db.example"),
            ("postgres://[::1]:5433", "postgres://[::1]:5433"),
            ("entra:global", "entra:global"),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
        assert_ne!(host("https://crm.example"), host("http://crm.example"));
        assert_ne!(host("https://crm.example"), host("https://crm.example:80"));
    }

    #[test]
    fn an_entry_of_the_operators_list_is_what_a_message_shows() {
        for entry in [
            "ROLEWRIGHT_CRM=https://crm.example",
            "file:/run/secrets/crm=https://crm.example:8443",
            "federated=entra:global",
            "http://127.0.0.1:9",
        ] {
            assert_eq!(Destination::parse(entry).to_string(), entry);
        }
        let of = Destination::parse(" ROLEWRIGHT_CRM = HTTPS://crm.example:443/scim ");
        assert_eq!(of.to_string(), "ROLEWRIGHT_CRM=https://crm.example");
    }
}
