//! Properties of any text.

use proptest::prelude::*;
use rolewright::model::{AttributePath, Field, Value};
use rolewright::wire::scim::{
    AccountDecoder, Equality, ScimPath, account_patch, create_body, decode_group, decode_page,
    remove_members, same, segment,
};

fn path(path: &str) -> ScimPath {
    ScimPath::parse(path).expect("a path of this test")
}

proptest! {
    #[test]
    fn b10_a_filter_reads_back_as_one_equality_with_the_value(value in any::<String>()) {
        match Equality::new("userName", &value) {
            Ok(built) => {
                let read = Equality::parse(&built.to_string()).unwrap();
                prop_assert_eq!((read.attribute(), read.value()), ("userName", value.as_str()));
            }
            Err(_) => prop_assert!(value.chars().any(char::is_control)),
        }
    }

    #[test]
    fn b10_a_membership_is_removed_by_one_filter(id in any::<String>()) {
        let Ok(body) = remove_members(&[&id]) else {
            prop_assert!(id.chars().any(char::is_control));
            return Ok(());
        };
        let removed = path(body["Operations"][0]["path"].as_str().unwrap());
        let rolewright::wire::scim::Pick::Where(choice) = removed.pick else { panic!("{removed:?}") };
        prop_assert_eq!((choice.attribute(), choice.value()), ("value", id.as_str()));
        prop_assert_eq!((removed.attribute.as_str(), removed.sub), ("members", None));
    }

    #[test]
    fn b12_an_id_is_one_path_segment(id in any::<String>()) {
        let Ok(segment) = segment(&id) else {
            prop_assert!(matches!(id.as_str(), "" | "." | ".."));
            return Ok(());
        };
        let url = reqwest::Url::parse(&format!("https://a.example/scim/Users/{segment}")).unwrap();
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!(&segments[..2], ["scim", "Users"]);
        prop_assert_eq!((segments.len(), url.query(), url.fragment()), (3, None, None));
        let bytes = percent_decode(segments[2]);
        prop_assert_eq!(bytes, id.as_bytes());
    }

    #[test]
    fn b10_paths_read_back_as_they_are_shown(kind in any::<String>()) {
        if let Ok(choice) = Equality::new("type", &kind) {
            let shown = format!("emails[{choice}].value");
            prop_assert_eq!(path(&shown).to_string(), shown);
        }
    }

    #[test]
    fn f12_nothing_panics(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let link = AttributePath { name: "link".into(), path: "externalId".into(), case_exact: true };
        let decoder = AccountDecoder::new(Some(&link), &[]).unwrap();
        for bytes in [text.as_bytes(), &bytes] {
            let _ = (decoder.decode(bytes).is_ok(), decode_group(bytes).is_ok(), decode_page(bytes).is_ok());
        }
        let _ = (ScimPath::parse(&text).is_ok(), Equality::parse(&text).is_ok());
    }

    /// A service that stores what a create sends shows the same, and then there is nothing to patch.
    #[test]
    fn s5_s50_what_is_sent_is_what_is_read(values in prop::collection::vec(".{0,12}", 8), flag in any::<bool>()) {
        let paths = [
            "userName", "name.givenName", r#"emails[type eq "work"].value"#, r#"emails[type eq "home"].value"#,
            "addresses[0].locality", "addresses[0].country", "roles",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "searchable",
        ].map(path);
        let mut values: Vec<_> = values.into_iter().map(Value::Text).collect();
        values.push(Value::Boolean(flag));
        let given: Vec<_> = paths.iter().zip(&values).collect();
        let mut body = create_body(&given, flag).unwrap();
        body["id"] = "1".into();
        let text = body.to_string();
        let record = AccountDecoder::from_paths(None, &paths).decode(text.as_bytes()).unwrap();
        prop_assert_eq!(record.active, Some(flag));
        for (field, value) in record.fields.iter().zip(&values) {
            prop_assert!(same(field, Some(value)), "{:?} {:?}", field, value);
        }
        let none: Vec<_> = given.iter().filter(|(_, value)| same(&Field::Empty, Some(value))).collect();
        let cleared: Vec<_> = none.iter().map(|(path, _)| (*path, None)).collect();
        prop_assert_eq!(account_patch(&serde_json::json!({ "id": "1" }), &cleared, None).unwrap(), None);
    }
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = std::str::from_utf8(after.get(..2).unwrap_or_default()).unwrap_or_default();
        if *first == b'%' && digits.len() == 2 {
            bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}
