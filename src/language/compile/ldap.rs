//! How a directory that speaks LDAP is reached.

use super::credential::credential;
use crate::language::document::{DirectoryDocument, LdapObject};
use crate::model::LdapConnection;
use crate::yaml::Spanned;

/// The connection; none where its credential is none, which a check reports.
pub(super) fn connection(ldap: &LdapObject, document: &DirectoryDocument) -> Option<LdapConnection> {
    let text = |text: &Spanned<String>| text.value.clone();
    let under = document.users.as_ref().and_then(|users| users.under.as_ref());
    Some(LdapConnection {
        url: text(&ldap.url),
        start_tls: ldap
            .start_tls
            .as_ref()
            .map_or_else(|| ldap.url.value.starts_with("ldap://"), |it| it.value),
        ca: ldap.ca.as_ref().map(text),
        base_dn: text(&ldap.base_dn),
        bind_dn: text(&ldap.bind_dn),
        credential: credential(&ldap.credential.value)?,
        users_under: under.map(text).filter(|under| under != "*"),
    })
}
