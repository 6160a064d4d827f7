#![expect(clippy::disallowed_methods, reason = "verb room: reads what CI gives to its jobs")]
//! How the app registration signs in, as the connection says. An identity from CI is requested at each renewal, since
//! it is short-lived (MG2).

use crate::fetch::private_key::{Moment, moment, signature};
use crate::fetch::secret;
use crate::http::{Call, Limits, Method, Service};
use crate::model::{EntraCredential, Secret};
use crate::wire::graph::assertion::{signed, unsigned};
use crate::wire::graph::{AUDIENCE, decode_identity, identity_target};
use rustls::SignatureScheme;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::env;
use std::fs;
use std::path::PathBuf;

/// The credential of an app registration.
#[derive(Clone, Debug)]
pub enum Key {
    /// A client secret.
    Secret(Secret),
    /// A certificate and its private key in PEM.
    Certificate(Secret),
    /// The identity of a GitHub job: the URL to request it from, and the token for that request.
    GitHub {
        /// `ACTIONS_ID_TOKEN_REQUEST_URL`.
        url: String,
        /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
        token: Secret,
    },
    /// A file with an identity that another program renews.
    File(PathBuf),
    /// An identity token.
    Identity(Secret),
}

/// Reads the credential that the connection names.
///
/// # Errors
/// When it is missing; says what to set up.
pub fn key(credential: &EntraCredential) -> Result<Key, String> {
    match credential {
        EntraCredential::Secret(reference) => secret(reference).map(Key::Secret),
        EntraCredential::Certificate(reference) => secret(reference).map(Key::Certificate),
        EntraCredential::Federated => federated(),
    }
}

/// Detects what runs this job from its environment variables.
fn federated() -> Result<Key, String> {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
    if let Some(path) = set("AZURE_FEDERATED_TOKEN_FILE") {
        return Ok(Key::File(path.into()));
    }
    if let Some(identity) = set("ROLEWRIGHT_ID_TOKEN") {
        return Ok(Key::Identity(Secret::new(identity.trim().to_owned())));
    }
    match (set("ACTIONS_ID_TOKEN_REQUEST_URL"), set("ACTIONS_ID_TOKEN_REQUEST_TOKEN")) {
        (Some(url), Some(token)) => Ok(Key::GitHub { url, token: Secret::new(token) }),
        _ if set("GITHUB_ACTIONS").is_some() => Err(
            "this GitHub job has no identity token: add `id-token: write` to its `permissions` in the workflow"
                .to_owned(),
        ),
        _ => Err(format!(
            "this job has no identity token: on GitHub set `permissions: {{ id-token: write }}`; elsewhere put a \
            token for the audience `{AUDIENCE}` into `ROLEWRIGHT_ID_TOKEN` or into a file that \
            `AZURE_FEDERATED_TOKEN_FILE` names"
        )),
    }
}

impl Key {
    /// Whether it is an identity that another issuer vouches for.
    pub(super) fn is_federated(&self) -> bool {
        matches!(self, Self::GitHub { .. } | Self::File(_) | Self::Identity(_))
    }

    /// The assertion to send; `None` for a client secret.
    pub(super) async fn assertion(
        &self,
        audience: &str,
        client: &str,
        limits: Limits,
    ) -> Result<Option<Secret>, String> {
        match self {
            Self::Secret(_) => Ok(None),
            Self::Certificate(pem) => sign(pem, audience, client).map(Some),
            Self::GitHub { url, token } => github(url, token, limits).await.map(Some),
            Self::File(path) => from_file(path).map(Some),
            Self::Identity(identity) => Ok(Some(identity.clone())),
        }
    }
}

fn from_file(path: &PathBuf) -> Result<Secret, String> {
    let shown_path = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| format!("the identity token in `{shown_path}`: {error}"))?;
    match text.trim() {
        "" => Err(format!("the identity token in `{shown_path}` is empty")),
        text => Ok(Secret::new(text.to_owned())),
    }
}

async fn github(url: &str, token: &Secret, limits: Limits) -> Result<Secret, String> {
    let problem = "`ACTIONS_ID_TOKEN_REQUEST_URL` is not a URL";
    let (origin, target) = identity_target(url).ok_or(problem)?;
    let service = Service::new(&origin, Some(token), "application/json", limits);
    let service = service.map_err(|error| format!("the identity token of this job: {error}"))?;
    let answer = service.send(&Call::new(Method::Get, "/identity of this job", target)).await;
    decode_identity(
        &answer.map_err(|error| format!("GitHub did not give this job an identity token: {error}"))?.body,
    )
}

/// Signs an assertion. Errors never contain the key.
fn sign(pem: &Secret, audience: &str, client: &str) -> Result<Secret, String> {
    let certificate = CertificateDer::from_pem_slice(pem.expose().as_bytes())
        .map_err(|_| "the PEM text contains no certificate")?;
    let Moment { now, id } = moment();
    let text = unsigned(&certificate, audience, client, now, &id);
    let wanted = "an RSA key, which Microsoft Entra ID requires";
    let signature = signature(pem, SignatureScheme::RSA_PSS_SHA256, wanted, &text)?;
    Ok(Secret::new(signed(&text, &signature)))
}
