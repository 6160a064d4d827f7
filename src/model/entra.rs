//! How a tenant of Microsoft Entra ID is reached.

use super::CredentialRef;
use serde::Serialize;

/// One tenant, read through Microsoft Graph by one app registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntraConnection {
    /// The tenant's id, or one of its domains.
    pub tenant: String,
    /// The app registration's application (client) id.
    pub client: String,
    /// By what it signs in.
    pub credential: EntraCredential,
    /// The cloud that both are in.
    pub cloud: Cloud,
    /// A double of Microsoft's services on this machine, for tests.
    pub endpoint: Option<String>,
}

/// By what an app registration signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EntraCredential {
    /// A client secret.
    Secret(CredentialRef),
    /// A certificate and its private key, both in one PEM text.
    Certificate(CredentialRef),
    /// The identity that CI gives to its jobs (workload identity federation).
    Federated,
}

/// One of Microsoft's clouds (MG3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cloud {
    /// Everybody else, GCC among them.
    Global,
    /// US Government L4.
    UsGov,
    /// US Government L5 (DoD).
    UsGovDod,
    /// China, run by 21Vianet.
    China,
}
