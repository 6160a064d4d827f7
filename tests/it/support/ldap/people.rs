//! The users of the worked policies' head office, as entries of the domain controller.

use rolewright::model::Field;
use rolewright::model::{known_user_attribute, known_user_attributes};
use rolewright::wire::people::{People, parse};
use std::fmt::Write;

/// The file, as shipped.
pub(crate) const FILE: &str = include_str!("../../../../policies/directories/headquarters-people.yaml");
/// The root of the names in the file, and the place in the domain that replaces it.
const ROOTS: (&str, &str) = ("DC=contoso,DC=example", "OU=Policies,OU=Company,DC=corp,DC=example,DC=test");
/// The LDAP names of the attributes in the file.
const NAMES: [(&str, &str); 7] = [
    ("country", "co"),
    ("givenName", "givenName"),
    ("initials", "initials"),
    ("mail", "mail"),
    ("mobilePhone", "mobile"),
    ("surname", "sn"),
    ("userPrincipalName", "userPrincipalName"),
];

/// The contents of the file.
pub(crate) fn people() -> People {
    let known = known_user_attributes().into_iter();
    let own = [("initials".to_owned(), rolewright::model::AttributeType::Text)];
    let accepted: Vec<_> =
        known.filter_map(|name| known_user_attribute(&name).map(|kind| (name, kind))).chain(own).collect();
    parse("headquarters-people.yaml", FILE, &accepted).expect("the shipped file is sound")
}

/// A place in the file as a place in the domain.
pub(crate) fn place(name: &str) -> String {
    name.replace(ROOTS.0, ROOTS.1)
}

/// The file as LDIF.
pub(crate) fn ldif() -> String {
    let people = people();
    let mut ldif = String::new();
    let mut entry = |name: &str, class: &str, more: &[(&str, String)]| {
        writeln!(ldif, "\ndn: {}\nobjectClass: {class}", place(name)).expect("text");
        for (attribute, value) in more {
            // Umlauts are encoded as base64 (RFC 2849).
            use base64::Engine;
            let coded = base64::engine::general_purpose::STANDARD.encode(value);
            writeln!(ldif, "{attribute}:: {coded}").expect("text");
        }
    };
    for unit in ["", "OU=People,", "OU=Groups,", "OU=Pronestor,OU=Groups,", "OU=Old,OU=Groups,"] {
        entry(&format!("{unit}{}", ROOTS.0), "organizationalUnit", &[]);
    }
    for (at, user) in people.users.iter().enumerate() {
        // 32: an account without password is allowed.
        let disabled = user.fields.get("accountEnabled") == Some(&Field::Boolean(false));
        let control = 512 + 32 + if disabled { 2 } else { 0 };
        let mut more =
            vec![("sAMAccountName", format!("person{at}")), ("userAccountControl", control.to_string())];
        for (graph, ldap) in NAMES {
            if let Some(Field::Text(value)) = user.fields.get(graph) {
                more.push((ldap, value.to_string()));
            }
        }
        entry(&format!("CN=Person {at},OU=People,{}", ROOTS.0), "user", &more);
    }
    for (at, group) in people.groups.iter().enumerate() {
        let mut more = vec![("sAMAccountName", format!("Office{at}"))];
        let members = people.users.iter().enumerate().filter(|(_, user)| user.groups.contains(&at));
        more.extend(
            members.map(|(user, _)| ("member", place(&format!("CN=Person {user},OU=People,{}", ROOTS.0)))),
        );
        entry(group.distinguished_name.as_deref().expect("each group has a place"), "group", &more);
    }
    ldif
}
