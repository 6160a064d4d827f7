//! The conformance suite on every kind of application: what each does is in `tests/cases/conformance/`, and nothing of the trial
//! is left.

use crate::support::blessing::assert_written;
use crate::support::playground::{CommandOutput, Playground};
use crate::support::postgres::{Schema, shared};
use crate::support::promapp::Company;
use crate::support::rest::Crm;
use crate::support::rest::json_server::JsonServer;
use crate::support::scim::double::Double;
use crate::support::scim::server::Software;
use crate::support::scim::workspace::dstny_by_scim;
use regex::Regex;
use serde_json::json;

/// The suite's arguments; without a right, a group of its own is one.
fn suite<'a>(application: &'a str, right: Option<&'a str>) -> Vec<&'a str> {
    let right = right.iter().flat_map(|right| ["--right", *right]);
    ["conformance", "--application", application, "--allow-writes"].into_iter().chain(right).collect()
}

/// What was said, without what differs between two runs.
fn said(ran: &CommandOutput) -> String {
    let text = format!("exit {}\n{}", ran.code, ran.stdout);
    let mark = Regex::new("rolewright-conformance-[0-9a-f]+-[0-9a-f]+").expect("a pattern");
    let text = mark.replace_all(&text, "MARK");
    let port = Regex::new(r"127\.0\.0\.1:[0-9]+").expect("a pattern");
    let text = port.replace_all(&text, "HOST");
    let id = Regex::new(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|cm[a-z0-9]{23}",
    );
    id.expect("a pattern").replace_all(&text, "ID").into_owned()
}

/// Runs the suite; a plan before and one afterwards are the same.
fn runs(playground: &Playground, application: &str, right: Option<&str>, case: &str) {
    // A service that keeps what is deleted, inactive, shows more accounts afterwards.
    let planned = || {
        let plan = playground.run(&["plan", "--application", application]).stdout;
        plan.lines().filter(|line| !line.starts_with("  read ")).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let before = planned();
    let ran = playground.run(&suite(application, right));
    assert_written(&format!("tests/cases/conformance/{case}.txt"), &said(&ran));
    assert!(!ran.stderr.contains("still there"), "{}", ran.stderr);
    assert_eq!(planned(), before, "something is left");
}

#[test]
fn sqlite_conforms() {
    runs(&Playground::new(), "dstny", Some("callCentre=agent"), "sqlite");
}

#[test]
fn postgresql_conforms() {
    let schema = Schema::new();
    let mut playground = Playground::new();
    let connection = format!(
        "postgres: {{ host: 127.0.0.1, port: {}, database: accounts, schema: {}, user: rolewright, \
         credential: {{ env: ROLEWRIGHT_DB }}, ca: db.pem, startFrom: dstny/start.yaml }}",
        shared().port,
        schema.name()
    );
    playground.edit(
        "policies/dstny/application.yaml",
        "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }",
        &connection,
    );
    playground.write("policies/db.pem", &shared().file("ca.pem"));
    playground.secret("ROLEWRIGHT_DB", "rolewright-password");
    playground.commit("PostgreSQL");
    runs(&playground, "dstny", Some("callCentre=agent"), "postgres");
}

fn scim(software: Software, right: Option<&str>) {
    let mut company = Company::new(software, 1);
    company.knows_its_profile();
    let groups = || company.server.raw().get("/Groups").resources().len();
    let before = groups();
    runs(&company.playground, "promapp", right, software.name());
    assert_eq!(groups(), before, "a group is left");
}

#[test]
fn scim2_server_conforms_as_far_as_it_does() {
    scim(Software::Scim2Server, Some("role=Viewer"));
}

#[test]
fn scimmy_conforms_as_far_as_it_does() {
    scim(Software::Scimmy(4), None);
}

#[test]
fn better_auth_conforms_as_far_as_it_does() {
    scim(Software::BetterAuth, None);
}

#[test]
fn jackson_conforms_as_far_as_it_does() {
    scim(Software::Jackson, Some("role=Viewer"));
}

#[test]
fn django_scim2_conforms_as_far_as_it_does() {
    scim(Software::DjangoScim2, None);
}

#[test]
fn django_scim2_server_conforms_as_far_as_it_does() {
    scim(Software::DjangoScim2Server, None);
}

const CONNECTOR: &str = r"
apiVersion: rolewright/v1
kind: Connector
name: crm
accounts:
  - list: { path: /users, total: { header: X-Total-Count }, paging: { page: { parameter: _page }, size: { parameter: _limit, records: 7 } } }
    find: { path: /users, query: { externalId: '{link}' } }
    read: { path: '/users/{id}' }
    id: { at: /id, type: number }
    active: /active
    fields:
      userName: /login
      email: /contact/email
      displayName: /contact/name
      title: /title
      externalId: /externalId
    create: { path: /users }
    update: { path: '/users/{id}', sends: whole, method: put }
    delete: { path: '/users/{id}' }
    rights:
      role:
        rows: { path: /grants, total: { header: X-Total-Count }, paging: { page: { parameter: _page }, size: { parameter: _limit, records: 7 } } }
        ofAccount: { path: /grants, query: { userId: '{id}' } }
        account: /userId
        key: /roleId
        row: { at: /id, type: number }
        known: { list: { path: /roles }, value: /name, key: { at: /id, type: number } }
        grant: { path: /grants, body: { userId: '{id}', roleId: '{key}' } }
        revoke: { method: delete, path: '/grants/{row}' }
";

#[test]
fn an_api_of_its_own_conforms_as_far_as_it_does() {
    let server = JsonServer::start(&json!({
        "users": [{ "id": 1, "login": "by-hand", "contact": { "email": "P0@contoso.example" }, "active": true }],
        "roles": [{ "id": 70, "name": "agent" }, { "id": 71, "name": "supervisor" }],
        "grants": [],
    }));
    let company = Crm::new(&format!("rest: {{ url: '{}', connector: crm }}", server.url()), CONNECTOR, 1);
    company.staff();
    runs(&company.playground, "crm", Some("role=agent"), "json-server");
}

/// A service that accepts and does not keep, and one that keeps what is deleted: each line says what, and what to do.
#[test]
fn a_service_that_lies_is_told_precisely() {
    let ways = [
        ("ignores-updates", json!({ "users": 2, "patch": "ignored", "put": "ignored" })),
        ("ignores-deletes", json!({ "users": 2, "delete": "ignored" })),
    ];
    for (case, ways) in ways {
        let double = Double::start(serde_json::from_value(ways).expect("ways"));
        let mut playground = Playground::new();
        dstny_by_scim(&playground, &double.url());
        playground.secret("ROLEWRIGHT_DSTNY", "canary-token");
        let ran = playground.run(&suite("dstny", Some("callCentre=agent")));
        assert_written(&format!("tests/cases/conformance/{case}.txt"), &said(&ran));
        assert_eq!(ran.stderr.contains("still there"), case == "ignores-deletes", "{}", ran.stderr);
    }
}

#[test]
fn without_leave_nothing_is_written() {
    let playground = Playground::new();
    let refused = playground.run(&["conformance", "--application", "dstny"]).ends(1);
    assert!(refused.stderr.contains("--allow-writes"), "{}", refused.stderr);
    assert!(!playground.path("policies/dstny.db").exists());
    let unknown = playground.run(&suite("dstny", Some("role=Viewer"))).ends(1);
    assert!(unknown.stderr.contains("no entitlement `role`; there are: `callCentre`"), "{}", unknown.stderr);
    assert!(!playground.path("policies/dstny.db").exists());
}

/// A branch that nobody merged does not say where accounts are made.
#[test]
fn h3_policies_that_are_not_merged_are_not_tried() {
    let playground = Playground::new();
    playground.git(&["switch", "-q", "-c", "feature"]);
    playground.edit("policies/dstny/application.yaml", "file: dstny.db", "file: other.db");
    playground.commit("Another store");
    playground.run(&suite("dstny", Some("callCentre=agent"))).ends(4);
    assert!(!playground.path("policies/other.db").exists() && !playground.path("policies/dstny.db").exists());
    let tried =
        playground.run(&[&suite("dstny", Some("callCentre=agent"))[..], &["--branch", "main"]].concat());
    assert_eq!(tried.code, 0, "{}{}", tried.stdout, tried.stderr);
    assert!(!playground.path("policies/other.db").exists() && playground.path("policies/dstny.db").exists());
}
