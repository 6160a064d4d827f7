//! How a SCIM service lets us in: a password, tokens of an authorization server, certificates; over TLS, by the binary.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]
#![expect(clippy::disallowed_types, reason = "a proxy listens")]

use crate::support::http_server::{Reply, Request, Server, parameters};
use crate::support::playground::{CommandOutput, Playground};
use crate::support::scim::double::{Double, Ways};
use crate::support::scim::limits;
use crate::support::scim::workspace::dstny_by_scim;
use crate::support::tls::Authority;
use crate::support::workspaces::{cases, checked, workspace};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rolewright::http::{
    Authorization, Call, HttpError, LimitedToken, Method, NewToken, Service, SignIn, TokenSource,
};
use rolewright::model::{AddressRule, Secret};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECRET: &str = "canary secret+of the client";
const TOKENS: &str = "canary-token";

fn ways() -> Ways {
    serde_json::from_value(json!({ "users": 2 })).unwrap()
}

/// The worked policies, with the application at this address, let in like this.
fn playground(url: &str, scim: &str) -> Playground {
    let mut playground = Playground::new();
    dstny_by_scim(&playground, url);
    // It names a group that the service does not have.
    playground.git(&["rm", "-q", "policies/dstny/exclusions.yaml"]);
    playground.edit("policies/dstny/application.yaml", "credential: { env: ROLEWRIGHT_DSTNY }", scim);
    playground.secret("ROLEWRIGHT_DSTNY", SECRET);
    playground
}

/// Reads and writes by the sign-in, through the readers, the writer and the doctor; nothing that is said holds a secret.
fn works(playground: &Playground, double: &Double) {
    playground.commit("The sign-in");
    silent(&playground.run(&["plan"])).ends(0);
    let ran = silent(&playground.run(&["doctor", "--application", "dstny"])).ends(0);
    assert!(ran.stdout.contains("passed  sign-in"), "{}", ran.stdout);
    let before = double.names();
    silent(&playground.run(&["apply"])).ends(0);
    assert!(double.names().len() > before.len(), "{:?}", double.names());
}

fn silent(ran: &CommandOutput) -> CommandOutput {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let hidden = [SECRET, TOKENS, &STANDARD.encode(format!("rolewright:{SECRET}"))];
    for secret in hidden {
        assert!(!said.contains(secret), "{said}");
    }
    CommandOutput { code: ran.code, stdout: ran.stdout.clone(), stderr: ran.stderr.clone() }
}

#[test]
fn a_name_and_a_password_over_tls_of_a_private_authority() {
    let authority = Authority::new();
    let expected = format!("Basic {}", STANDARD.encode(format!("rolewright:{SECRET}")));
    let double = Double::guarded(ways(), Some(authority.server(false)), move |request| {
        request.header("authorization") == Some(&expected)
    });
    let scim = "ca: crm-ca.pem, basic: { user: rolewright, credential: { env: ROLEWRIGHT_DSTNY } }";
    let mut playground = playground(&double.url(), scim);
    playground.write("policies/crm-ca.pem", &authority.ca);
    works(&playground, &double);
    playground.secret("ROLEWRIGHT_DSTNY", "another word");
    let ran = playground.run(&["plan"]).ends(7);
    assert!(ran.stderr.contains("401"), "{}", ran.stderr);
    let word = STANDARD.encode("rolewright:another word");
    assert!(!ran.stderr.contains("another word") && !ran.stderr.contains(&word), "{}", ran.stderr);
    playground.secret("ROLEWRIGHT_DSTNY", SECRET);
    for (ca, said) in
        [(Authority::new().ca.as_str(), "got no answer"), ("nothing", "contains no PEM certificate")]
    {
        playground.write("policies/crm-ca.pem", ca);
        let ran = playground.run(&["plan"]).ends(7);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn a_certificate_of_ours_where_the_service_asks_for_one() {
    let authority = Authority::new();
    let double = Double::guarded(ways(), Some(authority.server(true)), |request| {
        request.header("authorization").is_none()
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("client.pem"), authority.client()).unwrap();
    std::fs::write(folder.path().join("half.pem"), &authority.ca).unwrap();
    std::fs::write(folder.path().join("strange.pem"), Authority::new().client()).unwrap();
    let scim = "ca: crm-ca.pem, certificate: { file: client.pem }";
    let mut playground = playground(&double.url(), scim);
    playground.write("policies/crm-ca.pem", &authority.ca);
    playground.secret("ROLEWRIGHT_SECRETS_DIR", &folder.path().to_string_lossy());
    works(&playground, &double);
    for (file, said) in [
        ("half.pem", "the client certificate cannot be used"),
        ("strange.pem", "got no answer"),
        ("../client.pem", "is never a credential"),
    ] {
        playground.edit("policies/dstny/application.yaml", "client.pem", file);
        let ran = silent(&playground.run(&["plan"]));
        assert!(
            ran.code != 0 && format!("{}{}", ran.stdout, ran.stderr).contains(said),
            "{file}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("BEGIN"), "{}", ran.stderr);
        playground.edit("policies/dstny/application.yaml", file, "client.pem");
    }
    playground.edit("policies/dstny/application.yaml", ", certificate: { file: client.pem }", "");
    playground.run(&["plan"]).ends(7);
}

/// An authorization server: gives a token by the request that `proves` accepts, each good for some requests.
struct Tokens {
    server: Server,
    given: Arc<AtomicUsize>,
    valid: Arc<Mutex<(String, usize)>>,
    uses: usize,
}

impl Tokens {
    fn start(
        authority: &Authority,
        uses: usize,
        proves: impl Fn(&Request, &[(String, String)]) -> bool + Send + 'static,
    ) -> Self {
        let (given, valid) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<(String, usize)>>::default());
        let (number, held) = (Arc::clone(&given), Arc::clone(&valid));
        let server = Server::start_with(Some(authority.server(false)), |_| {
            Box::new(move |request| {
                let form = parameters(&request.body);
                let asks = ("grant_type".to_owned(), "client_credentials".to_owned());
                if request.method != "POST" || request.target != "/oauth2/token" || !form.contains(&asks) {
                    return Reply::json(404, &json!({}));
                }
                if !proves(&request, &form) {
                    return Reply::json(
                        401,
                        &json!({ "error": "invalid_client", "error_description": request.body }),
                    );
                }
                let token = format!("{TOKENS}-{}", number.fetch_add(1, Ordering::SeqCst));
                *held.lock().unwrap() = (token.clone(), uses);
                Reply::json(
                    200,
                    &json!({ "token_type": "Bearer", "access_token": token, "expires_in": 3600 }),
                )
            })
        });
        Self { server, given, valid, uses }
    }

    /// A service that lets its tokens in, each so often.
    fn service(&self, authority: &Authority) -> Double {
        let valid = Arc::clone(&self.valid);
        Double::guarded(ways(), Some(authority.server(false)), move |request| {
            let mut valid = valid.lock().unwrap();
            let (token, left) = &mut *valid;
            let is_it = request.header("authorization") == Some(&format!("Bearer {token}")) && *left > 0;
            *left = left.saturating_sub(1);
            is_it
        })
    }

    fn url(&self) -> String {
        format!("{}/oauth2/token", self.server.url())
    }
}

/// Policies that sign in so, with the certificates of the authority.
fn by_tokens(authority: &Authority, tokens: &Tokens, double: &Double, oauth: &str) -> Playground {
    let scim = format!(
        "ca: crm-ca.pem, oauth: {{ tokenUrl: '{}', clientId: 'crm/1', ca: crm-ca.pem, {oauth} }}",
        tokens.url()
    );
    let playground = playground(&double.url(), &scim);
    playground.write("policies/crm-ca.pem", &authority.ca);
    playground
}

#[test]
fn a_client_secret_gives_tokens_that_are_renewed_when_they_are_refused() {
    let authority = Authority::new();
    let value = |form: &[(String, String)], key: &str| {
        form.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
    };
    // RFC 6749, 2.3.1: both are encoded as in a form before they stand in the header.
    let header = format!("Basic {}", STANDARD.encode("crm%2F1:canary%20secret%2Bof%20the%20client"));
    let in_header = Tokens::start(&authority, 7, move |request, form| {
        request.header("authorization") == Some(&header)
            && value(form, "client_secret").is_none()
            && value(form, "scope").as_deref() == Some("scim:all")
            && value(form, "audience").as_deref() == Some("https://crm.example")
    });
    let in_form = Tokens::start(&authority, 1000, move |request, form| {
        request.header("authorization").is_none()
            && value(form, "client_id").as_deref() == Some("crm/1")
            && value(form, "client_secret").as_deref() == Some(SECRET)
            && value(form, "scope").is_none()
    });
    for (tokens, oauth) in [
        (
            in_header,
            "credential: { env: ROLEWRIGHT_DSTNY }, scope: 'scim:all', audience: 'https://crm.example'",
        ),
        (in_form, "credential: { env: ROLEWRIGHT_DSTNY }, sentAs: form"),
    ] {
        let double = tokens.service(&authority);
        let mut playground = by_tokens(&authority, &tokens, &double, oauth);
        works(&playground, &double);
        let given = tokens.given.load(Ordering::SeqCst);
        assert!(if tokens.uses < 10 { given > 4 } else { given <= 4 }, "{given}");
        playground.secret("ROLEWRIGHT_DSTNY", "another word");
        let ran = silent(&playground.run(&["plan"])).ends(7);
        assert!(ran.stderr.contains("no token was obtained: POST tokenUrl returned 401"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("another"), "{}", ran.stderr);
        let ran = playground.run(&["doctor"]).ends(7);
        assert!(ran.stdout.contains("failed  sign-in") && !ran.stdout.contains("another"), "{}", ran.stdout);
    }
}

#[test]
fn a_private_key_signs_an_assertion_for_the_authorization_server() {
    let authority = Authority::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(root.join("tests/cases/entra/certificate.pem")).unwrap();
    let known = pem.clone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ids = Arc::clone(&seen);
    let tokens = Tokens::start(&authority, 1000, move |_, form| {
        let value = |key: &str| form.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        let assertion = value("client_assertion").unwrap();
        let parts: Vec<&str> = assertion.split('.').collect();
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let header: Value = serde_json::from_slice(&part(parts[0])).unwrap();
        assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }));
        let claims: Value = serde_json::from_slice(&part(parts[1])).unwrap();
        assert!(claims["aud"].as_str().unwrap().ends_with("/oauth2/token"), "{claims}");
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("crm/1"), &json!("crm/1")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 360);
        ids.lock().unwrap().push(claims["jti"].to_string());
        verify(&known, &format!("{}.{}", parts[0], parts[1]), &part(parts[2]));
        value("client_assertion_type").as_deref()
            == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            && value("client_id").as_deref() == Some("crm/1")
    });
    let double = tokens.service(&authority);
    let oauth = "privateKey: { env: ROLEWRIGHT_DSTNY }, keyId: key-1";
    let mut playground = by_tokens(&authority, &tokens, &double, oauth);
    playground.secret("ROLEWRIGHT_DSTNY", &pem);
    works(&playground, &double);
    let mut ids = seen.lock().unwrap().clone();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "each assertion is another one");
    playground.secret("ROLEWRIGHT_DSTNY", &authority.client());
    let ran = playground.run(&["plan"]).ends(7);
    assert!(ran.stderr.contains("the private key is not an RSA key"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("BEGIN"), "{}", ran.stderr);
}

/// Asserts that the signature was made with the key.
fn verify(pem: &str, message: &str, signature: &[u8]) {
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject;
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    let public = key.public_key().unwrap();
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let mut mappings = algorithms.mapping.iter();
    let wanted = mappings.find(|mapping| mapping.0 == rustls::SignatureScheme::RSA_PKCS1_SHA256).unwrap();
    // The key itself follows 24 bytes that describe its type, for a key of 2048 bits.
    wanted.1[0].verify_signature(&public.as_ref()[24..], message.as_bytes(), signature).unwrap();
}

/// A proxy (RFC 9110, 9.3.6): what it is asked to connect to, and what it sees of it.
fn proxy(to: String) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count > 0) {
                head.push(byte[0]);
            }
            heard.lock().unwrap().push_str(&String::from_utf8_lossy(&head));
            let mut server = TcpStream::connect(&to).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || drop(std::io::copy(&mut from_client, &mut to_server)));
            drop(std::io::copy(&mut server, &mut client));
            drop(client.shutdown(Shutdown::Both));
        }
    });
    (url, seen)
}

/// The operator names a proxy in the environment, never a policy. It resolves the name, and sees nothing of what is sent.
#[test]
fn through_the_operators_proxy() {
    let authority = Authority::new();
    let double = Double::guarded(ways(), Some(authority.server_named("crm.invalid", false)), |request| {
        request.header("authorization") == Some("Bearer canary-token")
    });
    let (url, seen) = proxy(double.url().replace("https://", ""));
    let scim = "ca: crm-ca.pem, credential: { env: ROLEWRIGHT_DSTNY }";
    let mut playground = playground("https://crm.invalid/", scim);
    playground.write("policies/crm-ca.pem", &authority.ca);
    playground.secret("ROLEWRIGHT_DSTNY", "canary-token");
    let ran = silent(&playground.run(&["plan"])).ends(7);
    assert!(ran.stderr.contains("got no answer"), "{}", ran.stderr);
    playground.secret("HTTPS_PROXY", &url);
    silent(&playground.run(&["plan"])).ends(0);
    let seen = seen.lock().unwrap();
    assert!(seen.contains("CONNECT crm.invalid:443"), "{seen}");
    assert!(!seen.contains("canary") && !seen.to_lowercase().contains("\r\nauthorization"), "{seen}");
}

/// Both the authorization server and the service get what follows from the client's secret.
#[test]
fn h5_each_host_that_gets_a_credential_is_a_pair_to_be_permitted() {
    let set = checked(&workspace(&cases().join("sign-in"))).policies.unwrap();
    let pairs: Vec<String> = set.destinations().iter().map(ToString::to_string).collect();
    assert_eq!(
        pairs,
        [
            "ROLEWRIGHT_CRM=https://crm.example",
            "ROLEWRIGHT_ERP=https://erp.example",
            "ROLEWRIGHT_ERP=https://login.erp.example",
            "file:hr-client.pem=https://hr.example",
            "file:hr-key.pem=https://hr.example",
            "file:hr-key.pem=https://login.hr.example:8443",
        ]
    );
}

/// Gives tokens, or none, and counts how often it was asked.
#[derive(Debug)]
struct Source {
    asked: AtomicUsize,
    gives: bool,
    lifetime: Duration,
}

impl TokenSource for Source {
    fn token(&self) -> NewToken<'_> {
        Box::pin(async {
            let number = self.asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            match self.gives {
                true => {
                    Ok(LimitedToken { secret: Secret::new(format!("t-{number}")), lifetime: self.lifetime })
                }
                false => Err("not you".to_owned()),
            }
        })
    }
}

/// However many changes wait for a token, it is asked for once; and a sign-in that failed rests before the next.
#[tokio::test]
async fn a_token_is_asked_for_once_for_all_calls() {
    let server = Server::start(|_| Box::new(|_| Reply::json(200, &json!({}))));
    for (gives, lifetime, asked) in [(true, 3600, 1), (true, 0, 8), (false, 0, 1)] {
        let source =
            Arc::new(Source { asked: AtomicUsize::new(0), gives, lifetime: Duration::from_secs(lifetime) });
        let shared: Arc<dyn TokenSource> = Arc::<Source>::clone(&source);
        let sign_in = SignIn { authorization: Authorization::Tokens(shared), ..SignIn::default() };
        let service =
            Service::signed_in(&server.url(), &sign_in, "application/json", limits(), &AddressRule::Any)
                .unwrap();
        let call = Call::new(Method::Get, "/Users", "/Users");
        let calls = (0..8).map(|_| service.send(&call));
        for answer in futures_util::future::join_all(calls).await {
            match answer {
                Ok(_) => assert!(gives),
                Err(HttpError::SignIn { problem }) => assert!(!gives && problem == "not you", "{problem}"),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(source.asked.load(Ordering::SeqCst), asked);
    }
}
