//! Account attributes that need no declaration, and their SCIM paths (the policy language, 5; RFC 7643, 4).

const WORK_OR_MOBILE: &[(&str, &str)] = &[
    ("city", "addresses[type eq \"work\"].locality"),
    ("country", "addresses[type eq \"work\"].country"),
    ("email", "emails[type eq \"work\"].value"),
    ("familyName", "name.familyName"),
    ("givenName", "name.givenName"),
    ("mobile", "phoneNumbers[type eq \"mobile\"].value"),
    ("phone", "phoneNumbers[type eq \"work\"].value"),
];
const ENTERPRISE: &[&str] = &["costCenter", "department", "division", "employeeNumber", "organization"];
const ENTERPRISE_SCHEMA: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &[&str] = &[
    "displayName",
    "externalId",
    "locale",
    "nickName",
    "preferredLanguage",
    "profileUrl",
    "timezone",
    "title",
    "userName",
    "userType",
];
/// Multi-valued attributes of the core user that hold rights: valid in a `wire`, never mapped.
const RIGHTS: &[&str] = &["entitlements", "roles"];

/// Properties of an account besides its attributes: conditions may test them, mappings cannot set them.
pub const ACCOUNT_OWN: &[&str] = &["active", "id"];

/// The path of an account attribute that needs no declaration.
pub fn account_path(name: &str) -> Option<String> {
    let short = WORK_OR_MOBILE.iter().find(|(short, _)| *short == name).map(|(_, path)| (*path).to_owned());
    let enterprise = || ENTERPRISE.contains(&name).then(|| format!("{ENTERPRISE_SCHEMA}:{name}"));
    let core = || CORE.contains(&name).then(|| name.to_owned());
    short.or_else(enterprise).or_else(core)
}

/// The path of such an attribute, if an entitlement's `wire` names it.
pub fn wire_path(name: &str) -> Option<String> {
    RIGHTS.contains(&name).then(|| name.to_owned()).or_else(|| account_path(name))
}

/// All names that need no declaration, for spelling hints.
pub fn known_account_attributes() -> impl Iterator<Item = &'static str> {
    let short = WORK_OR_MOBILE.iter().map(|(short, _)| *short);
    short.chain(ENTERPRISE.iter().copied()).chain(CORE.iter().copied())
}
