//! Microsoft's own clients read the double, so our client may rely on the double's answers.
#![expect(clippy::disallowed_methods, reason = "certificates are files")]
#![expect(clippy::disallowed_types, reason = "tests run a client")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::sign_in::verify;
use crate::support::entra::double::Double;
use crate::support::entra::tenant::{CLIENT, SECRET, TENANT, Tenant, group, user};
use crate::support::http_server::{Reply, parameters};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/graph-client.sh");
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/entra/certificate.pem");
const SELECTED: [&str; 6] =
    ["id", "displayName", "userPrincipalName", "accountEnabled", "mail", "businessPhones"];

/// A tenant whose lists have several pages, with groups in groups and members of other kinds.
fn tenant() -> Tenant {
    Tenant::new(23)
        .with_group(1, "Sales", 0..9)
        .with_group(2, "Outer", [3])
        .with_member(2, "group", group(3))
        .with_member(2, "device", user(99))
        .with_group(3, "Inner's", [20, 21])
        .with_group(4, "Empty", [])
}

/// A certificate for 127.0.0.1, and a folder with the authority that issued it.
fn certified() -> (Arc<ServerConfig>, TempDir) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    params.distinguished_name.push(DnType::CommonName, "an authority");
    let key = KeyPair::generate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("authority.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let mut leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    let chain = vec![leaf.signed_by(&key, &issuer).unwrap().der().clone()];
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()));
    (Arc::new(config.unwrap()), folder)
}

/// What Microsoft's clients read from the double's tenant.
fn seen(double: &Double, folder: &TempDir, proof: [&str; 2]) -> Value {
    let authority = folder.path().join("authority.pem");
    let ran = Command::new(SCRIPT)
        .args([&double.url(), TENANT, CLIENT])
        .arg(&authority)
        .args(proof)
        .env("NO_PROXY", "127.0.0.1")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(ran.status.success(), "the client ends with {}", ran.status);
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// What the tenant contains, in the same form.
fn held(tenant: &Tenant) -> Value {
    let user = |user: &Value| -> Value {
        SELECTED.iter().map(|name| (name.to_string(), user[*name].clone())).collect()
    };
    let members = |id: &str| -> Vec<Value> {
        tenant.members[id].iter().map(|(kind, id)| json!([format!("#microsoft.graph.{kind}"), id])).collect()
    };
    let group = |group: &Value| {
        let id = group["id"].as_str().unwrap();
        (id.to_owned(), json!({ "name": group["displayName"], "members": members(id) }))
    };
    json!({
        "users": tenant.users.iter().map(user).collect::<Vec<_>>(),
        "groups": tenant.groups.iter().map(group).collect::<Value>(),
    })
}

#[test]
fn mg_01_microsofts_clients_sign_in_with_a_secret_and_see_the_tenant() {
    let (tls, folder) = certified();
    let double = Double::start_with(Some(tls), tenant(), |_, _, _| None);
    assert_eq!(seen(&double, &folder, ["secret", SECRET]), held(&tenant()));
    // Seven users a page: three next links were followed, the last page has none.
    assert_eq!(double.count("/v1.0/users"), 4);
}

#[test]
fn mg_01_microsofts_clients_sign_in_with_a_certificate_like_ours() {
    let (tls, folder) = certified();
    let double = Double::start_with(Some(tls), tenant(), |_, _, _| None);
    assert_eq!(seen(&double, &folder, ["certificate", CERTIFICATE]), held(&tenant()));
    let requests = double.requests();
    let asked = requests.iter().find(|request| request.path().ends_with("/oauth2/v2.0/token")).unwrap();
    let form = parameters(&asked.body);
    let assertion = &form.iter().find(|(name, _)| name == "client_assertion").unwrap().1;
    let parts: Vec<&str> = assertion.split('.').collect();
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let header: Value = serde_json::from_slice(&part(parts[0])).unwrap();
    let thumbprint = Path::new(CERTIFICATE).with_file_name("thumbprint.txt");
    // The same algorithm, and the same name for the certificate, as in the assertions that Rolewright signs.
    assert_eq!(header["alg"], "PS256");
    let named = header["x5t#S256"].as_str().unwrap().trim_end_matches('=');
    assert_eq!(named, fs::read_to_string(thumbprint).unwrap().trim());
    let claims: Value = serde_json::from_slice(&part(parts[1])).unwrap();
    assert_eq!(claims["aud"], format!("{}/{TENANT}/oauth2/v2.0/token", double.url()));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    verify(&fs::read_to_string(CERTIFICATE).unwrap(), &format!("{}.{}", parts[0], parts[1]), &part(parts[2]));
}

#[test]
fn mg_13_microsofts_clients_wait_as_long_as_the_double_says() {
    let (tls, folder) = certified();
    let double = Double::start_with(Some(tls), tenant(), |request, before, _| {
        let throttled = request.path() == "/v1.0/users" && before == 1;
        throttled.then(|| Reply::Whole(429, vec![("Retry-After", "1".to_owned())], Vec::new()))
    });
    assert_eq!(seen(&double, &folder, ["secret", SECRET]), held(&tenant()));
    assert_eq!(double.count("/v1.0/users"), 5);
}
