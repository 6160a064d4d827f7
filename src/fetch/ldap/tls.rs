//! Verifies servers: by the given or the machine's certificate authorities, the name in the certificate, its dates.

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use std::io;
use std::sync::Arc;

/// The trusted authorities: those in a PEM text, or the machine's.
///
/// # Errors
/// When the text holds no certificate, or the machine has no trusted authorities.
pub(super) fn config(ca: Option<&str>) -> Result<Arc<ClientConfig>, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match ca {
        Some(pem) => builder.with_root_certificates(authorities(pem)?),
        None => builder.with_platform_verifier().map_err(|error| {
            format!("the certificate authorities that this machine trusts cannot be read: {error}")
        })?,
    };
    Ok(Arc::new(builder.with_no_client_auth()))
}

fn authorities(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|certificate| roots.add(certificate).map_err(|error| error.to_string()));
        added.map_err(|problem| format!("`ca` contains a certificate that cannot be read: {problem}"))?;
    }
    if roots.is_empty() {
        return Err(
            "`ca` contains no certificate: expected PEM text with `-----BEGIN CERTIFICATE-----`".to_owned()
        );
    }
    Ok(roots)
}

/// What a failed handshake means, and what to do; `None` if the certificate was not the reason.
pub(super) fn advice(error: &io::Error, host: &str) -> Option<String> {
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    let Error::InvalidCertificate(problem) = error else {
        return Some(format!(
            "{error}: the port does not speak TLS, or no secure version of it; correct `url`"
        ));
    };
    Some(match problem {
        // An authority with the same name but another key is a different authority.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate comes from an authority that this machine does not trust; put that authority's certificate into `ca`"
                .to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is not for `{host}`; put a name from the certificate into `url`{}", names(problem))
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired; renew it on the server".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; compare this machine's clock with the server's".to_owned()
        }
        CertificateError::Revoked => "its certificate is revoked; renew it on the server".to_owned(),
        other => format!("its certificate cannot be used ({other}); install one that an authority issued for this server"),
    })
}

/// The names in the certificate.
fn names(problem: &CertificateError) -> String {
    match problem {
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            format!(": {}", presented.join(", "))
        }
        _ => String::new(),
    }
}
