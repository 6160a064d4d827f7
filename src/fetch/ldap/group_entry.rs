//! Which entries are groups, and how they name their members.

use crate::model::DistinguishedName;
use crate::wire::ldap::{Filter, Flavour};

/// Groups. Those whose members are not distinguished names (`posixGroup`) are not read.
pub(super) fn groups(flavour: Flavour) -> Filter {
    let equals = |value: &str| Filter::equals("objectClass", value);
    match flavour {
        Flavour::ActiveDirectory => equals("group"),
        Flavour::Standard => Filter::Any(vec![equals("groupOfNames"), equals("groupOfUniqueNames")]),
    }
}

/// A member in `uniqueMember` as a canonical name; `None` if it is not a distinguished name.
pub(super) fn unique_member(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let name = DistinguishedName::parse(without_identifier(text)).ok()?;
    Some(name.canonical().to_owned())
}

/// A name without the optional identifier behind it in `uniqueMember` (RFC 4517, 3.3.21): `cn=a,dc=b#'0101'B`.
pub(super) fn without_identifier(text: &str) -> &str {
    match text.strip_suffix("'B").and_then(|text| text.rsplit_once("#'")) {
        Some((name, bits)) if bits.bytes().all(|bit| matches!(bit, b'0' | b'1')) => name,
        _ => text,
    }
}
