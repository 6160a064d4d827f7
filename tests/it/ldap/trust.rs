//! Encryption and trust: the given authority, the server's name, the certificate's dates.
#![expect(clippy::disallowed_types, reason = "tests listen")]

use crate::support::ldap::double::outcome;
use crate::support::ldap::servers::{domain, domain_wanted, slapd, slapd_wanted};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

#[test]
fn l_17_over_ldaps_and_start_tls_with_the_given_authority() {
    let bergen = format!("OU=Bergen,OU=Company,{}", domain().get("base"));
    for (scheme, start_tls) in [("ldaps", false), ("ldap", true)] {
        let mut wanted = domain_wanted();
        wanted.connection.url = format!("{scheme}://{}", domain().get("address"));
        wanted.connection.start_tls = start_tls;
        wanted.connection.users_under = Some(bergen.clone());
        assert_eq!(wanted.snapshot().users.len(), 4, "{scheme}");
    }
    for (scheme, port, start_tls) in [("ldaps", "secure", false), ("ldap", "port", true)] {
        let mut wanted = slapd_wanted("reader");
        wanted.ca = Some(slapd().ca());
        wanted.connection.url = format!("{scheme}://localhost:{}", slapd().get(port));
        wanted.connection.start_tls = start_tls;
        assert_eq!(wanted.snapshot().users.len(), 120, "{scheme}");
    }
}

#[test]
fn l_17_another_authority_is_not_trusted() {
    let mut wanted = domain_wanted();
    wanted.ca = Some(slapd().ca());
    let said = wanted.error();
    assert!(
        said.contains("not trusted") && said.contains("put that authority's certificate into `ca`"),
        "{said}"
    );
    wanted.ca = None;
    let said = wanted.error();
    assert!(said.contains("not trusted") || said.contains("cannot be read"), "{said}");
    wanted.ca = Some("no certificate".to_owned());
    assert!(wanted.error().contains("`ca` contains no certificate"));
}

#[test]
fn l_17_another_name_is_not_trusted() {
    let server = Certified::new("dc9.corp.example.test", (2020, 2040));
    let said = server.said();
    assert!(said.contains("its certificate is not for `127.0.0.1`"), "{said}");
    assert!(said.contains("dc9.corp.example.test"), "{said}");
}

#[test]
fn l_17_a_certificate_out_of_its_dates_is_not_trusted() {
    let said = Certified::new("127.0.0.1", (2020, 2021)).said();
    assert!(said.contains("its certificate has expired; renew it"), "{said}");
    let said = Certified::new("127.0.0.1", (2090, 2091)).said();
    assert!(said.contains("not valid yet; compare this machine's clock"), "{said}");
}

/// A port without TLS, and one with TLS only.
#[test]
fn l_17_there_is_no_fallback_to_clear_text() {
    let mut wanted = slapd_wanted("reader");
    wanted.ca = Some(slapd().ca());
    wanted.connection.url = format!("ldaps://localhost:{}", slapd().get("port"));
    let said = wanted.error();
    assert!(said.contains("127.0.0.1") || said.contains("localhost"), "{said}");
    wanted.connection.url = format!("ldap://localhost:{}", slapd().get("secure"));
    wanted.limits.answer = std::time::Duration::from_secs(2);
    for start_tls in [true, false] {
        wanted.connection.start_tls = start_tls;
        wanted.error();
    }
    // A server on another machine is never reached in clear text, whatever a document says.
    wanted.connection.url = "ldap://dc1.contoso.example".to_owned();
    wanted.connection.start_tls = false;
    let said = wanted.error();
    assert!(said.contains("only a server on this machine may be reached without encryption"), "{said}");
}

/// Data sent in clear text after the answer to StartTLS must not be treated as encrypted; and after a refusal of
/// StartTLS the client must not continue.
#[test]
fn l_17_nothing_in_clear_counts_after_start_tls() {
    let success = outcome(1, 0x78, 0, None);
    for (answer, expected) in [
        ([success, outcome(2, 0x61, 0, None)].concat(), "sent unencrypted data after its answer"),
        (outcome(1, 0x78, 2, None), "it refuses StartTLS"),
        (outcome(1, 0x78, 52, None), "it refuses StartTLS"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("ldap://{}", listener.local_addr().expect("its address"));
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("a client");
            let mut request = [0; 200];
            let first = socket.read(&mut request).expect("a request");
            socket.write_all(&answer).expect("an answer");
            // Any further bytes would be the password.
            (first, socket.read(&mut request).unwrap_or(0))
        });
        let mut wanted = slapd_wanted("reader");
        wanted.connection.url = url;
        wanted.connection.start_tls = true;
        let said = wanted.error();
        assert!(said.contains("not trusted") && said.contains(expected), "{said}");
        assert_eq!(server.join().expect("no panic").1, 0, "the client went on");
    }
}

#[test]
fn an_unknown_host_is_reported() {
    let mut wanted = domain_wanted();
    wanted.connection.url = "ldaps://dc1.nowhere.invalid".to_owned();
    let said = wanted.error();
    assert!(said.contains("the host `dc1.nowhere.invalid` was not found"), "{said}");
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
    wanted.connection.url = format!("ldaps://{free}");
    let said = wanted.error();
    assert!(said.contains("cannot be reached") && said.contains("open the port"), "{said}");
}

/// A server with a certificate of its own authority; no client trusts it, so LDAP never begins.
struct Certified {
    url: String,
    ca: String,
}

impl Certified {
    fn new(name: &str, (from, to): (i32, i32)) -> Self {
        let authority_key = KeyPair::generate().expect("a key");
        let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = authority.self_signed(&authority_key).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let mut server = CertificateParams::new([name.to_owned()]).expect("parameters");
        (server.not_before, server.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        let issuer = Issuer::from_params(&authority, &authority_key);
        let certificate = server.signed_by(&key, &issuer).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            )
            .expect("a server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("ldaps://{}", listener.local_addr().expect("its address"));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let session = ServerConnection::new(Arc::new(config.clone())).expect("a session");
                // The client closes the connection when it sees the certificate.
                let _ = StreamOwned::new(session, socket).read(&mut [0; 16]);
            }
        });
        Self { url, ca: ca.pem() }
    }

    fn said(&self) -> String {
        let mut wanted = slapd_wanted("reader");
        wanted.connection.url = self.url.clone();
        wanted.ca = Some(self.ca.clone());
        wanted.error()
    }
}
