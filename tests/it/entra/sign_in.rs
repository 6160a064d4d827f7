//! Tokens: requests for them, their renewal, and the advice when sign-in is refused.
#![expect(clippy::disallowed_methods, reason = "a certificate and an identity are files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{directory, incomplete, read_by, read_double, rules, secret};
use crate::support::entra::double::{Double, sign_in_refusal};
use crate::support::entra::tenant::{CLIENT, SECRET, TENANT, Tenant};
use crate::support::http_server::{Reply, Server, parameters};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rolewright::fetch::entra::Key;
use rolewright::model::{Cloud, Secret};
use rolewright::wire::graph::hosts;
use rolewright::wire::graph::refusal::{grant_help, sign_in_help};
use serde_json::{Value, json};
use std::path::Path;

fn tenant() -> Tenant {
    Tenant::new(8).with_group(1, "Sales", 0..8)
}

fn form(double: &Double) -> Vec<(String, String)> {
    let requests = double.requests();
    let token = requests.iter().find(|request| request.path() == format!("/{TENANT}/oauth2/v2.0/token"));
    parameters(&token.expect("a token was asked for").body)
}

fn field(form: &[(String, String)], name: &str) -> String {
    form.iter().find(|(known, _)| known == name).map(|form| form.1.clone()).unwrap_or_default()
}

#[tokio::test]
async fn mg_01_a_client_secret_is_sent_once_in_a_form_and_the_token_everywhere_else() {
    let double = Double::start(tenant());
    read_double(&double, "", &rules(&["Sales"])).await.unwrap();
    let form = form(&double);
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["grant_type", "client_id", "scope", "client_secret"]);
    assert_eq!(field(&form, "client_secret"), SECRET);
    assert_eq!(field(&form, "scope"), "https://graph.microsoft.com/.default");
    for request in double.requests().iter().skip(1) {
        assert_eq!(request.header("authorization"), Some("Bearer canary-token-0"));
        assert!(!request.target.contains("canary") && !request.body.contains("canary"));
    }
    assert!(double.requests()[0].header("authorization").is_none());
}

#[tokio::test]
async fn mg_01_a_token_is_renewed_before_it_ends() {
    let mut tenant = tenant();
    tenant.lifetime = 0;
    let double = Double::start(tenant);
    read_double(&double, "", &rules(&["Sales"])).await.unwrap();
    let tokens = double.count(&format!("/{TENANT}/oauth2/v2.0/token"));
    assert!(tokens > 3, "{tokens} tokens, each at its end at once");
}

#[tokio::test]
async fn f_11_a_token_that_expires_during_a_read_is_renewed_once_and_the_call_repeated() {
    let mut tenant = tenant();
    tenant.uses = 2;
    let double = Double::start(tenant.clone());
    let read = read_double(&double, "", &rules(&["Sales"])).await.unwrap();
    assert_eq!(read.users.len(), 8);
    let whole = Double::start(self::tenant());
    read_double(&whole, "", &rules(&["Sales"])).await.unwrap();
    let (calls, tokens) = (whole.requests().len() - 1, double.count(&format!("/{TENANT}/oauth2/v2.0/token")));
    assert_eq!(tokens, calls.div_ceil(2), "a token for each two calls");
    // If no token is ever accepted, only one renewal is tried.
    tenant.uses = 0;
    let double = Double::start(tenant);
    incomplete(read_double(&double, "", &rules(&["Sales"])).await, "Microsoft Graph refuses a new token");
    assert_eq!(double.requests().len(), 4);
}

#[tokio::test]
async fn f_11_a_token_that_ends_inside_a_batch_is_renewed() {
    let mut refused = false;
    let double = Double::faulty(tenant(), move |request, _, _| {
        let first = !refused && request.path().ends_with("/members");
        refused |= first;
        first.then(|| {
            crate::support::entra::double::error(401, "InvalidAuthenticationToken", "expired").into()
        })
    });
    let read = read_double(&double, "", &rules(&["Sales"])).await.unwrap();
    assert_eq!(super::members(&read, "Sales", true).len(), 8);
    assert_eq!(double.count(&format!("/{TENANT}/oauth2/v2.0/token")), 2);
}

#[tokio::test]
async fn mg_01_a_certificate_signs_an_assertion() {
    let pem = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/entra/certificate.pem"),
    );
    let pem = pem.unwrap();
    let double = Double::start(tenant());
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    read_by(&policy, Key::Certificate(Secret::new(pem.clone())), 3).await.unwrap();
    let assertion = field(&form(&double), "client_assertion");
    let parts: Vec<&str> = assertion.split('.').collect();
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Value = serde_json::from_slice(&part(parts[0])).unwrap();
    // The output of `openssl x509 -fingerprint -sha256`.
    let thumbprint = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/entra/thumbprint.txt"),
    );
    assert_eq!(header, json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint.unwrap().trim() }));
    let claims: Value = serde_json::from_slice(&part(parts[1])).unwrap();
    assert_eq!(claims["aud"], format!("{}/{TENANT}/oauth2/v2.0/token", double.url()));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 360);
    verify(&pem, &format!("{}.{}", parts[0], parts[1]), &part(parts[2]));
    for broken in [
        "",
        "-----BEGIN CERTIFICATE-----\nnot\n-----END CERTIFICATE-----",
        pem.split("-----BEGIN PRIVATE").next().unwrap(),
    ] {
        let said = incomplete(
            read_by(&policy, Key::Certificate(Secret::new(broken.to_owned())), 3).await,
            "PEM text contains no",
        );
        assert!(!said.contains("not\n"), "{said}");
    }
}

/// Asserts that the signature was made with the certificate's key.
pub(super) fn verify(pem: &str, message: &str, signature: &[u8]) {
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject;
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    let public = key.public_key().unwrap();
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let wanted = algorithms
        .mapping
        .iter()
        .find(|mapping| mapping.0 == rustls::SignatureScheme::RSA_PSS_SHA256)
        .unwrap();
    // The key itself follows 24 bytes that describe its type, for a key of 2048 bits.
    wanted.1[0].verify_signature(&public.as_ref()[24..], message.as_bytes(), signature).unwrap();
}

const IDENTITY: &str = "canary-header.canary-claims.canary-signature";

/// GitHub's service that issues identities to jobs.
fn github() -> Server {
    Server::start(|_| {
        Box::new(|request| {
            let asked = request.parameter("audience").as_deref() == Some("api://AzureADTokenExchange")
                && request.parameter("api-version").as_deref() == Some("2.0")
                && request.header("authorization") == Some("Bearer canary-request-token");
            match asked {
                true => Reply::json(200, &json!({ "value": IDENTITY, "count": 1 })),
                false => Reply::json(401, &json!({ "message": "not this token" })),
            }
        })
    })
}

#[tokio::test]
async fn mg_02_the_identity_of_a_github_job_is_exchanged_directly_and_anew_at_each_renewal() {
    let github = github();
    let mut tenant = tenant();
    tenant.uses = 3;
    let double = Double::start(tenant);
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    let url = format!("{}/identity?api-version=2.0", github.url());
    let key = Key::GitHub { url: url.clone(), token: Secret::new("canary-request-token".to_owned()) };
    read_by(&policy, key, 3).await.unwrap();
    let form = form(&double);
    assert_eq!(field(&form, "client_assertion"), IDENTITY);
    assert_eq!(
        field(&form, "client_assertion_type"),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert_eq!(field(&form, "client_secret"), "");
    let key = Key::GitHub { url, token: Secret::new("canary-other".to_owned()) };
    incomplete(
        read_by(&policy, key, 3).await,
        "GitHub did not give this job an identity token: GET /identity of this job returned 401",
    );
}

#[tokio::test]
async fn mg_02_an_identity_in_a_file_is_read_at_each_renewal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let double = Double::start(tenant());
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    incomplete(read_by(&policy, Key::File(file.clone()), 3).await, "the identity token in");
    std::fs::write(&file, format!("{IDENTITY}\n")).unwrap();
    read_by(&policy, Key::File(file), 3).await.unwrap();
    read_by(&policy, Key::Identity(Secret::new(IDENTITY.to_owned())), 3).await.unwrap();
}

#[tokio::test]
async fn mg_02_a_federated_credential_that_is_too_new_is_waited_for() {
    let fault = |times: usize| {
        Double::faulty(tenant(), move |request, before, _| {
            let refused = request.path().ends_with("/token") && before < times;
            let message = "No matching federated identity record found for presented assertion subject.";
            refused.then(|| sign_in_refusal(70021, message).into())
        })
    };
    let double = fault(3);
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    read_by(&policy, Key::Identity(Secret::new(IDENTITY.to_owned())), 3).await.unwrap();
    let double = fault(99);
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    let read = read_by(&policy, Key::Identity(Secret::new(IDENTITY.to_owned())), 3).await;
    incomplete(read, "no federated credential of the app registration");
    assert_eq!(double.requests().len(), 4, "tried four times, not for ever");
    // This reason does not apply to a client secret.
    let read = read_by(&policy, secret(), 3).await;
    incomplete(read, "AADSTS70021");
    assert_eq!(double.requests().len(), 5);
}

#[test]
fn mg_03_each_cloud_is_one_setting() {
    let of = |cloud| {
        let hosts = hosts(cloud, None);
        assert_eq!(hosts.scope, format!("{}/.default", hosts.graph));
        (hosts.login, hosts.graph)
    };
    let pair = |login: &str, graph: &str| (format!("https://{login}"), format!("https://{graph}"));
    assert_eq!(of(Cloud::Global), pair("login.microsoftonline.com", "graph.microsoft.com"));
    assert_eq!(of(Cloud::UsGov), pair("login.microsoftonline.us", "graph.microsoft.us"));
    assert_eq!(of(Cloud::UsGovDod), pair("login.microsoftonline.us", "dod-graph.microsoft.us"));
    assert_eq!(of(Cloud::China), pair("login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"));
    let double = hosts(Cloud::China, Some("http://127.0.0.1:1/"));
    assert_eq!((double.login.as_str(), double.graph.as_str()), ("http://127.0.0.1:1", "http://127.0.0.1:1"));
}

#[tokio::test]
async fn mg_01_a_refused_sign_in_says_code_request_and_what_to_do() {
    let double = Double::start(tenant());
    let wrong = Key::Secret(Secret::new("canary-wrong".to_owned()));
    let policy = directory(&double.url(), "", &rules(&["Sales"]));
    let said = incomplete(read_by(&policy, wrong, 3).await, "AADSTS7000215");
    assert!(said.contains("(request 7d3ad66d-0000-4000-8000-000000000002)"), "{said}");
    assert!(said.contains("store the *value* of a secret of the app registration"), "{said}");
    assert_eq!(double.requests().len(), 1, "a wrong secret is sent once");
}

#[test]
fn mg_01_each_refusal_of_sign_in_says_what_to_do() {
    for (code, says) in [
        (7_000_215, "*value* of a secret"),
        (7_000_222, "the client secret has expired"),
        (700_016, "has no application"),
        (90_002, "there is no tenant"),
        (7_000_112, "is disabled in the tenant"),
        (700_027, "upload its public part"),
        (700_024, "the clock of this machine"),
        (70_021, "no federated credential"),
        (700_213, "issuer, subject and audience"),
        (900_382, "another of Microsoft's clouds"),
        (53_003, "Conditional Access"),
    ] {
        let help = sign_in_help(&format!("AADSTS{code}: something"), TENANT, CLIENT, true);
        assert!(help.as_ref().is_some_and(|help| help.contains(says)), "{code}: {help:?}");
    }
    assert_eq!(sign_in_help("AADSTS1: something", TENANT, CLIENT, true), None);
    assert_eq!(sign_in_help("nothing", TENANT, CLIENT, true), None);
}

#[tokio::test]
async fn mg_17_a_missing_permission_is_named() {
    for (permission, route) in [
        ("User.Read.All", "/users"),
        ("GroupMember.Read.All", "/groups"),
        ("Application.Read.All", "/servicePrincipals/{id}"),
    ] {
        let double = Double::start(tenant().without(permission));
        let read = read_double(&double, "", &rules(&["Sales"])).await;
        let said = incomplete(read, &format!("GET {route} returned 403"));
        let help = format!(
            "grant the application permission `{permission}` of Microsoft Graph to the app registration `{CLIENT}`"
        );
        assert!(said.contains("Authorization_RequestDenied"), "{said}");
        assert!(said.contains(&help) && said.contains(&grant_help(route, TENANT, CLIENT)), "{said}");
    }
}
