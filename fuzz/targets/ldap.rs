//! Messages of LDAP servers, as they come on a connection: a length is known before the message is there and stays the same,
//! what was read lies within the message, and no text of a server or entry can control a terminal.

use rolewright::model::{AttributeType, invisible_character};
use rolewright::wire::ldap::ber::{self, Elements, INTEGER, OCTETS, SEQUENCE, message_length};
use rolewright::wire::ldap::{
    Elsewhere, Entry, Flavour, Message, Refusal, Response, UserDecoder, decode, elsewhere, guid_text, id_of,
    in_pieces, piece, primary_group_id, relative_id, rfc3339, visible,
};

const MOST: usize = 4096;

/// Reads a stream of messages.
pub fn target(data: &[u8]) {
    let mut rest = data;
    while let Ok(Some(length)) = length(rest) {
        let Some((message, after)) = rest.split_at_checked(length) else { break };
        if let Ok(message) = decode(message) {
            check(&message);
        }
        rest = after;
    }
    if let Ok(message) = decode(data) {
        check(&message);
    }
    elements(Elements::new(data), 0);
    written(data);
}

/// The length, which depends on the first bytes only.
fn length(bytes: &[u8]) -> Result<Option<usize>, ber::Malformed> {
    let length = message_length(bytes, MOST);
    assert!(!matches!(length, Ok(Some(length)) if length > MOST));
    for known in 0..bytes.len().min(12) {
        match message_length(&bytes[..known], MOST) {
            Ok(None) => {}
            early => assert_eq!(early, length, "after {known} bytes"),
        }
    }
    length
}

fn check(message: &Message<'_>) {
    match &message.response {
        Response::Entry(entry) => check_entry(entry),
        Response::Reference(addresses) => {
            let place = elsewhere(addresses);
            assert!(!addresses.is_empty() || place == Elsewhere::Missing);
        }
        Response::Bound(outcome) | Response::Extended(outcome) | Response::Done(outcome, _) => {
            let refusal = Refusal::new(outcome.code, outcome.words);
            for shown in [refusal.to_string(), refusal.sign_in_help(), refusal.search_help("dc=x")] {
                assert_eq!(invisible_character(&shown), None, "{shown:?}");
                assert!(!shown.contains('\n') && shown.chars().count() < 1000);
            }
        }
    }
}

fn check_entry(entry: &Entry<'_>) {
    for flavour in [Flavour::ActiveDirectory, Flavour::Standard] {
        let attributes = [
            ("accountEnabled", AttributeType::Boolean),
            ("businessPhones", AttributeType::List),
            ("createdDateTime", AttributeType::Text),
            ("mail", AttributeType::Text),
            ("onPremisesDistinguishedName", AttributeType::Text),
            ("onPremisesImmutableId", AttributeType::Text),
            ("onPremisesSecurityIdentifier", AttributeType::Text),
        ];
        let attributes = attributes.map(|(name, kind)| (name, name, kind));
        let decoder = UserDecoder::new(attributes, flavour, 1_800_000_000);
        if let Ok(fields) = decoder.fields(entry) {
            assert_eq!(fields.len(), attributes.len());
        }
    }
    if let Some(id) = id_of(entry) {
        assert!(id.len() == 36 && id.is_ascii() && id == id.to_ascii_lowercase(), "{id}");
    }
    for from in [0, 1, u64::MAX] {
        if let Ok(Some(piece)) = piece(entry, "member", from) {
            let next = piece.next.is_none_or(|next| next - from == piece.values.len() as u64);
            assert!(next && (from == 0 || in_pieces(entry)));
        }
    }
    assert_eq!(invisible_character(&visible(entry.name)), None);
}

/// Elements within elements: none is longer than what holds it.
fn elements(mut elements: Elements<'_>, depth: usize) {
    while let Ok((tag, content)) = elements.take() {
        let mut again = Elements::new(content);
        if tag & 0x20 != 0 && depth < 32 {
            self::elements(again, depth + 1);
        } else if let Ok(number) = again.number(INTEGER) {
            let written = ber::number(INTEGER, number);
            assert_eq!(Elements::new(&written).number(INTEGER), Ok(number));
        }
    }
}

/// What we write is read back.
fn written(data: &[u8]) {
    let element = ber::element(OCTETS, data);
    assert_eq!(Elements::new(&element).take(), Ok((OCTETS, data)));
    let whole = ber::group(SEQUENCE, &[element.clone(), element]);
    assert_eq!(message_length(&whole, usize::MAX), Ok(Some(whole.len())));
    if let Some(group) = primary_group_id(data, 513) {
        assert_eq!((relative_id(&group), group.len()), (Some(513), data.len()));
    }
    assert!(guid_text(data).is_none_or(|guid| guid.len() == 36));
    if let Some(moment) = rfc3339(data) {
        assert!(rolewright::model::unix_of_rfc3339(&moment).is_some(), "{moment}");
    }
}
