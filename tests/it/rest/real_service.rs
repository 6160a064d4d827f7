//! An application on json-server: people are found, made, changed, barred, removed and let in again, rights are rows of
//! their own, and the second plan is empty, whichever way its lists are paged.

use crate::support::rest::json_server::JsonServer;
use crate::support::rest::{Crm, Employee};
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The connector, with this paging of users.
fn connector(list: &str) -> String {
    format!(
        r"
apiVersion: rolewright/v1
kind: Connector
name: crm
accounts:
  - list: {{ path: /users, {list} }}
    find: {{ path: /users, query: {{ externalId: '{{link}}' }} }}
    read: {{ path: '/users/{{id}}' }}
    id: {{ at: /id, type: number }}
    active: /active
    fields:
      userName: /login
      email: /contact/email
      displayName: /contact/name
      title: /title
      externalId: /externalId
    create: {{ path: /users }}
    update: {{ path: '/users/{{id}}', sends: whole, method: put }}
    delete: {{ path: '/users/{{id}}' }}
    rights:
      role:
        rows: {{ path: /grants, total: {{ header: X-Total-Count }}, paging: {{ page: {{ parameter: _page }}, size: {{ parameter: _limit, records: 7 }} }} }}
        ofAccount: {{ path: /grants, query: {{ userId: '{{id}}' }} }}
        account: /userId
        key: /roleId
        row: {{ at: /id, type: number }}
        known: {{ list: {{ path: /roles }}, value: /name, key: {{ at: /id, type: number }} }}
        grant: {{ path: /grants, body: {{ userId: '{{id}}', roleId: '{{key}}', by: 'rolewright for {{value}}' }} }}
        revoke: {{ method: delete, path: '/grants/{{row}}' }}
"
    )
}

/// What is there before: an account that was made by hand, and one that is nobody's.
fn records() -> Json {
    json!({
        "users": [
            { "id": 1, "login": "by-hand", "contact": { "email": "P0@contoso.example" }, "active": true, "notes": "ours" },
            { "id": 2, "login": "backup", "contact": { "email": null }, "active": true },
        ],
        "roles": [{ "id": 70, "name": "agent" }, { "id": 71, "name": "supervisor" }],
        "grants": [],
    })
}

fn a_company_lives(list: &str) {
    let server = JsonServer::start(&records());
    let rest = format!("rest: {{ url: '{}', connector: crm }}", server.url());
    let mut company = Crm::new(&rest, &connector(list), 24);
    let applied = company.apply();
    assert!(applied.contains("Applied: 1 adopt, 23 create, 24 grant."), "{applied}");
    let adopted = &server.records("users")[0];
    assert_eq!(adopted["externalId"], "a1000000-0000-4000-8000-000000000000");
    assert_eq!(
        (&adopted["notes"], &adopted["contact"]["email"]),
        (&json!("ours"), &json!("p0@contoso.example"))
    );

    for (number, employee) in company.people.iter_mut() {
        match number {
            0..3 => employee.title = "Auditor",
            3..6 => employee.role = if employee.role == "agent" { "supervisor" } else { "agent" },
            6..8 => employee.enabled = false,
            _ => {}
        }
    }
    company.people.remove(&9);
    let applied = company.apply();
    assert!(applied.contains("Applied: 2 deactivate, 1 delete, 3 grant, 3 revoke, 3 update."), "{applied}");
    let users = server.records("users");
    let barred = users.iter().filter(|user| user["active"] == false).count();
    assert_eq!((users.len(), barred), (24, 2));

    company.people.values_mut().for_each(|employee| employee.enabled = true);
    company.people.extend([Employee::numbered(9), Employee::numbered(30)]);
    let applied = company.apply();
    assert!(applied.contains("Applied: 2 create, 2 grant, 2 reactivate."), "{applied}");
    let users = server.records("users");
    let backup = users.iter().find(|user| user["login"] == "backup").expect("an account that is nobody's");
    assert_eq!(backup, &json!({ "id": 2, "login": "backup", "contact": { "email": null }, "active": true }));
    assert_eq!((users.len(), server.records("grants").len()), (26, 25));
}

#[test]
fn e1_a_company_lives_on_a_list_that_is_paged_by_numbers_of_pages() {
    a_company_lives(
        "total: { header: X-Total-Count }, paging: { page: { parameter: _page }, size: { parameter: _limit, records: 5 } }",
    );
}

#[test]
fn e1_a_company_lives_on_a_list_that_is_paged_by_offsets_and_has_no_total() {
    a_company_lives("paging: { offset: { parameter: _start }, size: { parameter: _limit, records: 5 } }");
}

#[test]
fn e1_a_company_lives_on_a_list_that_is_paged_by_links() {
    a_company_lives(
        "query: { _page: 1 }, total: { header: X-Total-Count }, paging: { link: header, size: { parameter: _limit, records: 5 } }",
    );
}

#[test]
fn f1_a_run_that_is_killed_is_finished_by_the_next_without_duplicates() {
    let server = JsonServer::start(&records());
    let rest = format!("rest: {{ url: '{}', connector: crm, concurrency: 2 }}", server.url());
    let company = Crm::new(&rest, &connector("records: ''"), 20);
    for kill_after in [3, 9] {
        let command =
            company.playground.command(&["apply"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut run = command.expect("the binary starts");
        let lines = BufReader::new(run.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let done = lines.filter(|line| line.starts_with("  done")).take(kill_after).count();
        assert_eq!(done, kill_after, "it ended before it could be killed");
        run.kill().expect("killed");
        run.wait().expect("ended");
        company.playground.run(&["unlock", "--dead"]).ends(0);
    }
    company.apply();
    let users = server.records("users");
    let mut links: Vec<String> =
        users.iter().filter_map(|user| user["externalId"].as_str().map(str::to_owned)).collect();
    links.sort();
    links.dedup();
    assert_eq!((users.len(), links.len(), server.records("grants").len()), (21, 20, 20));
}

#[test]
fn b10_what_people_write_into_their_names_stays_a_name() {
    let server = JsonServer::start(&records());
    let rest = format!("rest: {{ url: '{}', connector: crm }}", server.url());
    let mut company = Crm::new(&rest, &connector("records: ''"), 4);
    let names = [
        r#"x", "active": true, "admin": "yes"#,
        "{record}{id}'; DROP TABLE users; --",
        "../../roles/70?_limit=1&x=\\u0022",
        "æøå \u{1f980} <b>&amp;</b>",
    ];
    for (employee, name) in company.people.values_mut().zip(names) {
        employee.name = name.to_owned();
    }
    company.apply();
    let users = server.records("users");
    for name in names {
        assert_eq!(users.iter().filter(|user| user["contact"]["name"] == name).count(), 1, "{name}");
    }
    assert!(users.iter().all(|user| user.get("admin").is_none()));
}
