//! Secrets: of a directory, a mail server, the forge, and the operator's key.

use super::{Outputs, ledgers, say, silent};
use crate::support::entra::double::{Double, error};
use crate::support::entra::tenant::SECRET;
use crate::support::entra::workspace::by_graph;
use crate::support::entra::workspace::tenant_of;
use crate::support::playground::Playground;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const OPERATOR: &str = "canary-operator-key-0123456789abcdef0123456789abcdef";
const FORGE: &str = "ghs_canaryforgetoken0123456789abcdefghijkl";
const MAIL: &str = "canary-mail-password-31415926";

/// Each secret in every form in which it is sent.
fn canaries() -> Vec<String> {
    let secrets = [SECRET, OPERATOR, FORGE, MAIL, "canary-in-a-url"];
    let forms = |secret: &str| {
        [
            secret.to_owned(),
            secret.chars().rev().collect(),
            STANDARD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            STANDARD.encode(format!("\0rolewright\0{secret}")),
            secret.replace('~', "%7E"),
            secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>(),
        ]
    };
    secrets.iter().flat_map(|secret| forms(secret)).collect()
}

const COMMANDS: [&[&str]; 24] = [
    &["validate"],
    &["validate", "--format", "json"],
    &["validate", "--format", "sarif"],
    &["validate", "--format", "github"],
    &["plan"],
    &["plan", "--full"],
    &["plan", "--format", "json"],
    &["plan", "--format", "tsv"],
    &["plan", "--format", "lists"],
    &["plan", "--format", "markdown"],
    &["plan", "--user", "bo.dahl@contoso.example"],
    &["plan", "--base", "HEAD~1", "--head", "HEAD"],
    &["explain", "bo.dahl@contoso.example"],
    &["groups"],
    &["groups", "--format", "json"],
    &["groups", "--format", "yaml"],
    &["doctor"],
    &["doctor", "--format", "json"],
    &["apply"],
    &["apply"],
    &["reconcile", "--once"],
    &["reconcile", "--once", "--log", "json"],
    &["history"],
    &["history", "--json"],
];

const ENVIRONMENT: [(&str, &str); 6] = [
    ("RUST_LOG", "trace"),
    ("RUST_BACKTRACE", "full"),
    ("ROLEWRIGHT_KEY", OPERATOR),
    ("ROLEWRIGHT_MAIL", MAIL),
    ("GITHUB_TOKEN", FORGE),
    ("ROLEWRIGHT_GITHUB_TOKEN", FORGE),
];

/// The phone system with its users in a tenant, and a mail server that does not exist.
fn company(double: &Double) -> Playground {
    let mut playground = Playground::new().at_any_hour("dstny");
    playground.write(
        "policies/directories/contoso.yaml",
        &format!(
            "apiVersion: rolewright/v1\nkind: Directory\nname: contoso\n{}",
            by_graph(double, "{ env: ROLEWRIGHT_CONTOSO }")
        ),
    );
    playground.git(&["rm", "-q", "-f", "policies/directories/people.yaml"]);
    let workspace = playground.read("policies/workspace.yaml");
    playground.write(
        "policies/workspace.yaml",
        &(workspace + "mail: { server: '127.0.0.1:9', from: rolewright@contoso.example, credential: { env: ROLEWRIGHT_MAIL }, security: tls }\n"),
    );
    let application = playground.read("policies/dstny/application.yaml");
    playground.write(
        "policies/dstny/application.yaml",
        &(application + "notify: [{ send: always, to: [telephony@contoso.example] }]\n"),
    );
    playground.commit("Contoso by Graph, and letters");
    playground.secret("ROLEWRIGHT_CONTOSO", SECRET);
    playground
}

#[test]
fn no_secret_is_in_anything_that_is_said_or_left() {
    let people = Playground::new().read("policies/directories/people.yaml");
    let double = Double::start(tenant_of(&people)).unjudged();
    let playground = company(&double);
    let mut said = Outputs::new();
    say(&playground, &mut said, &ENVIRONMENT, &COMMANDS);
    let applied = said.iter().find(|(place, _)| place.contains("stdout of [\"apply\"]")).unwrap();
    assert!(applied.1.contains("Applied: "), "the commands come to their end: {said:#?}");
    ledgers(&playground, &mut said);
    assert!(said.iter().any(|(place, _)| place == "state.json"));
    silent(&said, &canaries());
}

#[test]
fn no_secret_is_in_what_is_said_of_a_service_that_repeats_it() {
    let people = Playground::new().read("policies/directories/people.yaml");
    for status in [400, 401, 403, 404, 500] {
        let double = Double::faulty(tenant_of(&people), move |request, _, _| {
            // The service repeats everything that it received, as some services do.
            let told = format!("{request:?} {}", SECRET);
            Some(rolewright_reply(error(status, "Canary", &told)))
        })
        .unjudged();
        let playground = company(&double);
        let mut said = Outputs::new();
        say(
            &playground,
            &mut said,
            &ENVIRONMENT,
            &[&["plan"], &["apply"], &["doctor"], &["groups"], &["explain", "x"]],
        );
        ledgers(&playground, &mut said);
        silent(&said, &canaries());
    }
}

fn rolewright_reply(answer: crate::support::entra::double::Answer) -> crate::support::http_server::Reply {
    answer.into()
}

#[test]
fn a_secret_in_a_policy_is_refused_and_not_shown() {
    for line in [
        "entra: { tenantId: a, clientId: b, credential: canary-mail-password-31415926 }",
        "entra: { tenantId: a, clientId: b, credential: { value: canary-mail-password-31415926 } }",
        "entra: { tenantId: a, clientId: b, credential: { env: ROLEWRIGHT_X }, endpoint: 'https://ida:canary-in-a-url@graph.example/' }",
        "clientSecret: canary-mail-password-31415926",
    ] {
        let playground = Playground::new();
        playground.write(
            "policies/directories/contoso.yaml",
            &format!("apiVersion: rolewright/v1\nkind: Directory\nname: contoso\n{line}\n"),
        );
        playground.commit("A secret");
        let mut said = Outputs::new();
        say(&playground, &mut said, &ENVIRONMENT, &COMMANDS);
        assert!(said[0].1.contains("error"), "{said:#?}");
        silent(&said, &canaries());
    }
}
