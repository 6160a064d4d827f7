#![expect(clippy::disallowed_methods, reason = "verb room: the time that assertions carry")]
//! Signs assertions with a private key from a PEM text. Errors never contain the key.

use crate::model::Secret;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// The signature of a text.
///
/// # Errors
/// When the PEM text holds no private key that can sign so; `wanted` says which keys can.
pub(super) fn signature(
    pem: &Secret,
    scheme: SignatureScheme,
    wanted: &str,
    text: &str,
) -> Result<Vec<u8>, String> {
    let key = PrivateKeyDer::from_pem_slice(pem.expose().as_bytes())
        .map_err(|_| "the PEM text contains no unencrypted private key")?;
    let key = any_supported_type(&key).map_err(|_| "the private key cannot be used")?;
    let signer = key.choose_scheme(&[scheme]).ok_or_else(|| format!("the private key is not {wanted}"))?;
    signer.sign(text.as_bytes()).map_err(|_| "the private key cannot sign".to_owned())
}

/// When an assertion is made, and what tells it from all others.
pub(super) struct Moment {
    /// Seconds since 1970.
    pub(super) now: i64,
    /// It only has to be unique: knowing it does not help to sign.
    pub(super) id: String,
}

/// This moment.
pub(super) fn moment() -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let id = format!("{:016x}{:016x}", RandomState::new().hash_one(now), RandomState::new().hash_one(now));
    Moment { now, id }
}
