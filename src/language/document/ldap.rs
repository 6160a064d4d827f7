//! A directory that speaks LDAP, as written (the policy language, 5).

use super::Credential;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Active Directory, or another directory that speaks LDAP.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Ldap")]
pub struct LdapObject {
    /// `ldaps://dc1.contoso.example`, or `ldap://` for a server with StartTLS.
    pub url: Spanned<String>,
    /// Whether a connection to `ldap://` switches to TLS before anything else is sent. `false` is allowed only for a
    /// server on this machine; `true` where it is left out.
    pub start_tls: Option<Spanned<bool>>,
    /// File with the certificates of the authorities that may issue the server's certificate, in PEM; the machine's
    /// trusted authorities where it is left out.
    pub ca: Option<Spanned<String>>,
    /// Everything that is read lies under this distinguished name: `DC=contoso,DC=com`.
    pub base_dn: Spanned<String>,
    /// Who signs in: a distinguished name; for Active Directory also `rolewright@contoso.com` or `CONTOSO\rolewright`.
    pub bind_dn: Spanned<String>,
    /// The password.
    pub credential: Spanned<Credential>,
}

/// Which users are read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserFilter {
    /// Only users under this distinguished name; no restriction where it is left out or `'*'`.
    pub under: Option<Spanned<String>>,
}
