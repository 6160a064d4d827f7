//! Tokens: the request to the sign-in service and its answer (MG1), and the identity that GitHub gives to a job (MG2).

use super::query::encode;
use crate::model::Secret;
use serde::Deserialize;

/// The audience of a workload's identity (MG2).
pub const AUDIENCE: &str = "api://AzureADTokenExchange";

/// How we prove that we are the app registration.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// A client secret.
    Secret(&'a Secret),
    /// A signed assertion: our own, or one of an issuer that the app registration trusts (RFC 7523, 2.2).
    Assertion(&'a Secret),
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// How long it is valid, in seconds.
    pub lifetime: u64,
}

/// The path of a tenant's token endpoint.
pub fn token_target(tenant: &str) -> String {
    format!("/{}/oauth2/v2.0/token", encode(tenant))
}

/// The form that requests a token (RFC 6749, 4.4).
pub fn token_form(client: &str, scope: &str, proof: Proof<'_>) -> String {
    let proof = match proof {
        Proof::Secret(secret) => format!("client_secret={}", encode(secret.expose())),
        Proof::Assertion(assertion) => format!(
            "client_assertion_type={}&client_assertion={}",
            encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            encode(assertion.expose())
        ),
    };
    format!("grant_type=client_credentials&client_id={}&scope={}&{proof}", encode(client), encode(scope))
}

/// Reads the token answer.
///
/// # Errors
/// When it holds no bearer token. The message does not quote the answer.
pub fn decode_token(body: &[u8]) -> Result<Token, String> {
    #[derive(Deserialize)]
    struct Answer {
        token_type: String,
        expires_in: u64,
        access_token: String,
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|_| {
        "its answer contains no token: expected `token_type`, `expires_in` and `access_token`".to_owned()
    })?;
    if !answer.token_type.eq_ignore_ascii_case("bearer") || answer.access_token.is_empty() {
        return Err("its answer contains no bearer token".to_owned());
    }
    Ok(Token { secret: Secret::new(answer.access_token), lifetime: answer.expires_in })
}

/// Where a GitHub job requests its identity, split into origin and path; `None` if the text is not a URL.
pub fn identity_target(url: &str) -> Option<(String, String)> {
    let start = url.find("://")? + 3;
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    let (origin, rest) = url.split_at(end);
    let joint = if rest.contains('?') { '&' } else { '?' };
    Some((origin.to_owned(), format!("{rest}{joint}audience={}", encode(AUDIENCE))))
}

/// Reads the identity in GitHub's answer.
///
/// # Errors
/// When it holds none. The message does not quote the answer.
pub fn decode_identity(body: &[u8]) -> Result<Secret, String> {
    #[derive(Deserialize)]
    struct Answer {
        value: String,
    }
    serde_json::from_slice::<Answer>(body)
        .ok()
        .filter(|answer| !answer.value.is_empty())
        .map(|answer| Secret::new(answer.value))
        .ok_or_else(|| "GitHub's answer contains no identity token: expected `value`".to_owned())
}
