//! How directories are reached and where secrets come from, as written (the policy language, 5): documents contain only
//! the places of secrets.

use super::constant::True;
use super::pattern;
use super::shape::{ShapeError, exactly_one, key};
use crate::model::{Cloud, Date, Span};
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a tenant of Microsoft Entra ID is reached, through Microsoft Graph.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntraConnection {
    /// The tenant: its id, or one of its domains.
    #[schemars(regex(pattern = pattern::TENANT))]
    pub tenant_id: Spanned<String>,
    /// The application (client) id of the app registration that reads it.
    #[schemars(regex(pattern = pattern::GUID))]
    pub client_id: Spanned<String>,
    /// How the app registration signs in.
    pub credential: Spanned<EntraCredential>,
    /// The cloud that the tenant is in; `global` where it is left out.
    pub cloud: Option<Cloud>,
    /// A double of Microsoft's services on this machine, for tests: `http://127.0.0.1:8080`.
    pub endpoint: Option<Spanned<String>>,
}

/// How an app registration signs in: exactly one of `env`, `file` (both a client secret), `certificate`, `federated`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct EntraCredential {
    /// The client secret: the environment variable with this name.
    pub env: Option<Spanned<String>>,
    /// The client secret: this file.
    pub file: Option<Spanned<String>>,
    /// A certificate and its private key, both in one PEM text.
    pub certificate: Option<Spanned<SecretPlace>>,
    /// The identity that the CI system gives to its jobs; no secret is stored.
    pub federated: Option<Spanned<True>>,
    /// A client secret of fewer characters is refused.
    #[schemars(range(min = 1))]
    pub min_length: Option<Spanned<u32>>,
    /// The last day of the secret or certificate; a finding is reported from 30 days before it.
    pub expires: Option<Spanned<Date>>,
}

/// How an app registration signs in.
#[derive(Clone, Debug)]
pub enum EntraCredentialForm {
    /// A client secret.
    Secret(SecretPlace),
    /// A certificate with its private key.
    Certificate(SecretPlace),
    /// Workload identity federation.
    Federated,
}

impl EntraCredential {
    /// How the app registration signs in.
    ///
    /// # Errors
    /// None or several of the ways; `minLength` or `expires` for a way that cannot have it.
    pub fn form(&self, whole: Span) -> Result<EntraCredentialForm, ShapeError> {
        use EntraCredentialForm::{Certificate, Federated, Secret};
        let form = exactly_one(
            whole,
            "`credential`",
            [
                key("env", self.env.as_ref(), |env| Secret(SecretPlace::Env(env.clone()))),
                key("file", self.file.as_ref(), |file| Secret(SecretPlace::File(file.clone()))),
                key("certificate", self.certificate.as_ref(), |place| Certificate(place.value.clone())),
                key("federated", self.federated.as_ref(), |_| Federated),
            ],
        )?;
        self.fits(&form)?;
        Ok(form)
    }

    fn fits(&self, form: &EntraCredentialForm) -> Result<(), ShapeError> {
        match (form, &self.min_length, &self.expires) {
            (EntraCredentialForm::Certificate(_) | EntraCredentialForm::Federated, Some(length), _) => {
                Err(ShapeError::new(length.span, "only a client secret has a length", "remove it"))
            }
            (EntraCredentialForm::Federated, _, Some(day)) => {
                let message = "a federated identity does not end by a date: each run gets one of its own";
                Err(ShapeError::new(day.span, message, "remove it"))
            }
            _ => Ok(()),
        }
    }
}

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

/// Where a secret comes from: exactly one of `env`, `file`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Credential {
    /// The environment variable with this name; one of Rolewright, CI or the system is refused.
    pub env: Option<Spanned<String>>,
    /// This file in a folder for secrets: `/run/secrets`, systemd's, or the one that `ROLEWRIGHT_SECRETS_DIR` names.
    pub file: Option<Spanned<String>>,
    /// A secret of fewer characters is refused.
    #[schemars(range(min = 1))]
    pub min_length: Option<u32>,
    /// The last day of the secret; a finding is reported from 30 days before it.
    pub expires: Option<Spanned<Date>>,
}

/// A place that holds a secret, without further settings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecretPlace {
    /// The environment variable with this name; one of Rolewright, CI or the system is refused.
    Env(Spanned<String>),
    /// This file in a folder for secrets: `/run/secrets`, systemd's, or the one that `ROLEWRIGHT_SECRETS_DIR` names.
    File(Spanned<String>),
}

impl Credential {
    /// The place of the secret.
    ///
    /// # Errors
    /// Neither `env` nor `file`, or both.
    pub fn source(&self, whole: Span) -> Result<SecretPlace, ShapeError> {
        let env = key("env", self.env.as_ref(), |env| SecretPlace::Env(env.clone()));
        let file = key("file", self.file.as_ref(), |file| SecretPlace::File(file.clone()));
        exactly_one(whole, "`credential`", [env, file])
    }
}
