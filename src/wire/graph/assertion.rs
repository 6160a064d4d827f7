//! The assertion that an app registration signs with its certificate's key (MG1; RFC 7523, 3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long an assertion is valid, in seconds.
const LIFETIME: i64 = 300;

/// The header and claims to sign. `certificate` is DER, `now` is in seconds since 1970, `id` must be unique.
pub fn unsigned(certificate: &[u8], audience: &str, client: &str, now: i64, id: &str) -> String {
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(certificate));
    let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint });
    // One minute back, since clocks differ.
    let claims = json!({
        "aud": audience, "iss": client, "sub": client, "jti": id,
        "nbf": now - 60, "iat": now - 60, "exp": now + LIFETIME,
    });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// The assertion with its signature.
pub fn signed(unsigned: &str, signature: &[u8]) -> String {
    format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature))
}
