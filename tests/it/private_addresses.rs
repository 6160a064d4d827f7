//! Under review, and for a pull request, only public addresses are called, and those that the operator lists (threat H12).
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "nobody must call this server")]

use crate::support::ldap::double::{Content, Double, Step};
use crate::support::playground::{CommandOutput, Playground};
use crate::support::scim::stub::{Reply, Stub};
use crate::support::scim::workspace::dstny_by_scim;
use rolewright::apply::scim::ScimWriter;
use rolewright::fetch::ldap::{ReadRequest, read};
use rolewright::http::Limits;
use rolewright::model::{AddressRule, MailConnection, MailSecurity, Secret};
use rolewright::notify::{self, Letter};
use std::net::TcpListener;

const LIST: &str = "ROLEWRIGHT_PRIVATE_ADDRESSES";

/// A service without accounts, and with the group that policies name.
fn nobody() -> Stub {
    Stub::start(|line| {
        let groups = r#"{"totalResults":1,"Resources":[{"id":"g","displayName":"Non AD sync"}]}"#;
        let body = if line.contains("/Groups") { groups } else { r#"{"totalResults":0}"# };
        Reply::Whole(200, "", body.to_owned())
    })
}

/// A workspace whose application is at this URL.
fn at(url: &str) -> Playground {
    let mut playground = Playground::new();
    dstny_by_scim(&playground, url);
    playground.secret("ROLEWRIGHT_DSTNY", "a-token-of-this-test");
    playground
}

fn run(playground: &Playground, arguments: &[&str], list: Option<&str>) -> CommandOutput {
    let mut command = playground.command(arguments);
    match list {
        Some(list) => command.env(LIST, list),
        None => command.env_remove(LIST),
    };
    CommandOutput::of(command.output().unwrap())
}

fn refused(output: &CommandOutput, host: &str) {
    let all = format!("{}{}", output.stdout, output.stderr);
    assert!(all.contains(&format!("`{host}` has the address `127.0.0.1`")), "{all}");
    assert!(all.contains(LIST), "{all}");
    assert!(!all.contains("a-token-of-this-test"), "{all}");
}

#[test]
fn h12_without_review_private_addresses_are_called_as_ever() {
    let stub = nobody();
    run(&at(&stub.url()), &["plan"], None).ends(0);
    assert!(stub.count("GET /Users") > 0);
    // A list holds nevertheless.
    let other = nobody();
    refused(&run(&at(&other.url()), &["plan"], Some("10.0.0.0/8")).ends(7), "127.0.0.1");
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn h12_under_review_a_private_address_is_called_only_if_it_is_listed() {
    let stub = nobody();
    for url in [stub.url(), stub.url().replace("127.0.0.1", "localhost")] {
        let playground = at(&url);
        playground.edit(
            "policies/workspace.yaml",
            "protectedBranch: main",
            "protectedBranch: main\nreview: { forge: github }",
        );
        let host = if url.contains("localhost") { "localhost" } else { "127.0.0.1" };
        for command in ["plan", "snapshot"] {
            let arguments =
                if command == "plan" { vec!["plan"] } else { vec!["snapshot", "--output", "saved"] };
            refused(&run(&playground, &arguments, None).ends(7), host);
            refused(&run(&playground, &arguments, Some("10.0.0.0/8, ::1")).ends(7), host);
        }
        assert_eq!(stub.requests().len(), 0);
        refused(&run(&playground, &["doctor"], None), host);
        assert_eq!(stub.requests().len(), 0);
    }
    let playground = at(&stub.url());
    playground.edit(
        "policies/workspace.yaml",
        "protectedBranch: main",
        "protectedBranch: main\nreview: { forge: github }",
    );
    run(&playground, &["plan"], Some("10.0.0.0/8, 127.0.0.0/8")).ends(0);
    assert!(stub.count("GET /Users") > 0);
    let wrong = run(&playground, &["plan"], Some("intranet.example")).ends(1);
    assert!(wrong.stderr.contains("`intranet.example` is neither an address"), "{}", wrong.stderr);
}

#[test]
fn h12_the_job_of_a_pull_request_calls_private_addresses_only_if_they_are_listed() {
    let stub = nobody();
    let playground = at(&stub.url());
    playground.git(&["switch", "-q", "-c", "feature"]);
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    playground.commit("Fewer");
    for command in ["plan", "check"] {
        let arguments = [command, "--base", "main", "--head", "feature"];
        let output = run(&playground, &arguments, None);
        assert_ne!(output.code, 0);
        refused(&output, "127.0.0.1");
    }
    assert_eq!(stub.requests().len(), 0);
    run(&playground, &["plan", "--base", "main", "--head", "feature"], Some("127.0.0.1"));
    assert!(stub.count("GET /Users") > 0);
}

#[test]
fn h12_ldap_mail_and_writers_keep_to_the_rule_too() {
    let public = AddressRule::public_and("").unwrap();
    let double = Double::start(Content::small(), |_, _| Step::Serve);
    let wanted = double.wanted();
    let request = ReadRequest { addresses: &public, ..wanted.request() };
    let said = read(&request, &Secret::new("password".to_owned())).unwrap_err().to_string();
    assert!(said.contains("`127.0.0.1` has the address `127.0.0.1`"), "{said}");
    assert_eq!(double.connections(), 0);

    let said =
        ScimWriter::new("http://127.0.0.1:1", None, Limits::default(), &public).unwrap_err().to_string();
    assert!(said.contains("has the address `127.0.0.1`"), "{said}");
    let said =
        ScimWriter::new("https://[::ffff:169.254.169.254]/", None, Limits::default(), &public).unwrap_err();
    assert!(said.to_string().contains("which is not public"), "{said}");

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connection = MailConnection {
        server: "localhost".to_owned(),
        port: listener.local_addr().unwrap().port(),
        from: "rolewright@contoso.example".to_owned(),
        user: String::new(),
        credential: None,
        security: MailSecurity::None,
    };
    let letter = Letter {
        to: "a@contoso.example".to_owned(),
        subject: "a".to_owned(),
        text: "b".to_owned(),
        attachment: None,
    };
    let sent = notify::send(&connection, None, &[letter], notify::Limits::default(), &public);
    let said = sent[0].as_ref().unwrap_err().to_string();
    assert!(said.contains("`localhost` has the address"), "{said}");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "somebody called the mail server");
}
