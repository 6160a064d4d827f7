//! Answers of Microsoft Graph: neither the order of keys nor how texts are escaped matters, no link leads elsewhere, every
//! question has one answer, and a kept record is read back.

use super::support::{has_each_key_once, respelled, text};
use rolewright::model::AttributeType;
use rolewright::wire::graph::record::{Record, decode_changes};
use rolewright::wire::graph::{
    UserDecoder, Walk, decode_assignment, decode_batch, decode_group, decode_identity, decode_listed_group,
    decode_listed_member, decode_member, decode_page, decode_service_principal, decode_token, refusal,
};
use serde_json::Value;

const ORIGIN: &str = "https://graph.microsoft.com";

/// Reads an answer as each of the kinds that Graph has.
pub fn target(data: &[u8]) {
    let decoder = UserDecoder::new([
        ("accountEnabled", AttributeType::Boolean),
        ("businessPhones", AttributeType::List),
        ("mail", AttributeType::Text),
        ("onPremisesExtensionAttributes.extensionAttribute1", AttributeType::Text),
    ]);
    let mut records = vec![data];
    if let Ok(page) = decode_page(data) {
        page.next.iter().for_each(|link| follow(link));
        records.extend(page.value.iter().map(|record| record.get().as_bytes()));
    }
    records.iter().for_each(|json| spelling_does_not_matter(&decoder, json));
    if let Ok(answers) = decode_batch(data, 2) {
        assert_eq!(answers.iter().map(|answer| answer.index).collect::<Vec<_>>(), [0, 1]);
    }
    if let Ok(page) = decode_changes(data) {
        page.next.iter().chain(&page.delta).for_each(|link| follow(link));
    }
    let _ =
        (decode_token(data).is_ok(), decode_identity(data).is_ok(), decode_service_principal(data).is_ok());
    kept(data);
    if let Some(text) = text(data) {
        follow(text);
        refusal::sign_in_help(text, "tenant", "client", true);
        refusal::may_succeed_later(text);
    }
}

/// What is followed is a path at the same host: no credential goes elsewhere (F10).
fn follow(link: &str) {
    let mut walk = Walk::new(ORIGIN);
    let Ok(target) = walk.follow(link) else { return };
    assert!(target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!target.contains(['\\', '#', '"', '<', '>']));
    assert!(link.len() == ORIGIN.len() + target.len() && link[..ORIGIN.len()].eq_ignore_ascii_case(ORIGIN));
    assert!(walk.follow(link).is_err(), "the same page twice");
}

fn spelling_does_not_matter(decoder: &UserDecoder, json: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(json) else { return };
    if !has_each_key_once(&value) {
        return;
    }
    let (plain, other) = (value.to_string(), respelled(&value));
    let each = |read: &dyn Fn(&[u8]) -> Option<String>| {
        assert_eq!(read(plain.as_bytes()), read(other.as_bytes()), "{plain}");
    };
    each(&|json| decoder.decode(json).ok().map(|record| format!("{record:?}")));
    each(&|json| decode_group(json).ok().map(|record| format!("{record:?}")));
    each(&|json| decode_listed_group(json).ok().map(|record| format!("{record:?} {}", record.is_hidden())));
    each(&|json| decode_listed_member(json).ok().map(|record| format!("{record:?}")));
    each(&|json| decode_assignment(json).ok().map(|record| format!("{record:?} {:?}", record.kind())));
    // The usual spelling of a member is read by hand.
    let member = |json: &[u8]| {
        decode_member(json).ok().map(|member| (member.group_id.into_owned(), member.member_id.into_owned()))
    };
    assert_eq!(member(json), member(&[b" ", json].concat()));
    assert_eq!(member(plain.as_bytes()), member(other.as_bytes()));
}

/// A record that fits is the same once written and read again.
fn kept(data: &[u8]) {
    let Some(record) = Record::decode(data, "id,mail", 1_800_000_000) else { return };
    let written = serde_json::to_string(&record).expect("a record is JSON");
    let again = Record::decode(written.as_bytes(), "id,mail", 1_800_000_000).expect("what was written");
    assert_eq!(serde_json::to_string(&again).expect("a record is JSON"), written);
    assert!(record.fits());
}
