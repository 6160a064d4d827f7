//! Words of the language that this version does not support yet, in one list. Using one is an error that says so.

/// Keys of a later version, in any object.
const KEYS: &[&str] = &[
    "approvals",
    "approvers",
    "endpoint",
    "environment",
    "postgres",
    "privilegedApprovers",
    "review",
    "toolVersion",
];

/// Values of a later version, with their key.
const VALUES: &[(&str, &str)] = &[("forge", "gitlab")];

/// Tables that may have more than one entry in a later version.
const SEVERAL: &[&str] = &["environments"];

/// Whether a key belongs to a later version.
pub fn is_later_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether the value of a key belongs to a later version.
pub fn is_later_value(key: &str, value: &str) -> bool {
    VALUES.contains(&(key, value))
}

/// Whether a table may have more than one entry in a later version.
pub fn is_later_number(key: &str) -> bool {
    SEVERAL.contains(&key)
}
