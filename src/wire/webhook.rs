//! Whether a forge sent a webhook: by the secret that it shares with the operator. The body is not looked into.
//!
//! GitHub: `X-Hub-Signature-256: sha256=` and the hex HMAC-SHA-256 of the body ("Validating webhook deliveries"). GitLab: its signing
//! token, by the Standard Webhooks specification (`webhook-signature: v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`; several
//! may stand there, with spaces between them), or its secret token, which is sent as it is (`X-Gitlab-Token`).

use crate::model::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header of GitHub's signature.
const GITHUB: &str = "x-hub-signature-256";
/// The header of a signature by the Standard Webhooks specification.
const SIGNED: &str = "webhook-signature";
/// The header of GitLab's secret token.
const TOKEN: &str = "x-gitlab-token";
/// What a secret of the Standard Webhooks specification begins with; the rest is the key as base64.
const KEY: &str = "whsec_";

/// Whether whoever knows the secret sent this; compared in constant time. `header` gives the value of a header that occurs once, by
/// its name in lower case. The strongest header decides alone: a wrong signature is not made good by a token.
pub fn is_from_forge<'h>(secret: &Secret, header: impl Fn(&str) -> Option<&'h str>, body: &[u8]) -> bool {
    if let Some(signature) = header(GITHUB) {
        let mac = signature.strip_prefix("sha256=").and_then(from_hex);
        return mac.is_some_and(|mac| signed(secret.expose().as_bytes(), &[body], &mac));
    }
    if let Some(signatures) = header(SIGNED) {
        let (Some(id), Some(time)) = (header("webhook-id"), header("webhook-timestamp")) else {
            return false;
        };
        let key = secret.expose().strip_prefix(KEY).and_then(|key| STANDARD.decode(key).ok());
        let key = key.unwrap_or_else(|| secret.expose().as_bytes().to_vec());
        let parts = [id.as_bytes(), b".", time.as_bytes(), b".", body];
        let macs = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
        return macs.filter_map(|mac| STANDARD.decode(mac).ok()).any(|mac| signed(&key, &parts, &mac));
    }
    header(TOKEN).is_some_and(|token| same(token, secret.expose()))
}

/// Whether a MAC is that of these parts.
fn signed(key: &[u8], parts: &[&[u8]], mac: &[u8]) -> bool {
    let Ok(mut own) = Hmac::<Sha256>::new_from_slice(key) else { return false };
    parts.iter().for_each(|part| own.update(part));
    own.verify_slice(mac).is_ok()
}

/// Whether two texts are the same, in a time that says neither where they differ nor how long they are.
fn same(one: &str, other: &str) -> bool {
    const PURPOSE: &[u8] = b"rolewright webhook";
    let Ok(mut own) = Hmac::<Sha256>::new_from_slice(PURPOSE) else { return false };
    own.update(other.as_bytes());
    signed(PURPOSE, &[one.as_bytes()], &own.finalize().into_bytes())
}

/// The bytes of 64 hexadecimal digits.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::is_from_forge;
    use crate::model::Secret;

    fn accepted(secret: &str, headers: &[(&str, &str)], body: &str) -> bool {
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        is_from_forge(&Secret::new(secret.to_owned()), header, body.as_bytes())
    }

    /// The example of GitHub's "Validating webhook deliveries".
    #[test]
    fn h28_a_signature_of_github_is_of_this_body_and_this_secret() {
        let secret = "It's a Secret to Everybody";
        let right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let of = |secret: &str, signature: &str, body: &str| {
            accepted(secret, &[("x-hub-signature-256", signature)], body)
        };
        assert!(of(secret, right, "Hello, World!"));
        assert!(of(secret, &right.to_ascii_uppercase().replace("SHA256", "sha256"), "Hello, World!"));
        assert!(!of(secret, right, "Hello, World?"));
        assert!(!of("another secret", right, "Hello, World!"));
        for wrong in [
            "",
            "sha256=",
            &right[..70],
            &right.replace("sha256", "sha1"),
            &format!("{right}00"),
            "sha256=\u{ff10}",
        ] {
            assert!(!of(secret, wrong, "Hello, World!"), "{wrong}");
        }
    }

    /// The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn h28_a_signed_webhook_of_gitlab_is_of_its_id_its_time_and_its_body() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let of = |id: &str, time: &str, signature: &str, body: &str| {
            let headers = [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)];
            accepted(secret, &headers, body)
        };
        let (id, time, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert!(of(id, time, right, body));
        assert!(
            of(id, time, &format!("v1,AAAA v2,{} {right}", &right[3..]), body),
            "of several, one is right"
        );
        assert!(!of("msg_other", time, right, body));
        assert!(!of(id, "1614265331", right, body));
        assert!(!of(id, time, right, r#"{"test": 2432232315}"#));
        assert!(!of(id, time, &right[3..], body));
        assert!(!accepted(secret, &[("webhook-signature", right)], body));
    }

    #[test]
    fn h28_a_token_is_the_whole_secret_and_saves_no_wrong_signature() {
        let secret = "a secret of this test";
        assert!(accepted(secret, &[("x-gitlab-token", secret)], "{}"));
        for wrong in ["", "a secret", "a secret of this test ", "A secret of this test"] {
            assert!(!accepted(secret, &[("x-gitlab-token", wrong)], "{}"), "{wrong}");
        }
        for header in ["x-hub-signature-256", "webhook-signature"] {
            assert!(!accepted(secret, &[("x-gitlab-token", secret), (header, "")], "{}"));
        }
        assert!(!accepted(secret, &[], "{}"));
    }
}
