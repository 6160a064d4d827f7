//! The regular expressions in the schemas, and an explanation of each for messages.

/// An id: `a-z 0-9 -` (the policy language, 1).
pub const ID: &str = "^[a-z0-9-]+$";
/// The name of a directory, an application or an environment: it becomes a part of ref names in the ledger.
pub const NAME: &str = "^[A-Za-z0-9][A-Za-z0-9_-]*$";
/// The name of an application, or `*` for every one.
pub const NAME_OR_ALL: &str = r"^(\*|[A-Za-z0-9][A-Za-z0-9_-]*)$";
/// A day: `2027-01-31`.
pub const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// A length of time: `40m`, `12h`, `7d`.
pub const LENGTH: &str = "^[1-9][0-9]{0,3}[mhd]$";
/// A time of the day: `02:15`.
pub const TIME: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
/// A time of the day, or `24:00`.
pub const TIME_OR_MIDNIGHT: &str = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$";
/// A name in SQL that needs no quotes.
pub const SQL_NAME: &str = "^[a-z_][a-z0-9_]*$";
/// A country, two letters.
pub const REGION: &str = "^[A-Z]{2}$";
/// The beginning of names of environment variables.
pub const ENV_PREFIX: &str = "^[A-Z_][A-Z0-9_]*$";
/// A GUID in its usual form.
pub const GUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
/// A tenant of Microsoft Entra ID: its GUID, or one of its domains.
pub const TENANT: &str =
    r"^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$";
/// A SCIM attribute path: `title`, `name.givenName`, `emails[type eq "work"].value`, each with its URN or without.
pub const SCIM_PATH: &str =
    r#"^(urn:[^\s\[\]"]+:)?[A-Za-z$_][A-Za-z0-9$_-]*(\[[^\[\]]+\])?(\.[A-Za-z$_][A-Za-z0-9$_-]*)?$"#;

/// A JSON pointer (RFC 6901): `/contact/email`; the empty text is the whole.
pub const POINTER: &str = "^(/([^~/]|~[01])*)*$";
/// A path of an API: fixed parts, and names in braces that are whole parts.
pub const CALL_PATH: &str = r"^(/([A-Za-z0-9._~$*+,;=:@-]+|\{[A-Za-z][A-Za-z0-9]*\}))+/?$";
/// The name of a header.
pub const HEADER: &str = "^[A-Za-z][A-Za-z0-9-]*$";
/// A name that stands in braces.
pub const VALUE_NAME: &str = "^[A-Za-z][A-Za-z0-9]*$";

/// Which form a text must have that one of these patterns refused.
pub fn explain(pattern: &str) -> Option<&'static str> {
    Some(match pattern {
        ID => "an id has only the characters `a-z`, `0-9` and `-`",
        NAME => {
            "a name has only letters and digits of ASCII, `-` and `_`, and begins with a letter or a digit"
        }
        NAME_OR_ALL => "write the name of an application, or '*' for every one",
        DAY => "a date is year, month and day: '2027-01-31'",
        LENGTH => "a length of time is minutes, hours or days: 40m, 12h or 7d",
        TIME => "a time of the day is hours and minutes: '02:15'",
        TIME_OR_MIDNIGHT => "a time of the day is hours and minutes: '02:15', or '24:00' for its end",
        SQL_NAME => "a schema's name has only the characters `a-z`, `0-9` and `_`, and begins with no digit",
        REGION => "a region is a country code of two capital letters: DK",
        ENV_PREFIX => "environment variables have only the characters `A-Z`, `0-9` and `_`",
        GUID => "write the id of the app registration: 4b1a7c52-6a0e-4b6f-8f0c-2d6e8f1b7c22",
        TENANT => "write the tenant's id (a GUID), or one of its domains: contoso.onmicrosoft.com",
        SCIM_PATH => "write a SCIM path: title, name.givenName or 'emails[type eq \"work\"].value'",
        POINTER => "write where it stands as a JSON pointer: /id, /contact/email",
        CALL_PATH => {
            "write a path of plain parts, and names in braces that are whole parts: /users/{id}/roles"
        }
        HEADER => "a header has only letters and digits of ASCII and `-`, and begins with a letter",
        VALUE_NAME => "a name here has only letters and digits of ASCII, and begins with a letter",
        _ => return None,
    })
}
