//! Microsoft's contract, checked by independent software: prism stands between the reader and the double, and refuses
//! what violates it (docs/decisions/0012).
#![expect(clippy::disallowed_methods, reason = "the contract is a file")]
#![expect(clippy::disallowed_types, reason = "tests start a server")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{connection, directory, incomplete, limits, read_by, read_kept, rules, secret, shown};
use crate::support::entra::double::Double;
use crate::support::entra::tenant::{Tenant, group, user};
use crate::support::http_server::Reply;
use rolewright::fetch::entra::Store;
use rolewright::http::Limits;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/prism.sh");
/// A path that does not exist: when prism logs it, it has logged everything before it.
const LAST: &str = "/the-end";
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/microsoft-graph.json");

/// The contract in a form that prism accepts: with the version in its paths, because prism removes the origin; with the
/// sign-in, because our double has it at the same address; with the count as text, because prism turns `text/plain`
/// into it.
fn contract() -> Value {
    let mut contract = taken(serde_json::from_str(&fs::read_to_string(CONTRACT).unwrap()).unwrap());
    let Value::Object(paths) = contract["paths"].take() else { panic!("the contract has no paths") };
    let mut paths: Map<String, Value> =
        paths.into_iter().map(|(path, operations)| (format!("/v1.0{path}"), operations)).collect();
    paths["/v1.0/users/$count"]["get"]["responses"]["200"]["content"] =
        json!({ "text/plain": { "schema": { "type": "string", "pattern": "^[0-9]+$" } } });
    let text = json!({ "type": "string" });
    let form = json!({
        "type": "object", "required": ["grant_type", "client_id", "scope", "client_secret"],
        "properties": { "grant_type": { "enum": ["client_credentials"] }, "client_id": text, "scope": text, "client_secret": text },
    });
    let token = json!({
        "type": "object", "required": ["token_type", "expires_in", "access_token"],
        "properties": { "token_type": text, "expires_in": { "type": "integer" }, "access_token": text },
    });
    paths.insert(
        "/{tenant}/oauth2/v2.0/token".to_owned(),
        json!({ "post": {
            "parameters": [{ "name": "tenant", "in": "path", "required": true, "schema": text }],
            "requestBody": { "required": true, "content": { "application/x-www-form-urlencoded": { "schema": form } } },
            "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": token } } } },
        } }),
    );
    contract["paths"] = Value::Object(paths);
    contract["servers"] = json!([{ "url": "/" }]);
    contract
}

/// A schema that prism can compile; prism silently ignores others. It ignores `nullable` beside `allOf`, and adds to an
/// `enum` the null that is already there.
fn taken(schema: Value) -> Value {
    match schema {
        Value::Object(entries) => {
            let mut entries: Map<String, Value> =
                entries.into_iter().map(|(key, entry)| (key, taken(entry))).collect();
            if entries.get("nullable") == Some(&json!(true)) {
                if let Some(Value::Array(values)) = entries.get_mut("enum") {
                    values.retain(|value| !value.is_null());
                }
                if !entries.contains_key("type") {
                    entries.remove("nullable");
                    return json!({ "anyOf": [{ "enum": [null] }, entries] });
                }
            }
            Value::Object(entries)
        }
        Value::Array(items) => items.into_iter().map(taken).collect(),
        other => other,
    }
}

/// A running prism; it is stopped when the value is dropped.
struct Prism {
    url: String,
    child: Child,
    said: Option<JoinHandle<Vec<String>>>,
    _folder: TempDir,
}

impl Prism {
    /// Prism in front of a double, whose links then lead through prism.
    fn before(double: &Double) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contract.json");
        fs::write(&file, contract().to_string()).unwrap();
        let mut child = Command::new(SCRIPT)
            .arg(&file)
            .arg(double.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs the script");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.split_once("listening on ")?.1.trim().to_owned()));
        let url = url.expect("prism starts, or says above why not");
        double.known_as(&url);
        // Prism would block if nobody read its output.
        let said = std::thread::spawn(move || lines.take_while(|line| !line.contains(LAST)).collect());
        Self { url, child, said: Some(said), _folder: folder }
    }

    /// Stops prism; gives its log of every request.
    fn end(&mut self) -> Vec<String> {
        let address = self.url.trim_start_matches("http://");
        if let Ok(mut stream) = TcpStream::connect(address) {
            let last = format!("GET {LAST} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(last.as_bytes()).and_then(|()| stream.read_to_end(&mut Vec::new()));
        }
        let said = self.said.take().map(|said| said.join().unwrap_or_default()).unwrap_or_default();
        drop(self.child.stdin.take());
        let ended = self.child.wait();
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
        said
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        if self.said.is_some() {
            self.end();
        }
    }
}

fn tenant() -> Tenant {
    Tenant::new(60)
        .with_group(1, "Sales", 0..40)
        .with_group(2, "Outer's", [50])
        .with_member(2, "group", group(3))
        .with_group(3, "Inner", [51, 52])
        .with_role(1, "Editor", &[("User", user(0)), ("Group", group(1))])
}

/// Groups by name, by pattern and by id, and a role: every kind of request.
fn wanted() -> String {
    rules(&[
        "Sales",
        "\"Outer's\"",
        "{ id: 22222222-0000-4000-8000-000000000003 }",
        "{ pattern: 'Sal{role}' }",
        "{ appRole: Editor }",
    ])
}

#[tokio::test]
async fn mg_04_a_full_read_and_one_of_changes_keep_the_contract_on_the_wire() {
    let double = Double::start(tenant());
    let mut prism = Prism::before(&double);
    let policy = directory(&prism.url, "", &wanted());
    let folder = tempfile::tempdir().unwrap();
    let store = || Store::new(folder.path(), &policy.name, connection(&policy)).unwrap();
    let read = async || {
        let read = read_kept(&policy, secret(), 25, limits(), Some(&store())).await;
        shown(&read.unwrap_or_else(|error| panic!("{error}")))
    };
    let first = read().await;
    assert!(first.len() > 63, "{first:#?}");
    double.change(|tenant| {
        tenant.user_mut(3)["displayName"] = json!("Renamed");
        tenant.users.retain(|known| known["id"] != user(52));
        tenant.users.push(Tenant::new(61).users.remove(60));
        let members = tenant.members.get_mut(&group(1)).unwrap();
        members.retain(|(_, id)| *id != user(8));
        members.extend([("user", user(60)), ("device", user(99))]);
    });
    let second = read().await;
    for list in [
        "/v1.0/users",
        "/v1.0/users/$count",
        "/v1.0/users/delta",
        "/v1.0/groups",
        "/v1.0/groups/delta",
        "/v1.0/$batch",
    ] {
        assert!(double.count(list) > 0, "{list} is among what is judged");
    }
    assert_eq!(double.count("/v1.0/users"), 3, "the second read is one of changes");
    let said = prism.end();
    let wrong: Vec<&String> =
        said.iter().filter(|line| ["error", "warning"].iter().any(|word| line.contains(word))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let answers = said.iter().filter(|line| line.contains("Received forward response")).count();
    assert_eq!(answers, double.requests().len(), "prism judged every answer");
    double.known_as(&double.url());
    let direct = read_by(&directory(&double.url(), "", &wanted()), secret(), 25).await;
    assert_eq!(second, shown(&direct.unwrap()));
}

/// Breaks every kind of answer that the other test checks, one after the other.
#[tokio::test]
async fn mg_04_prism_refuses_every_kind_of_answer_that_breaks_the_contract() {
    let paths = [
        "/v1.0/users",
        "/v1.0/users/$count",
        "/v1.0/users/delta",
        "/v1.0/groups",
        "/v1.0/groups/delta",
        "/v1.0/$batch",
        "/v1.0/servicePrincipals/5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44",
        "/v1.0/servicePrincipals/5a7e0c61-2f43-4d8e-b1f9-6c0d3e2a8b44/appRoleAssignedTo",
        "/8d0c1f0e-31f4-4a3e-9f57-0d0c5f6b1a11/oauth2/v2.0/token",
    ];
    let broken = Arc::new(Mutex::new(""));
    let shared = Arc::clone(&broken);
    let double = Double::faulty(tenant(), move |request, _, answer| {
        if request.path() != *shared.lock().unwrap() {
            return None;
        }
        let mut body = answer.body.clone();
        match &mut body {
            Value::String(count) => *count = "many".to_owned(),
            body if body.get("value").is_some() => body["value"] = json!([{ "id": 7 }]),
            body if body.get("responses").is_some() => body["responses"] = json!("none"),
            body if body.get("appRoles").is_some() => body["appRoles"] = json!([{ "displayName": 7 }]),
            body => body["expires_in"] = json!("soon"),
        }
        let kind = if body.is_string() { "text/plain" } else { "application/json" };
        let bytes = body.as_str().map_or_else(|| body.to_string(), str::to_owned).into_bytes();
        Some(Reply::Whole(200, vec![("Content-Type", kind.to_owned())], bytes))
    });
    let mut prism = Prism::before(&double);
    let policy = directory(&prism.url, "", &wanted());
    let once = Limits { attempts: 1, ..limits() };
    for path in paths {
        *broken.lock().unwrap() = path;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), &policy.name, connection(&policy)).unwrap();
        // Without a cursor, the read makes no use of changes.
        let read = read_kept(&policy, secret(), 25, once, Some(&store)).await;
        assert_eq!(read.is_ok(), path.ends_with("/delta"), "{path}");
    }
    *broken.lock().unwrap() = "";
    incomplete(read_by(&policy, secret(), 1000).await, "GET /users returned 422");
    let said = prism.end();
    for path in paths {
        let refused = format!(
            "{path} ✖  error     Request terminated with error: https://stoplight.io/prism/errors#VIOLATIONS"
        );
        assert!(said.iter().any(|line| line.contains(&refused)), "{path}: {said:#?}");
    }
}
