//! Answers of SCIM services: neither the order of keys nor how texts are escaped matters, a walk through pages moves forward,
//! and what a record says can be sent and is read the same.

use super::support::{has_each_key_once, respelled};
use rolewright::model::{Field, Value};
use rolewright::wire::scim::{
    AccountDecoder, AccountRecord, ScimPath, Step, Walk, create_body, decode_group, decode_page, same,
};

const PATHS: [&str; 8] = [
    "userName",
    "name.givenName",
    r#"emails[type eq "work"].value"#,
    r#"emails[primary eq true].value"#,
    "addresses[0].locality",
    "roles",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "searchable",
];

/// Reads a page and what is on it.
pub fn target(data: &[u8]) {
    let paths = PATHS.map(|path| ScimPath::parse(path).expect("a path"));
    let link = ScimPath::parse("externalId").expect("a path");
    let decoder = AccountDecoder::from_paths(Some(&link), &paths);
    let mut records = vec![data];
    if let Ok(page) = decode_page(data) {
        walk(page.resources.len() as u64, page.total_results);
        records.extend(page.resources.iter().map(|record| record.get().as_bytes()));
    }
    for json in records {
        spelling_does_not_matter(&decoder, json);
        if let Ok(account) = decoder.decode(json) {
            sent_and_read(&decoder, &paths, &account);
        }
        if let Ok(group) = decode_group(json) {
            assert!(!group.id.is_empty() && group.members.iter().all(|member| !member.is_empty()));
        }
    }
}

/// Reads the same page again and again: the walk ends, or goes on behind what it has.
fn walk(received: u64, total: Option<u64>) {
    let mut walk = Walk::default();
    for page in 0..4 {
        let before = walk.start_index();
        match walk.accept(received, received, total) {
            Ok(Step::Next(start)) => assert!(start > before && start == (page + 1) * received + 1),
            Ok(Step::Done) => {
                let claimed = total.is_none_or(|total| total <= walk.start_index());
                assert!(received == 0 || claimed, "of {total:?} only {received} were read");
                return;
            }
            Err(_) => return,
        }
    }
}

fn spelling_does_not_matter(decoder: &AccountDecoder, json: &[u8]) {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(json) else { return };
    if !has_each_key_once(&value) {
        return;
    }
    let (plain, other) = (value.to_string(), respelled(&value));
    let [one, two] = [&plain, &other].map(|json| decoder.decode(json.as_bytes()).ok());
    assert_eq!(one, two, "{plain}");
    let [one, two] = [&plain, &other].map(|json| decode_group(json.as_bytes()).ok());
    assert_eq!(one, two, "{plain}");
}

fn sent_and_read(decoder: &AccountDecoder, paths: &[ScimPath], account: &AccountRecord<'_>) {
    assert!(!account.id.is_empty());
    let values: Vec<Option<Value>> = account.fields.iter().map(owned).collect();
    // One of the work addresses may be the primary one: two paths, one value.
    let given = paths.iter().zip(&values).enumerate().filter(|(at, _)| *at != 3);
    let given: Vec<(&ScimPath, &Value)> =
        given.filter_map(|(_, (path, value))| Some((path, value.as_ref()?))).collect();
    let mut body = create_body(&given, true).expect("paths that do not contradict each other");
    body["id"] = account.id.as_ref().into();
    let text = body.to_string();
    let read = decoder.decode(text.as_bytes()).expect("what we send");
    assert_eq!(read.active, Some(true));
    for (at, (field, value)) in read.fields.iter().zip(&values).enumerate().filter(|(at, _)| *at != 3) {
        // A list is sent as objects where the core schema has those; it is read as a list.
        assert!(same(field, value.as_ref()), "{}: {field:?} is not {value:?} in {text}", PATHS[at]);
    }
}

fn owned(field: &Field<'_>) -> Option<Value> {
    match field {
        Field::Empty => None,
        Field::Text(text) => Some(Value::Text(text.clone().into_owned())),
        Field::Boolean(value) => Some(Value::Boolean(*value)),
        Field::List(texts) => Some(Value::List(texts.iter().map(|text| text.clone().into_owned()).collect())),
    }
}
