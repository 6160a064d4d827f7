//! The server reads policies and a saved snapshot. It calls nobody and needs no secret, whatever policies say.
#![expect(clippy::disallowed_types, reason = "tests listen")]
#![expect(clippy::disallowed_methods, reason = "tests remove files")]

use crate::support::language_server::{LanguageServer, position, uri};
use crate::support::playground::Playground;
use serde_json::{Value, json};
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;

const SECRET: &str = "canary-of-the-editor";

#[test]
fn h26_an_editor_session_calls_nobody_and_reads_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://{}/scim/v2", listener.local_addr().unwrap());
    let mut playground = Playground::of(&["dstny"]);
    for name in ["ROLEWRIGHT_DSTNY", "ROLEWRIGHT_KEY", "GITHUB_TOKEN"] {
        playground.secret(name, SECRET);
    }
    let file = "policies/dstny/application.yaml";
    let sqlite = "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }";
    playground.edit(
        file,
        sqlite,
        &format!("scim: {{ url: '{url}', credential: {{ env: ROLEWRIGHT_DSTNY }} }}"),
    );
    playground.edit(file, "callCentre: {", "callCentre: { wire: { group: '{callCentre}' },");
    fs::remove_file(playground.path("policies/dstny/start.yaml")).unwrap();
    playground.run(&["validate"]).ends(0);
    let command = playground.command(&["lsp", "--snapshot", "nowhere"]);
    let mut server = LanguageServer::start(command, &playground.path("."), json!({}), Value::Null);
    let (path, rules) =
        ("policies/dstny/linking-rules.yaml", playground.read("policies/dstny/linking-rules.yaml"));
    let uri = uri(&playground.path(path));
    server.open(&uri, &rules);
    let mut told = String::new();
    for method in ["completion", "hover", "definition", "references", "prepareRename"] {
        let place = position(&rules, rules.find("agents").unwrap());
        let asked = json!({
            "textDocument": { "uri": uri }, "position": place, "context": { "includeDeclaration": true, "triggerKind": 1 },
        });
        told += &format!("{:?}\n", server.ask(&format!("textDocument/{method}"), asked));
    }
    told += &format!("{:?} {:?}", server.diagnostics, server.notices);
    assert!(told.contains("linking rule"), "{told}");
    assert!(told.contains("nowhere"), "a hover says that there is no such snapshot: {told}");
    assert!(!told.contains(SECRET), "{told}");
    assert_eq!(server.end(), 0);
    assert_eq!(
        listener.accept().map(|_| ()).unwrap_err().kind(),
        ErrorKind::WouldBlock,
        "somebody was called"
    );
}

/// In a folder that somebody else wrote, a link of the snapshot could lead to a device that never ends, or to another's data.
#[test]
fn h26_a_snapshot_with_a_link_in_it_is_not_read() {
    let playground = Playground::of(&["dstny"]);
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    let rules = playground.read("policies/dstny/linking-rules.yaml");
    let address = uri(&playground.path("policies/dstny/linking-rules.yaml"));
    let hover = || {
        let command = playground.command(&["lsp", "--snapshot", "saved"]);
        let mut server = LanguageServer::start(command, &playground.path("."), json!({}), Value::Null);
        server.open(&address, &rules);
        let place = position(&rules, rules.find("agents").unwrap());
        let asked = json!({ "textDocument": { "uri": address }, "position": place });
        let told = format!("{:?}", server.ask("textDocument/hover", asked));
        server.end();
        told
    };
    let read = hover();
    assert!(!read.contains("not a plain file"), "{read}");
    let file = playground.path("saved/applications/dstny/grants.ndjson");
    let moved = playground.path("grants.ndjson");
    fs::rename(&file, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &file).unwrap();
    let refused = hover();
    assert!(refused.contains("grants.ndjson: is not a plain file"), "{refused}");
}
