//! Names of attributes: of users as Microsoft Graph names them, of accounts as SCIM does (the policy language, 3 and 5).

use crate::policy::set::AttributeKind;

/// User attributes that every directory is asked for by the same name.
pub const USER_ATTRIBUTES: &[(&str, AttributeKind)] = &[
    ("accountEnabled", AttributeKind::Boolean),
    ("businessPhones", AttributeKind::List),
    ("city", AttributeKind::Text),
    ("companyName", AttributeKind::Text),
    ("country", AttributeKind::Text),
    ("createdDateTime", AttributeKind::Text),
    ("department", AttributeKind::Text),
    ("displayName", AttributeKind::Text),
    ("employeeId", AttributeKind::Text),
    ("employeeType", AttributeKind::Text),
    ("faxNumber", AttributeKind::Text),
    ("givenName", AttributeKind::Text),
    ("jobTitle", AttributeKind::Text),
    ("mail", AttributeKind::Text),
    ("mailNickname", AttributeKind::Text),
    ("mobilePhone", AttributeKind::Text),
    ("officeLocation", AttributeKind::Text),
    ("onPremisesDistinguishedName", AttributeKind::Text),
    ("onPremisesImmutableId", AttributeKind::Text),
    ("onPremisesSamAccountName", AttributeKind::Text),
    ("onPremisesUserPrincipalName", AttributeKind::Text),
    ("otherMails", AttributeKind::List),
    ("postalCode", AttributeKind::Text),
    ("preferredLanguage", AttributeKind::Text),
    ("proxyAddresses", AttributeKind::List),
    ("state", AttributeKind::Text),
    ("streetAddress", AttributeKind::Text),
    ("surname", AttributeKind::Text),
    ("usageLocation", AttributeKind::Text),
    ("userPrincipalName", AttributeKind::Text),
    ("userType", AttributeKind::Text),
];

const EXTENSIONS: &str = "onPremisesExtensionAttributes.extensionAttribute";

/// The type of a user attribute that every directory has.
pub fn user_attribute(name: &str) -> Option<AttributeKind> {
    if let Some(number) = name.strip_prefix(EXTENSIONS) {
        let known =
            number.parse::<u8>().is_ok_and(|number| (1..=15).contains(&number)) && !number.starts_with('0');
        return known.then_some(AttributeKind::Text);
    }
    USER_ATTRIBUTES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// Account attributes that need no declaration, and their SCIM paths (RFC 7643, 4.1 and 4.3).
pub(super) const ACCOUNT_ATTRIBUTES: &[(&str, &str)] = &[
    ("city", "addresses[type eq \"work\"].locality"),
    ("costCenter", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"),
    ("country", "addresses[type eq \"work\"].country"),
    ("department", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
    ("displayName", "displayName"),
    ("division", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"),
    ("email", "emails[type eq \"work\"].value"),
    ("employeeNumber", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"),
    ("externalId", "externalId"),
    ("familyName", "name.familyName"),
    ("givenName", "name.givenName"),
    ("locale", "locale"),
    ("mobile", "phoneNumbers[type eq \"mobile\"].value"),
    ("nickName", "nickName"),
    ("organization", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization"),
    ("phone", "phoneNumbers[type eq \"work\"].value"),
    ("preferredLanguage", "preferredLanguage"),
    ("profileUrl", "profileUrl"),
    ("timezone", "timezone"),
    ("title", "title"),
    ("userName", "userName"),
    ("userType", "userType"),
];

/// The names of account attributes that need no declaration.
pub fn account_attribute_names() -> impl Iterator<Item = &'static str> {
    ACCOUNT_ATTRIBUTES.iter().map(|(name, _)| *name)
}

/// An attribute and perhaps the place in its list: `businessPhones[0]`.
pub(super) fn split_index(text: &str) -> Option<(&str, Option<u16>)> {
    let Some((name, rest)) = text.split_once('[') else { return Some((text, None)) };
    let index = rest.strip_suffix(']')?.parse().ok()?;
    Some((name, Some(index)))
}
