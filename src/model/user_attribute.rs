//! User attributes that need no declaration: Microsoft Graph's names and types (the policy language, 3).

use super::AttributeType;

const TEXTS: &[&str] = &[
    "city",
    "companyName",
    "country",
    "createdDateTime",
    "department",
    "displayName",
    "employeeId",
    "employeeType",
    "faxNumber",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesDistinguishedName",
    "onPremisesImmutableId",
    "onPremisesSamAccountName",
    "onPremisesUserPrincipalName",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
];
const BOOLEANS: &[&str] = &["accountEnabled"];
const LISTS: &[&str] = &["businessPhones", "otherMails", "proxyAddresses"];
const EXTENSION: &str = "onPremisesExtensionAttributes.extensionAttribute";
const EXTENSIONS: std::ops::RangeInclusive<u8> = 1..=15;

/// The attribute that is the user's immutable id.
pub const USER_ID: &str = "id";

/// The type of a user attribute that every directory has; the id is not one of them.
pub fn known_user_attribute(name: &str) -> Option<AttributeType> {
    let of = |kind, names: &[&str]| names.contains(&name).then_some(kind);
    let extension = name
        .strip_prefix(EXTENSION)
        .is_some_and(|number| EXTENSIONS.into_iter().any(|known| known.to_string() == number));
    of(AttributeType::Text, TEXTS)
        .or_else(|| of(AttributeType::Boolean, BOOLEANS))
        .or_else(|| of(AttributeType::List, LISTS))
        .or_else(|| extension.then_some(AttributeType::Text))
}

/// All names that need no declaration, for spelling hints.
pub fn known_user_attributes() -> Vec<String> {
    let plain = [TEXTS, BOOLEANS, LISTS, &[USER_ID]].concat().into_iter().map(str::to_owned);
    plain.chain(EXTENSIONS.map(|number| format!("{EXTENSION}{number}"))).collect()
}

/// A user attribute in policies: `mail`, `businessPhones[0]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserPath<'a> {
    /// The attribute.
    pub name: &'a str,
    /// The index of a list element, from 0.
    pub index: Option<u16>,
}

/// Splits a path into name and index; text without a valid index is a plain name.
pub fn parse_user_path(path: &str) -> UserPath<'_> {
    let indexed = || {
        let (name, index) = path.strip_suffix(']')?.rsplit_once('[')?;
        let canonical = index == "0" || !index.starts_with(['0', '+']);
        Some(UserPath { name, index: Some(index.parse().ok().filter(|_| canonical)?) })
    };
    indexed().unwrap_or(UserPath { name: path, index: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_attributes_end_at_fifteen() {
        assert_eq!(known_user_attribute(&format!("{EXTENSION}15")), Some(AttributeType::Text));
        for number in ["0", "16", "01", "+1", ""] {
            assert_eq!(known_user_attribute(&format!("{EXTENSION}{number}")), None);
        }
    }

    #[test]
    fn only_valid_indices_are_split_off() {
        assert_eq!(parse_user_path("a[10]"), UserPath { name: "a", index: Some(10) });
        for path in ["a", "a[", "a[]", "a[-1]", "a[01]", "a[+1]", "a[70000]", "a[0]b"] {
            assert_eq!(parse_user_path(path), UserPath { name: path, index: None });
        }
    }
}
