//! How to reach a tenant of Microsoft Entra ID.

use super::{CredentialRef, words};
use serde::Serialize;

/// One tenant, read through Microsoft Graph with one app registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntraConnection {
    /// The tenant's id, or one of its domains.
    pub tenant: String,
    /// The app registration's application (client) id.
    pub client: String,
    /// How it signs in.
    pub credential: EntraCredential,
    /// The cloud of both.
    pub cloud: Cloud,
    /// A test double of Microsoft's services on this machine.
    pub endpoint: Option<String>,
}

/// The credential of an app registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EntraCredential {
    /// A client secret.
    Secret(CredentialRef),
    /// A certificate and its private key in one PEM text.
    Certificate(CredentialRef),
    /// The identity that CI gives to its jobs (workload identity federation).
    Federated,
}

// MG3.
words! {
    /// One of Microsoft's clouds. Sign-in and Graph of one cloud do not know those of another.
    #[schemars(rename = "CloudWord")]
    pub enum Cloud {
        /// Everybody else, GCC among them.
        Global = "global",
        /// US Government L4 (GCC High).
        UsGov = "usGov",
        /// US Government L5 (DoD).
        UsGovDod = "usGovDod",
        /// China, run by 21Vianet.
        China = "china",
    }
}
