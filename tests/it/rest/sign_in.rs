//! What lets us in: a key or token in any header, a name and a password, a token that a call gives, and never to an address that
//! is not permitted.

use crate::support::http_server::{Reply, Request};
use crate::support::rest::Crm;
use crate::support::rest::double::{Double, State, failure};
use serde_json::json;
use std::sync::{Arc, Mutex};

const ACCOUNTS: &str = r"
accounts:
  - list: { path: /users, records: /result }
    id: /id
    fields: { userName: /login, email: /email, displayName: /name, title: /title, externalId: /uuid }
    rights: { role: { record: /roles } }
";

/// A double that lets in whoever it is that the guard knows, and has nobody.
fn guarded(knows: impl Fn(&Request) -> bool + Send + 'static) -> Double {
    Double::with_fault(Box::new(move |request: &Request, _: &mut State| {
        Some(match (request.path(), knows(request)) {
            ("/session", _)
                if request.body == r#"{"of":"north","user":"ida","word":"secret \"of\" ida"}"# =>
            {
                Reply::json(200, &json!({ "token": "given", "seconds": "600" }))
            }
            ("/session", _) => failure("no such user"),
            (_, true) => Reply::json(200, &json!({ "result": [] })),
            (_, false) => Reply::json(401, &json!({ "message": "who are you?" })),
        })
    }))
}

fn company(double: &Double, connector: &str, rest: &str, secret: &str) -> Crm {
    let connector = format!("apiVersion: rolewright/v1\nkind: Connector\nname: crm\n{connector}{ACCOUNTS}");
    let rest = format!("rest: {{ url: '{}', connector: crm, {rest} }}", double.url());
    let mut company = Crm::new(&rest, &connector, 0);
    company.playground.edit(
        "policies/crm/policies.yaml",
        "deleted: delete\noutOfScope: deactivate\ndisabled: deactivate",
        "deleted: keep\noutOfScope: keep\ndisabled: keep",
    );
    company.playground.commit_all("Nobody is barred");
    company.playground.secret("ROLEWRIGHT_CRM", secret);
    company
}

#[test]
fn whatever_lets_us_in_is_sent_as_the_connector_says() {
    const TOKEN: &str = "credential: { env: ROLEWRIGHT_CRM }";
    const BASIC: &str = "basic: { user: ida, credential: { env: ROLEWRIGHT_CRM } }";
    let sign_in = "settings: [part]\nauthentication: { header: X-Session, signIn: { path: /session, body: { user: '{user}', word: '{password}', of: '{part}' }, token: /token, expiresIn: /seconds } }\n";
    for (connector, rest, secret, header, value) in [
        ("", TOKEN, "abc", "authorization", "Bearer abc"),
        ("authentication: { header: X-Api-Key }\n", TOKEN, "abc", "x-api-key", "abc"),
        ("authentication: { prefix: 'Token ' }\n", TOKEN, "abc", "authorization", "Token abc"),
        ("", BASIC, "abc", "authorization", "Basic aWRhOmFiYw=="),
        (
            sign_in,
            &format!("{BASIC}, settings: {{ part: north }}"),
            "secret \"of\" ida",
            "x-session",
            "given",
        ),
        ("headers: { X-Version: '2026-01' }\n", TOKEN, "abc", "x-version", "2026-01"),
    ] {
        let double = guarded(move |request| request.header(header) == Some(value));
        let plan = company(&double, connector, rest, secret).playground.run(&["plan"]).ends(0);
        assert!(plan.stdout.contains("No changes."), "{connector}: {}", plan.stdout);
    }
}

#[test]
fn h19_a_key_that_an_answer_repeats_is_struck_out() {
    let seen = Arc::new(Mutex::new(0));
    let count = Arc::clone(&seen);
    let double = Double::with_fault(Box::new(move |request: &Request, _: &mut State| {
        *count.lock().ok()? += 1;
        let key = request.header("x-api-key").unwrap_or_default();
        Some(Reply::json(403, &json!({ "message": format!("the key {key} may not") })))
    }));
    let connector = "authentication: { header: X-Api-Key }\n";
    let company = company(&double, connector, "credential: { env: ROLEWRIGHT_CRM }", "canary-key-of-crm");
    let ended = company.playground.run(&["plan"]).ends(7);
    assert!(ended.stderr.contains("the key [REDACTED] may not"), "{}", ended.stderr);
    assert!(seen.lock().is_ok_and(|seen| *seen > 0));
}

#[test]
fn h12_an_api_at_a_private_address_is_called_only_if_it_is_listed() {
    let double = guarded(|_| true);
    let company = company(&double, "", "credential: { env: ROLEWRIGHT_CRM }", "abc");
    company.playground.edit(
        "policies/workspace.yaml",
        "protectedBranch: main",
        "protectedBranch: main\nreview: { forge: github }",
    );
    company.playground.commit_all("Under review");
    let run = |list: &str| {
        let mut command = company.playground.command(&["plan"]);
        let output = command.env("ROLEWRIGHT_PRIVATE_ADDRESSES", list).output();
        crate::support::playground::CommandOutput::of(output.expect("the binary starts"))
    };
    let refused = run("10.0.0.0/8").ends(7);
    assert!(refused.stderr.contains("which is not public and so is not called here"), "{}", refused.stderr);
    assert_eq!(double.count("GET"), 0);
    run("127.0.0.0/8").ends(0);
}
