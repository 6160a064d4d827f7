//! What APIs do that others don't: keys in headers, cursors, calls of their own to bar and allow sign-in, rights that are asked
//! for of each account, failures with the status of a success, pauses, lost answers.

use crate::support::http_server::{Reply, Request};
use crate::support::rest::Crm;
use crate::support::rest::double::{Double, KEY, State, failure};
use serde_json::{Value as Json, json};

/// The connector; `list` is what its list has beside the path.
pub(super) fn connector(list: &str) -> String {
    format!(
        r"
apiVersion: rolewright/v1
kind: Connector
name: crm
settings: [part]
authentication: {{ header: X-Api-Key }}
answers: {{ success: {{ at: /success, equals: true }}, error: /error/message, retry: [423] }}
accounts:
  - list: {{ path: '/v2/{{part}}/employees', records: /result, {list} }}
    read: {{ path: '/v2/{{part}}/employees/{{id}}', record: /result }}
    id: {{ at: /id, type: number }}
    active: {{ at: /status, on: [Active], off: [Inactive, Archived] }}
    fields:
      userName: /login
      email: /contact/email
      displayName: /name
      title: {{ at: /title, empty: empty }}
      externalId: /uuid
    create: {{ path: '/v2/{{part}}/employees', id: /result/id }}
    update: {{ path: '/v2/{{part}}/employees/{{id}}' }}
    deactivate: {{ path: '/v2/{{part}}/employees/{{id}}/deactivate', body: {{ reason: 'left: {{userName}}', number: '{{id}}', was: '{{active}}' }} }}
    reactivate: {{ path: '/v2/{{part}}/employees/{{id}}/reactivate' }}
    archive: {{ path: '/v2/{{part}}/employees/{{id}}/archive' }}
    delete: {{ path: '/v2/{{part}}/employees/{{id}}' }}
    rights:
      role:
        ofAccount: {{ path: '/v2/{{part}}/employees/{{id}}/roles', records: /result }}
        key: /roleId
        known: {{ list: {{ path: /v2/roles, records: /result }}, value: /name, key: {{ at: /id, type: number }} }}
        grant: {{ path: '/v2/{{part}}/employees/{{id}}/roles', body: {{ roleId: '{{key}}' }} }}
        revoke: {{ method: delete, path: '/v2/{{part}}/employees/{{id}}/roles/{{key}}' }}
"
    )
}

pub(super) const CURSOR: &str = "total: /totalRecords, paging: { cursor: { parameter: after, next: /next }, size: { parameter: PageSize, records: 4 } }";

/// A company on the double.
pub(super) fn on(double: &Double, list: &str, people: usize) -> Crm {
    let rest = format!(
        "rest: {{ url: '{}', connector: crm, credential: {{ env: ROLEWRIGHT_CRM }}, settings: {{ part: hr }} }}",
        double.url()
    );
    let mut company = Crm::new(&rest, &connector(list), people);
    company.playground.secret("ROLEWRIGHT_CRM", KEY);
    company
}

#[test]
fn e1_a_company_lives_on_a_list_that_is_paged_by_cursors() {
    let double = Double::start();
    let mut company = on(&double, CURSOR, 10);
    let applied = company.apply();
    assert!(applied.contains("Applied: 10 create, 10 grant."), "{applied}");
    assert!(company.apply().contains("No changes."));

    for (number, employee) in company.people.iter_mut() {
        match number {
            0 => (employee.role, employee.title) = ("agent", ""),
            1 => employee.enabled = false,
            _ => {}
        }
    }
    company.people.remove(&2);
    double.state().calls.clear();
    let applied = company.apply();
    assert!(applied.contains("Applied: 1 deactivate, 1 delete, 1 grant, 1 revoke, 1 update."), "{applied}");
    let reasons: Vec<Json> = {
        let state = double.state();
        let barred = state.calls.iter().filter(|(call, _)| call.ends_with("/deactivate"));
        barred.map(|(_, body)| body.clone()).collect()
    };
    assert_eq!(reasons.len(), 1);
    let number = &reasons[0]["number"];
    assert_eq!(
        reasons[0],
        json!({ "reason": "left: p1@contoso.example", "number": number, "was": "Active" })
    );
    assert!(number.is_u64());

    company.people.values_mut().for_each(|employee| employee.enabled = true);
    let applied = company.apply();
    assert!(
        applied.contains("Applied: 1 grant, 1 reactivate.") || applied.contains("Applied: 1 reactivate."),
        "{applied}"
    );
    let state = double.state();
    assert!(state.records["employees"].values().all(|record| record["status"] == "Active"));
    assert_eq!(state.records["employees"].len(), 9);
}

/// A call that is answered so once, and as usual from then on.
fn once(call: &'static str, answer: impl Fn() -> Reply + Send + 'static) -> Double {
    let mut done = false;
    Double::with_fault(Box::new(move |request: &Request, _: &mut State| {
        let meant = format!("{} {}", request.method, request.path()).starts_with(call);
        let first = meant && !done;
        done |= meant;
        first.then(&answer)
    }))
}

#[test]
fn f4_a_call_that_may_be_repeated_is_after_statuses_that_the_connector_lists() {
    let busy = || Reply::json(423, &json!({ "message": "locked" }));
    let double = once("GET /v2/hr/employees", busy);
    let company = on(&double, CURSOR, 2);
    company.playground.run(&["plan"]).ends(0);
    // A POST is not.
    let double = once("POST /v2/hr/employees", busy);
    let company = on(&double, CURSOR, 2);
    let ended = company.playground.run(&["apply"]).ends(5);
    assert!(ended.stdout.contains("returned 423: locked"), "{}", ended.stdout);
    assert_eq!(double.count("POST /v2/hr/employees") - double.count("POST /v2/hr/employees/"), 2);
    company.apply();
}

#[test]
fn f5_a_pause_that_the_api_asks_for_is_kept_and_the_call_is_made_then() {
    let later = || Reply::Whole(429, vec![("Retry-After", "1".to_owned())], b"{}".to_vec());
    let double = once("POST /v2/hr/employees", later);
    let applied = on(&double, CURSOR, 2).apply();
    assert!(applied.contains("Applied: 2 create, 2 grant."), "{applied}");
}

#[test]
fn f6_a_creation_whose_answer_is_lost_is_found_by_its_link_and_made_once() {
    let mut lost = 0;
    let double = Double::with_fault(Box::new(move |request: &Request, state: &mut State| {
        if request.method != "POST" || request.path() != "/v2/hr/employees" || lost == 3 {
            return None;
        }
        lost += 1;
        let made = u32::try_from(state.records.entry("employees".to_owned()).or_default().len())
            .unwrap_or_default()
            + 100;
        let Ok(Json::Object(mut record)) = serde_json::from_str(&request.body) else { return None };
        record.insert("id".to_owned(), made.into());
        state.records.get_mut("employees").map(|records| records.insert(made, record));
        Some(Reply::Closed)
    }));
    let applied = on(&double, CURSOR, 5).apply();
    assert!(applied.contains("Applied: 5 create, 5 grant."), "{applied}");
    assert_eq!(double.state().records["employees"].len(), 5);
}

#[test]
fn f7_a_success_that_says_it_is_none_and_one_that_does_nothing_are_failures() {
    let double = once("POST /v2/hr/employees", || failure("the licence is used up"));
    let company = on(&double, CURSOR, 2);
    let ended = company.playground.run(&["apply"]).ends(5);
    let said = "the application reported a failure: the licence is used up";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
    company.apply();

    let double = Double::with_fault(Box::new(|request: &Request, _: &mut State| {
        request.path().ends_with("/deactivate").then(|| crate::support::rest::double::success(&json!({})))
    }));
    let mut company = on(&double, CURSOR, 2);
    company.apply();
    company.people.values_mut().for_each(|employee| employee.enabled = false);
    company.staff();
    let ended = company.playground.run(&["apply"]).ends(5);
    assert!(ended.stdout.contains("did not keep `active`"), "{}", ended.stdout);
}

#[test]
fn a6_an_account_that_changed_since_the_plan_is_left_and_a_foreign_record_is_none() {
    // After the list, and before the read that comes before a write, somebody changes the title.
    let double = Double::with_fault(Box::new(|request: &Request, state: &mut State| {
        if request.method == "GET" && request.path().ends_with("/employees/1") {
            state.records.get_mut("employees")?.get_mut(&1)?.insert("title".to_owned(), "Director".into());
        }
        None
    }));
    let mut company = on(&double, CURSOR, 1);
    let _ = company.playground.run(&["apply"]);
    company.people.values_mut().for_each(|employee| employee.title = "Auditor");
    if let Some(records) = double.state().records.get_mut("employees") {
        records.values_mut().for_each(|record| drop(record.insert("title".to_owned(), "Clerk".into())));
    }
    company.staff();
    let ended = company.playground.run(&["apply"]).ends(5);
    assert!(ended.stdout.contains("`title` changed since it was read"), "{}", ended.stdout);

    let double = Double::with_fault(Box::new(|request: &Request, state: &mut State| {
        let other = state.records.get("employees")?.get(&2)?.clone();
        (request.method == "GET" && request.path().ends_with("/employees/1"))
            .then(|| crate::support::rest::double::success(&Json::Object(other)))
    }));
    let mut company = on(&double, CURSOR, 2);
    let _ = company.playground.run(&["apply"]);
    company.people.values_mut().for_each(|employee| employee.title = "Auditor");
    company.staff();
    let ended = company.playground.run(&["apply"]).ends(5);
    assert!(ended.stdout.contains("was answered with the record of another account"), "{}", ended.stdout);
}

#[test]
fn an_account_is_barred_renamed_and_archived_in_this_order() {
    let double = Double::start();
    let mut company = on(&double, CURSOR, 3);
    company.playground.edit(
        "policies/crm/policies.yaml",
        "deleted: delete",
        "deleted: archive\narchive: { set: { userName: '{userName}_Archived', email: '{email}_Archived' } }",
    );
    company.playground.commit_all("Leavers are archived");
    company.apply();
    company.people.remove(&1);
    double.state().calls.clear();
    let applied = company.apply();
    assert!(applied.contains("Applied: 1 archive, 1 revoke."), "{applied}");
    let state = double.state();
    let writes = state.calls.iter().map(|(call, _)| call.as_str()).filter(|call| !call.starts_with("GET"));
    let about: Vec<&str> = writes.filter(|call| !call.contains("/roles")).collect();
    let [deactivate, update, archive] = about.as_slice() else { panic!("{about:?}") };
    assert!(
        deactivate.ends_with("/deactivate") && update.starts_with("PATCH ") && archive.ends_with("/archive"),
        "{about:?}"
    );
    let mut archived = state.records["employees"].values().filter(|record| record["status"] == "Archived");
    let archived = archived.next().expect("an archived account");
    assert_eq!((&archived["login"], &archived["uuid"]), (&json!("p1@contoso.example_Archived"), &Json::Null));
}

/// The API has no field for a user's id: the ledger remembers whose account is whose, and an account whose answer was lost is
/// known by what was sent.
#[test]
fn f6_accounts_without_a_field_for_the_link_are_remembered_and_made_once() {
    let mut lost = false;
    let double = Double::with_fault(Box::new(move |request: &Request, state: &mut State| {
        if lost || request.method != "POST" || request.path() != "/v2/hr/employees" {
            return None;
        }
        lost = true;
        let Ok(Json::Object(mut record)) = serde_json::from_str(&request.body) else { return None };
        record.insert("id".to_owned(), 100.into());
        state.records.entry("employees".to_owned()).or_default().insert(100, record);
        Some(Reply::Closed)
    }));
    let mut company = on(&double, CURSOR, 4);
    company.playground.edit("policies/crm/connector.yaml", "      externalId: /uuid\n", "");
    company.playground.edit("policies/crm/application.yaml", "name: crm\n", "name: crm\nlink: ledger\n");
    company.playground.commit_all("Nobody knows ids");
    company.playground.secret("ROLEWRIGHT_KEY", &"5a".repeat(32));
    let applied = company.apply();
    assert!(applied.contains("Applied: 4 create, 4 grant."), "{applied}");
    assert_eq!(double.state().records["employees"].len(), 4);
    // Another mail address, and still the same account.
    if let Some(records) = double.state().records.get_mut("employees") {
        records
            .values_mut()
            .for_each(|record| drop(record.insert("contact".to_owned(), json!({ "email": "by hand" }))));
    }
    let applied = company.apply();
    assert!(applied.contains("Applied: 4 update."), "{applied}");
    assert_eq!(double.state().records["employees"].len(), 4);
}
