//! Which hosts credentials are sent to (the gate, 5: a pull request cannot add a new host by itself).

use super::{ApplicationPolicy, DirectoryPolicy, PolicySet};
use crate::model::{ApplicationConnection, DirectoryConnection, EntraConnection, LdapConnection};
use std::collections::BTreeSet;

impl PolicySet {
    /// The hosts to which the connections of an application and its directories send credentials:
    /// `https://psa.example`, `ldaps://dc1.contoso.example:636`, `entra:global`.
    pub fn hosts_of(&self, application: &ApplicationPolicy) -> BTreeSet<String> {
        let named = |directory: &&DirectoryPolicy| application.directories.contains(&directory.name);
        let directories =
            self.directories.iter().filter(named).flat_map(|directory| of_directory(&directory.connection));
        directories.chain(of_application(&application.connection)).collect()
    }

    /// The hosts of all applications.
    pub fn hosts(&self) -> BTreeSet<String> {
        self.applications.iter().flat_map(|application| self.hosts_of(application)).collect()
    }
}

fn of_directory(connection: &DirectoryConnection) -> Vec<String> {
    match connection {
        DirectoryConnection::People { .. } | DirectoryConnection::Ndjson { .. } => Vec::new(),
        DirectoryConnection::Entra(entra) => {
            let EntraConnection { cloud, endpoint, tenant: _, client: _, credential: _ } = entra.as_ref();
            match endpoint {
                Some(endpoint) => vec![host(endpoint)],
                // The hosts of each cloud are Microsoft's.
                None => vec![format!("entra:{cloud:?}").to_ascii_lowercase()],
            }
        }
        DirectoryConnection::Ldap(ldap) => {
            let LdapConnection {
                url,
                start_tls,
                ca: _,
                base_dn: _,
                bind_dn: _,
                credential: _,
                users_under: _,
            } = ldap.as_ref();
            let encryption = if *start_tls { "+starttls" } else { "" };
            vec![format!("{}{encryption}", host(url))]
        }
    }
}

fn of_application(connection: &ApplicationConnection) -> Vec<String> {
    match connection {
        ApplicationConnection::Scim { url, credential: Some(_) } => vec![host(url)],
        ApplicationConnection::Scim { credential: None, .. }
        | ApplicationConnection::Sqlite { .. }
        | ApplicationConnection::File { .. } => Vec::new(),
    }
}

/// Scheme, host and port of a URL, in lower case. The scheme is included, so that a credential for `https` is not sent
/// over `http`.
fn host(url: &str) -> String {
    let end = url.find("://").map_or(0, |at| at + 3);
    let host = url[end..].split(['/', '?', '#']).next().unwrap_or_default();
    format!("{}{host}", &url[..end]).to_ascii_lowercase()
}
