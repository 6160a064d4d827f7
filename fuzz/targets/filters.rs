//! Filters and queries with any text in them: each reads back as one equality with that text (B10, B11).

use super::support::{decoded, text};
use rolewright::model::{SearchValue, UserSearch};
use rolewright::wire::graph::query;
use rolewright::wire::ldap::ber::{ENUMERATED, Elements, INTEGER, OCTETS, SEQUENCE};
use rolewright::wire::ldap::{Filter, Flavour, Page, Request, Scope, Search, user_filter};
use rolewright::wire::scim::{Equality, Pick, ScimPath, list_query, remove_members};
use std::collections::BTreeSet;

/// Builds filters with this text.
pub fn target(data: &[u8]) {
    ldap(data);
    let Some(text) = text(data) else { return };
    scim(text);
    graph(text);
    users(text);
    if let Ok(read) = Equality::parse(text) {
        let again = Equality::parse(&read.to_string());
        assert_eq!(again, Ok(read));
    }
}

fn scim(value: &str) {
    let built = Equality::new("userName", value);
    let removed = remove_members(&[value]);
    let Ok(built) = built else {
        assert!(value.chars().any(char::is_control) && removed.is_err());
        return;
    };
    let read = Equality::parse(&built.to_string()).expect("what was built");
    assert_eq!((read.attribute(), read.value()), ("userName", value));
    let query = list_query(Some(1), Some(100), Some(&built));
    let (filter, rest) = query.split_once('&').expect("three parts");
    assert_eq!(rest, "startIndex=1&count=100");
    assert_eq!(decoded(filter.trim_start_matches("filter=")), built.to_string().as_bytes());
    let removed = removed.expect("a value without control characters");
    let path =
        ScimPath::parse(removed["Operations"][0]["path"].as_str().unwrap_or_default()).expect("a path");
    let Pick::Where(choice) = &path.pick else { panic!("{path:?}") };
    assert_eq!((path.attribute.as_str(), choice.attribute(), choice.value()), ("members", "value", value));
}

fn graph(value: &str) {
    for clause in [query::is("mail", value), query::begins("mail", value)] {
        assert!(
            clause.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%(),".contains(&byte)),
            "{clause}"
        );
        let text = String::from_utf8(decoded(&clause)).expect("text");
        let inside = text.strip_prefix("mail eq '").and_then(|rest| rest.strip_suffix('\''));
        let inside = inside
            .or_else(|| text.strip_prefix("startswith(mail,'").and_then(|rest| rest.strip_suffix("')")));
        let inside = inside.expect("one literal");
        // Every quote in the literal is doubled, so that it ends where it ends.
        assert_eq!(inside.split("''").map(|part| part.matches('\'').count()).sum::<usize>(), 0, "{text}");
        assert_eq!(inside.replace("''", "'"), value);
    }
    assert_eq!(query::user(value, "id").matches(['/', '?']).count(), 3);
    let texts = vec![value.to_owned(); 16];
    assert_eq!(query::groups_listed("displayName", &texts, 10).count(), 2);
}

/// The search of a filter, read back as bytes.
fn ldap(value: &[u8]) {
    let filter = Filter::All(vec![Filter::equals("uid", value), Filter::begins("mail", value)]);
    let page = Page { size: 500, cookie: value.to_vec() };
    let search = Search {
        base: "dc=x".to_owned(),
        scope: Scope::Subtree,
        filter,
        attributes: vec!["mail".to_owned()],
        page: Some(page),
        size_limit: 0,
    };
    let bytes = Request::Search(&search).encoded(7);
    let mut message = Elements::new(&bytes).enter(SEQUENCE).expect("a message");
    assert_eq!(message.number(INTEGER), Ok(7));
    let mut operation = message.enter(0x63).expect("a search");
    assert_eq!(operation.text(), Ok("dc=x"));
    assert_eq!((operation.number(ENUMERATED), operation.number(ENUMERATED)), (Ok(2), Ok(0)));
    assert_eq!((operation.number(INTEGER), operation.number(INTEGER)), (Ok(0), Ok(0)));
    operation.take().expect("a boolean");
    let mut filters = operation.enter(0xa0).expect("all of these");
    let mut equality = filters.enter(0xa3).expect("an equality");
    assert_eq!((equality.text(), equality.expect(OCTETS)), (Ok("uid"), Ok(value)));
    let mut begins = filters.enter(0xa4).expect("a beginning");
    assert_eq!(begins.text(), Ok("mail"));
    assert_eq!(begins.enter(SEQUENCE).and_then(|mut parts| parts.expect(0x80)), Ok(value));
    assert!(filters.is_empty() && equality.is_empty() && begins.is_empty());
    assert_eq!(operation.enter(SEQUENCE).and_then(|mut attributes| attributes.text()), Ok("mail"));
    assert!(operation.is_empty());
}

/// A search for users has nothing but equalities with what is sought.
fn users(text: &str) {
    let value = SearchValue { attribute: "mail".to_owned(), text: text.to_owned(), any_domain: true };
    let ids = BTreeSet::from([text.to_owned()]);
    let search = UserSearch { ids, values: BTreeSet::from([value]) };
    for flavour in [Flavour::ActiveDirectory, Flavour::Standard] {
        match user_filter(&search, [("mail", "mail")].into_iter(), flavour) {
            None => assert!(text.is_empty()),
            Some(Filter::Any(filters)) => {
                let begins = format!("{text}@").into_bytes();
                let right = |filter: &Filter| match filter {
                    Filter::Equals(name, value) if name == "mail" => *value == text.as_bytes(),
                    Filter::Equals(name, value) => {
                        name.starts_with("object") && value.len() == 16 || value.len() == 36
                    }
                    Filter::Begins(name, value) => name == "mail" && *value == begins,
                    Filter::All(_) | Filter::Any(_) | Filter::Present(_) => false,
                };
                assert!(filters.iter().all(right), "{filters:?}");
            }
            Some(other) => panic!("{other:?}"),
        }
    }
}
