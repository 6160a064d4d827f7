//! TLS: the server is verified by the given or the machine's authorities, its name and its dates; a certificate of ours is
//! shown where one is wanted.

use super::metered::Metered;
use crate::model::{ReadBudget, Secret};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_postgres::tls::TlsConnect;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Encrypts one connection.
pub(super) struct Tls {
    pub(super) connector: TlsConnector,
    pub(super) name: ServerName<'static>,
    pub(super) budget: ReadBudget,
    pub(super) message: u32,
}

impl TlsConnect<TcpStream> for Tls {
    type Stream = Metered<TlsStream<TcpStream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Stream>> + Send>>;

    fn connect(self, stream: TcpStream) -> Self::Future {
        Box::pin(async move {
            let stream = self.connector.connect(self.name, stream).await?;
            Ok(Metered::new(stream, self.budget, self.message))
        })
    }
}

/// The settings: TLS 1.2 and later.
///
/// # Errors
/// When a text holds no certificate or key, or the machine has no trusted authorities.
pub(super) fn config(ca: Option<&str>, certificate: Option<&Secret>) -> Result<Arc<ClientConfig>, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match ca {
        Some(pem) => builder.with_root_certificates(authorities(pem)?),
        None => builder.with_platform_verifier().map_err(|error| {
            format!("the certificate authorities that this machine trusts cannot be read: {error}")
        })?,
    };
    let config = match certificate {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let (chain, key) = identity(pem)?;
            let config = builder.with_client_auth_cert(chain, key);
            config.map_err(|error| format!("`certificate` cannot be used: {error}"))?
        }
    };
    Ok(Arc::new(config))
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

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Our certificate and its key. Errors say nothing of the text, which holds the key.
fn identity(pem: &Secret) -> Result<Identity, String> {
    let text = pem.expose().as_bytes();
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or("`certificate` contains no readable certificate: expected PEM")?;
    let key = PrivateKeyDer::from_pem_slice(text);
    let key = key.map_err(|_| "`certificate` contains no readable private key: expected PEM, unencrypted")?;
    Ok((chain, key))
}

/// What a failed handshake means, and what to do.
pub(super) fn advice(error: &Error, host: &str) -> String {
    let Error::InvalidCertificate(problem) = error else {
        return format!("{error}; the server may require `certificate`, or support no secure version of TLS");
    };
    match problem {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate comes from an authority that this machine does not trust; put that authority's certificate into `ca`"
                .to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is not for `{host}`; put a name from the certificate into `host`")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired; renew it on the server".to_owned()
        }
        other => format!("its certificate cannot be used ({other}); install one that an authority issued for this server"),
    }
}
