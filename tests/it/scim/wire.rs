//! Paths, records and bodies, form by form.

use rolewright::model::{AttributePath, Field, Value};
use rolewright::wire::scim::{
    AccountDecoder, AccountRecord, ScimPath, account_patch, create_body, decode_group, decode_page,
};
use serde_json::{Value as Json, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn path(text: &str) -> ScimPath {
    ScimPath::parse(text).expect("a path of this test")
}

fn decode<'a>(paths: &[&str], json: &'a str) -> AccountRecord<'a> {
    let paths: Vec<_> = paths.iter().map(|text| path(text)).collect();
    AccountDecoder::from_paths(None, &paths).decode(json.as_bytes()).expect("a record of this test")
}

fn text(value: &str) -> Field<'_> {
    Field::text(value)
}

fn list<'a>(values: &[&'a str]) -> Field<'a> {
    Field::List(values.iter().map(|value| (*value).into()).collect())
}

#[test]
fn s6_paths_are_read_and_shown_as_written() {
    let department = format!("{ENTERPRISE}:department");
    for shown in [
        "userName",
        "name.givenName",
        "addresses[0].locality",
        "addresses[0]",
        r#"emails[type eq "work"].value"#,
        r#"emails[type eq "a]\"b:c.d"].value"#,
        "roles[primary eq true].value",
        "members.$ref",
        "home_location-2",
        &department,
        "urn:contoso:x:phones[type eq \"desk\"].value",
    ] {
        assert_eq!(path(shown).to_string(), shown);
    }
    assert_eq!(path("urn:ietf:params:scim:schemas:core:2.0:User:userName"), path("userName"));
}

#[test]
fn s6_wrong_paths_say_what_is_wrong_and_where() {
    for (wrong, says) in [
        ("", "expected an attribute's name, at character 1"),
        ("user name", "expected an attribute's name, at character 1"),
        ("ålder", "expected an attribute's name, at character 1"),
        ("name.", "expected one sub-attribute's name behind the dot, at character 5"),
        ("name.a.b", "expected one sub-attribute's name behind the dot, at character 5"),
        ("addresses[1].locality", "only `[0]`, the first value, can be asked for by number, at character 10"),
        (
            "emails[type eq work].value",
            "expected `[0]` or a choice like `[type eq \"work\"]`, at character 8",
        ),
        ("emails[type eq \"work\".value", "the bracket is not closed, at character 7"),
        ("emails[type eq \"é\"]value", "expected a dot and a sub-attribute, or the end, at character 20"),
        ("emails[type ne \"work\"].value", "expected `[0]` or a choice"),
        ("x:userName", "expected a schema's URN before the colon, at character 1"),
        (ENTERPRISE, "it names a schema; expected `:` and an attribute behind it, at character 1"),
    ] {
        let error = ScimPath::parse(wrong).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains(wrong), "{error}\nshould say: {says}");
    }
}

#[test]
fn s6_s13_keys_in_any_case_and_values_in_any_shape() {
    let json = r#"{ "ID": 7, "USERNAME": "ida", "Name": { "givenname": "Ida" }, "active": "True",
        "emails": [ { "value": "home@x", "TYPE": "home" }, { "type": "Work", "value": "work@x" },
                    { "type": "work", "value": "second@x" } ],
        "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user": { "employeeNumber": 12, "Department": null },
        "roles": [ { "value": "Editor", "primary": true }, "Viewer", { "display": "none" } ],
        "searchable": false, "nested": { "deep": [ { "x": [1, 2, { "y": null }] } ] } }"#;
    let number = format!("{ENTERPRISE}:employeeNumber");
    let department = format!("{ENTERPRISE}:department");
    let paths = [
        "userName",
        "name.givenName",
        r#"emails[type eq "work"].value"#,
        r#"emails[type eq "fax"].value"#,
        "emails[0].value",
        "emails",
        "roles",
        "roles[primary eq true].value",
        "searchable",
        "title",
        &number,
        &department,
        "name.familyName",
    ];
    let record = decode(&paths, json);
    assert_eq!((record.id.as_ref(), record.active), ("7", Some(true)));
    let expected = [
        text("ida"),
        text("Ida"),
        text("work@x"),
        Field::Empty,
        text("home@x"),
        list(&["home@x", "work@x", "second@x"]),
        list(&["Editor", "Viewer"]),
        text("Editor"),
        Field::Boolean(false),
        Field::Empty,
        text("12"),
        Field::Empty,
        Field::Empty,
    ];
    assert_eq!(record.fields, expected);
}

#[test]
fn s12_null_empty_text_and_empty_list_are_empty() {
    for nothing in ["null", r#""""#, "[]", "{}", "[null]", r#"[{"value":null}]"#] {
        let json = format!(r#"{{"id":"1","emails":{nothing},"title":{nothing},"name":{nothing}}}"#);
        let record = decode(&["emails", r#"emails[type eq "work"].value"#, "title", "name.givenName"], &json);
        assert_eq!(record.fields, vec![Field::Empty; 4], "{nothing}");
        assert_eq!(record.active, None);
    }
}

#[test]
fn s12_numbers_and_escapes_become_text() {
    let json = r#"{"id":"1","a":-3,"b":1.50,"c":"\u00e9\n\"","d":18446744073709551615}"#;
    let record = decode(&["a", "b", "c", "d"], json);
    let expected = [text("-3"), text("1.5"), text("é\n\""), text("18446744073709551615")];
    assert_eq!(record.fields, expected);
}

#[test]
fn s16_what_stands_twice_or_fits_no_path_is_an_error() {
    let decoder = AccountDecoder::from_paths(None, &[path("userName"), path("name.givenName")]);
    for (json, says) in [
        (r#"{"id":"1","id":"2"}"#, "`id` occurs twice"),
        (r#"{"id":"1","userName":"a","USERNAME":"b"}"#, "`userName` occurs twice"),
        (r#"{"id":"1","active":true,"active":false}"#, "`active` occurs twice"),
        (r#"{"id":"1","name":{"givenName":"a","givenName":"b"}}"#, "`givenName` occurs twice"),
        (r#"{"id":"1","name":{"givenName":["a"]}}"#, "expected a text, a number or a boolean"),
        (r#"{"userName":"a"}"#, "a user without `id`"),
        (r#"{"id":"","userName":"a"}"#, "a user without `id`"),
        (r#"{"id":"1"} x"#, "trailing characters"),
        (r#"{"id":"1","userName":"\ud800"}"#, "hex escape"),
        ("", "EOF"),
    ] {
        let error = decoder.decode(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}\nshould say: {says}");
    }
    let invalid = decoder.decode(b"{\"id\":\"1\",\"userName\":\"\xff\"}").unwrap_err().to_string();
    assert!(invalid.contains("unicode"), "{invalid}");
    let deep = "[".repeat(100_000);
    assert!(decoder.decode(deep.as_bytes()).is_err());
    assert!(decoder.decode(format!(r#"{{"id":"1","x":{deep}"#).as_bytes()).is_err());
}

#[test]
fn s41_groups_with_members_of_any_shape() {
    let json = r#"{"schemas":[],"id":"g","displayName":"A \"B\"","members":
        [{"display":"x","value":"1"},{"value":"2","type":"User"},"3"],"meta":{}}"#;
    let group = decode_group(json.as_bytes()).unwrap();
    assert_eq!((group.id.as_ref(), group.display_name.as_ref()), ("g", "A \"B\""));
    assert_eq!(group.members, ["1", "2", "3"]);
    assert!(decode_group(br#"{"id":"g","members":null}"#).unwrap().members.is_empty());
    for wrong in [
        r#"{"displayName":"A"}"#,
        r#"{"id":"g","members":[{"display":"x"}]}"#,
        r#"{"id":"g","members":[],"Members":[]}"#,
        r#"{"id":"g","members":{"value":"1"}}"#,
    ] {
        assert!(decode_group(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn s27_pages_may_lack_much_but_not_all() {
    let page = decode_page(br#"{"TOTALRESULTS":"3","startIndex":1,"resources":[{"a": 1},{}]}"#).unwrap();
    assert_eq!((page.total_results, page.start_index, page.items_per_page), (Some(3), Some(1), None));
    let texts: Vec<_> = page.resources.iter().map(|resource| resource.get()).collect();
    assert_eq!(texts, [r#"{"a": 1}"#, "{}"]);
    assert!(decode_page(br#"{"totalResults":0,"Resources":null}"#).unwrap().resources.is_empty());
    assert!(decode_page(br#"{"schemas":[],"detail":"no"}"#).is_err());
    assert!(decode_page(br#"{"totalResults":1,"Resources":[],"Resources":[]}"#).is_err());
}

fn created(values: &[(&str, Value)]) -> Result<Json, String> {
    let values: Vec<_> = values.iter().map(|(text, value)| (path(text), value.clone())).collect();
    let values: Vec<_> = values.iter().map(|(path, value)| (path, value)).collect();
    create_body(&values, true).map_err(|error| error.to_string())
}

fn word(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn s7_s12_s13_a_create_holds_what_is_given_and_every_schema() {
    let department = format!("{ENTERPRISE}:department");
    let body = created(&[
        ("userName", word("ida")),
        ("name.givenName", word("Ida")),
        (r#"emails[type eq "work"].value"#, word("ida@x")),
        (r#"emails[type eq "work"].display"#, word("Ida")),
        ("addresses[0].locality", word("Lund")),
        ("addresses[0].country", word("Sweden")),
        ("roles", Value::List(vec!["Editor".into(), "Viewer".into()])),
        ("tags", Value::List(vec!["a".into()])),
        ("searchable", Value::Boolean(true)),
        (&department, word("Sales")),
    ]);
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "active": true,
        "userName": "ida",
        "name": { "givenName": "Ida" },
        "emails": [{ "type": "work", "value": "ida@x", "display": "Ida" }],
        "addresses": [{ "locality": "Lund", "country": "Sweden" }],
        "roles": [{ "value": "Editor" }, { "value": "Viewer" }],
        "tags": ["a"],
        "searchable": true,
        ENTERPRISE: { "department": "Sales" },
    });
    assert_eq!(body.unwrap(), expected);
    let conflict = created(&[("name", word("Ida")), ("name.givenName", word("Ida"))]).unwrap_err();
    assert!(conflict.contains("`name.givenName` cannot be written"), "{conflict}");
    assert!(created(&[("userName", word("a")), ("username", word("b"))]).is_err());
}

/// The operations that change an account.
fn patched(account: Json, changes: &[(&str, Option<&str>)], active: Option<bool>) -> Vec<String> {
    let changes: Vec<_> = changes.iter().map(|(change, value)| (path(change), value.map(word))).collect();
    let changes: Vec<_> = changes.iter().map(|(path, value)| (path, value.as_ref())).collect();
    let Some(body) = account_patch(&account, &changes, active).expect("changes of this test") else {
        return Vec::new();
    };
    assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]));
    let operations = body["Operations"].as_array().expect("a list of operations");
    let shown =
        |json: &Json| format!("{} {} {}", json["op"].as_str().unwrap_or("?"), json["path"], json["value"]);
    operations.iter().map(|operation| shown(operation).replace('\\', "")).collect()
}

#[test]
fn s30_simple_paths_are_added_replaced_or_removed_by_what_is_there() {
    let account = json!({ "userName": "ida", "Name": { "familyName": "Lund" }, "title": "", ENTERPRISE: { "department": "A" } });
    let department = format!("{ENTERPRISE}:department");
    let changes = [
        ("userName", Some("ida2")),
        ("name.givenName", Some("Ida")),
        ("name.familyName", None),
        ("title", None),
        (department.as_str(), Some("B")),
    ];
    let expected = [
        r#"replace "active" false"#.to_owned(),
        r#"replace "userName" "ida2""#.to_owned(),
        r#"add "name.givenName" "Ida""#.to_owned(),
        r#"remove "name.familyName" null"#.to_owned(),
        format!(r#"replace "{department}" "B""#),
    ];
    assert_eq!(patched(account, &changes, Some(false)), expected);
}

#[test]
fn s32_an_element_that_is_missing_is_added_whole() {
    let work = r#"emails[type eq "work"].value"#;
    let account = json!({ "emails": [{ "type": "home", "value": "h" }] });
    assert_eq!(
        patched(
            account.clone(),
            &[(work, Some("w")), (r#"emails[type eq "work"].display"#, Some("W"))],
            None
        ),
        [r#"add "emails" [{"display":"W","type":"work","value":"w"}]"#]
    );
    assert!(patched(account.clone(), &[(work, None)], None).is_empty());
    let home = r#"emails[type eq "home"].value"#;
    assert_eq!(
        patched(account.clone(), &[(home, Some("x"))], None),
        [r#"replace "emails[type eq "home"].value" "x""#]
    );
    assert_eq!(patched(account, &[(home, None)], None), [r#"remove "emails[type eq "home"]" null"#]);
}

#[test]
fn s30_the_first_value_is_changed_by_replacing_the_list() {
    let (city, country) = ("addresses[0].locality", "addresses[0].country");
    let account =
        json!({ "addresses": [{ "locality": "Lund", "country": "Sweden" }, { "locality": "Oslo" }] });
    assert_eq!(
        patched(account.clone(), &[(city, Some("Malmö")), (country, None)], None),
        [r#"replace "addresses" [{"locality":"Malmö"},{"locality":"Oslo"}]"#]
    );
    assert_eq!(
        patched(json!({}), &[(city, Some("Malmö")), (country, Some("Sweden"))], None),
        [r#"add "addresses" [{"country":"Sweden","locality":"Malmö"}]"#]
    );
    let one = json!({ "addresses": [{ "locality": "Lund" }] });
    assert_eq!(patched(one, &[(city, None)], None), [r#"remove "addresses" null"#]);
}

#[test]
fn s6_decoders_refuse_paths_that_are_none() {
    let wrong = AttributePath { name: "city".into(), path: "addresses[1".into(), case_exact: false };
    let right = AttributePath { name: "link".into(), path: "externalId".into(), case_exact: true };
    assert!(AccountDecoder::new(Some(&right), std::slice::from_ref(&wrong)).is_err());
    assert!(AccountDecoder::new(Some(&wrong), &[]).is_err());
}
