//! An authority of a test's own: certificates for servers on this machine, and for clients.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

/// An authority.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    /// Its certificate in PEM.
    pub(crate) ca: String,
    der: CertificateDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let (ca, der) = (certificate.pem(), certificate.der().clone());
        Self { params, key, ca, der }
    }

    /// A server on this machine; one that asks for certificates takes only those of this authority.
    pub(crate) fn server(&self, asks_for_certificate: bool) -> Arc<ServerConfig> {
        self.server_named("127.0.0.1", asks_for_certificate)
    }

    /// The same for a server of another name.
    pub(crate) fn server_named(&self, name: &str, asks_for_certificate: bool) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if asks_for_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(self.der.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Arc::new(builder.with_single_cert(vec![certificate.der().clone()], key).unwrap())
    }

    /// A client's certificate and private key, in one PEM text.
    pub(crate) fn client(&self) -> String {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        let params = CertificateParams::new(["rolewright".to_owned()]).unwrap();
        params.signed_by(&key, &issuer).unwrap().pem() + &key.serialize_pem()
    }
}
