//! Tokens for a service itself (OAuth 2.0's client credentials: RFC 6749, 4.4), by a client secret or by an assertion that
//! a private key signs (RFC 7523, 2.2).

use crate::model::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::fmt::Write;

/// How long an assertion is valid, in seconds.
const LIFETIME: i64 = 300;
/// How long a token is used whose answer does not say how long it is valid, in seconds.
const UNTOLD: u64 = 300;

/// How a client proves who it is, where that stands in the form.
#[derive(Clone, Copy, Debug)]
pub enum FormProof<'p> {
    /// The form holds none: the request carries it.
    None,
    /// A client secret.
    Secret(&'p Secret),
    /// A signed assertion.
    Assertion(&'p Secret),
}

/// The form that asks for a token.
pub fn token_form(client: &str, scope: Option<&str>, audience: Option<&str>, proof: FormProof<'_>) -> String {
    let mut form = "grant_type=client_credentials".to_owned();
    let mut add = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = write!(form, "&{key}={}", form_encoded(value));
    };
    if let Some(scope) = scope {
        add("scope", scope);
    }
    if let Some(audience) = audience {
        add("audience", audience);
    }
    match proof {
        FormProof::None => {}
        FormProof::Secret(secret) => {
            add("client_id", client);
            add("client_secret", secret.expose());
        }
        FormProof::Assertion(assertion) => {
            add("client_id", client);
            add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            add("client_assertion", assertion.expose());
        }
    }
    form
}

/// A text as a form holds it; names and passwords of clients are written so too (RFC 6749, 2.3.1).
pub fn form_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => encoded.push(byte.into()),
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// A token, and how many seconds it is valid.
#[derive(Clone, Debug)]
pub struct GivenToken {
    /// The token.
    pub secret: Secret,
    /// How long it is valid, in seconds.
    pub lifetime: u64,
}

/// Reads the answer.
///
/// # Errors
/// When it holds no bearer token. The message does not quote the answer.
pub fn given_token(body: &[u8]) -> Result<GivenToken, String> {
    #[derive(Deserialize)]
    struct Answer {
        token_type: String,
        access_token: String,
        #[serde(default)]
        expires_in: Json,
    }
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|_| "its answer contains no token: expected `token_type` and `access_token`".to_owned())?;
    if !answer.token_type.eq_ignore_ascii_case("bearer") || answer.access_token.is_empty() {
        return Err("its answer contains no bearer token".to_owned());
    }
    // Some write the number as text.
    let seconds = answer.expires_in.as_u64();
    let seconds = seconds.or_else(|| answer.expires_in.as_str()?.parse().ok());
    Ok(GivenToken { secret: Secret::new(answer.access_token), lifetime: seconds.unwrap_or(UNTOLD) })
}

/// The header and claims of an assertion, to be signed with RSA and SHA-256. `now` is in seconds since 1970, `id` must be
/// unique.
pub fn unsigned_assertion(client: &str, audience: &str, key: Option<&str>, now: i64, id: &str) -> String {
    let mut header = json!({ "alg": "RS256", "typ": "JWT" });
    if let Some(key) = key {
        header["kid"] = key.into();
    }
    // One minute back, since clocks differ.
    let claims = json!({
        "iss": client, "sub": client, "aud": audience, "jti": id,
        "iat": now - 60, "nbf": now - 60, "exp": now + LIFETIME,
    });
    let part = |value: Json| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The assertion with its signature.
pub fn signed_assertion(unsigned: &str, signature: &[u8]) -> String {
    format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_each_value_encoded_and_the_proof_that_it_is_to_hold() {
        let secret = Secret::new("a&b=c d+é".to_owned());
        let form = token_form("crm", Some("scim read"), None, FormProof::Secret(&secret));
        assert_eq!(
            form,
            "grant_type=client_credentials&scope=scim%20read&client_id=crm&client_secret=a%26b%3Dc%20d%2B%C3%A9"
        );
        assert_eq!(
            token_form("crm", None, Some("https://a"), FormProof::None),
            "grant_type=client_credentials&audience=https%3A%2F%2Fa"
        );
    }

    #[test]
    fn an_answer_is_a_bearer_token_whose_life_may_be_text_or_untold() {
        for (rest, lifetime) in [(r#","expires_in":900"#, 900), (r#","expires_in":"900""#, 900), ("", UNTOLD)]
        {
            let body = format!(r#"{{"token_type":"bearer","access_token":"t"{rest}}}"#);
            let given = given_token(body.as_bytes()).unwrap();
            assert_eq!((given.secret.expose(), given.lifetime), ("t", lifetime));
        }
        for body in [r#"{"token_type":"mac","access_token":"canary"}"#, r#"{"error":"canary"}"#, "canary"] {
            assert!(!given_token(body.as_bytes()).unwrap_err().contains("canary"));
        }
    }
}
