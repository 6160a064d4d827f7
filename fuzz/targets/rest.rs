//! Answers of APIs that a connector describes, and what is sent to them: a page that comes again ends its walk, what a record
//! says can be sent and is read the same, and no text leaves its place in a path or a body.

use super::support::{decoded, text, workspace};
use rolewright::language::load;
use rolewright::model::{AccountCalls, ApplicationConnection, Connector, Date, Field, Value};
use rolewright::policy::PolicySet;
use rolewright::wire::rest::{
    Names, Page, Step, Walk, accepted, body, created, decode_account, decode_page, parsed, rows_of,
    target as path_of,
};
use rolewright::wire::scim::same;
use serde_json::Value as Json;
use std::sync::OnceLock;

const POLICIES: &str = "
apiVersion: rolewright/v1
kind: Workspace
name: contoso
protectedBranch: main
--- { apiVersion: rolewright/v1, kind: Directory, name: people, file: { people: people.yaml } }
--- { apiVersion: rolewright/v1, kind: Application, name: crm, rest: { url: 'https://crm.example', connector: crm }, directories: [{ name: people }] }
--- { apiVersion: rolewright/v1, kind: Lifecycle, application: crm, scope: { always: true }, deleted: keep, outOfScope: keep, disabled: keep }
---
apiVersion: rolewright/v1
kind: Connector
name: crm
answers: { success: { at: /ok, equals: true }, error: /why }
accounts:
  - list: { path: /a, records: /items, total: /count, paging: { cursor: { parameter: after, next: /next } } }
    find: { path: /a, query: { of: '{link}' }, paging: { page: { parameter: page } } }
    read: { path: '/a/{id}/b' }
    id: /id
    active: { at: /state, on: [on, 1], off: [off, 0] }
    fields: { userName: /login, externalId: /ids/own, title: { at: /job/title, empty: empty }, teams: { at: /teams, type: list }, level: { at: /level, type: number }, searchable: { at: /flags/shown, type: boolean } }
    create: { path: /a, body: { user: '{record}', note: 'for {userName}', of: ['{title}'] } }
";

const ATTRIBUTES: [&str; 6] = ["userName", "externalId", "title", "teams", "level", "searchable"];

fn connector() -> &'static Connector {
    static POLICY: OnceLock<PolicySet> = OnceLock::new();
    let set = POLICY.get_or_init(|| {
        let day = Date::of_unix_days(20_000);
        load(&workspace(POLICIES), day).policies.expect("sound policies")
    });
    match &set.applications[0].connection {
        ApplicationConnection::Rest(rest) => &rest.connector,
        other => panic!("{other:?}"),
    }
}

/// Reads an answer, and sends what it says.
pub fn target(data: &[u8]) {
    let connector = connector();
    let kind = &connector.accounts[0];
    if let Some(text) = text(data) {
        stays(kind, text);
    }
    let Ok(answer) = parsed(data) else { return };
    let _ = accepted(&connector.answers, answer.as_ref());
    let mut records: Vec<Json> = answer.clone().into_iter().collect();
    for list in [Some(&kind.list), kind.find.as_ref()].into_iter().flatten() {
        if let Ok(page) = decode_page(list, answer.clone(), |_| None) {
            again(&page, list.paging.as_ref());
            records.extend(page.records);
        }
    }
    for record in &records {
        let _ = rows_of(record, "/teams");
        sent_and_read(kind, record);
    }
}

/// The same page again and again: the walk ends, or fails.
fn again(page: &Page, paging: Option<&rolewright::model::ListPaging>) {
    let mut walk = Walk::new(paging);
    let received = page.records.len() as u64;
    let (mut steps, mut new) = (0, received);
    while let Ok(Step::Next | Step::Follow(_)) = walk.accept(page, received, new, None) {
        new = 0;
        steps += 1;
        assert!(steps < 3, "the same page, over and over");
    }
}

fn sent_and_read(kind: &AccountCalls, record: &Json) {
    let Ok(row) = decode_account(kind, record, &ATTRIBUTES) else { return };
    assert!(!row.id.is_empty());
    let values: Vec<Option<Value>> = row.fields.iter().map(owned).collect();
    let given = ATTRIBUTES.into_iter().zip(&values).filter_map(|(name, value)| Some((name, value.as_ref()?)));
    // A number or boolean may have been a text that is none.
    let Ok(mut sent) = created(kind, given) else { return };
    sent["id"] = row.id.as_ref().into();
    let read = decode_account(kind, &sent, &ATTRIBUTES).expect("what we send");
    assert_eq!(read.active, Some(true));
    for ((name, field), value) in ATTRIBUTES.iter().zip(&read.fields).zip(&values) {
        // Other numbers have more than one spelling.
        let is_plain = |text: String| text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
        let spelt = *name == "level" && value.as_ref().is_some_and(|value| !is_plain(value.to_string()));
        assert!(spelt || same(field, value.as_ref()), "{name}: {field:?} is not {value:?} in {sent}");
    }
}

/// A text in a path is one part, and in a body one value.
fn stays(kind: &AccountCalls, text: &str) {
    let value = || Some(Json::from(text));
    let record = serde_json::json!({ "login": text });
    let names = Names::default().with("id", value()).with("link", value()).with("userName", value());
    let names = names.with("title", value()).with("record", Some(record.clone()));
    let read = kind.read.as_ref().expect("a call");
    if let Ok(path) = path_of(&read.call, &names) {
        let parts: Vec<&str> = path.split('/').collect();
        assert_eq!((parts.len(), parts[1], parts[3]), (4, "a", "b"), "{path}");
        assert!(!path.contains(['?', '#', '\\']) && path.is_ascii(), "{path}");
        assert_eq!(decoded(parts[2]), text.as_bytes());
    }
    let create = kind.create.as_ref().expect("a call");
    let sent = body(create.call.body.as_ref().expect("a body"), &names).expect("known names");
    let sent = sent.expect("an object");
    assert_eq!(sent["user"], record);
    if !text.is_empty() {
        assert_eq!(sent["note"], format!("for {text}"));
    }
    assert_eq!(sent["of"], serde_json::json!([text]));
    assert!(sent.as_object().is_some_and(|object| object.len() <= 3), "{sent}");
}

fn owned(field: &Field<'_>) -> Option<Value> {
    match field {
        Field::Empty => None,
        Field::Text(text) => Some(Value::Text(text.clone().into_owned())),
        Field::Boolean(value) => Some(Value::Boolean(*value)),
        Field::List(texts) => Some(Value::List(texts.iter().map(|text| text.clone().into_owned()).collect())),
    }
}
