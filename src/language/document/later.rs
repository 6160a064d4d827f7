//! Words of the language that this version does not know yet: the one list. They are errors that say so.

/// Keys of a later version, whatever object they stand in.
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

/// Values of a later version, with the key they stand behind.
const VALUES: &[(&str, &str)] = &[("forge", "gitlab")];

/// Tables of which a later version takes more than one entry.
const SEVERAL: &[&str] = &["environments"];

/// Whether a key belongs to a later version.
pub fn is_later_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether a value behind a key belongs to a later version.
pub fn is_later_value(key: &str, value: &str) -> bool {
    VALUES.contains(&(key, value))
}

/// Whether a table takes more than one entry in a later version.
pub fn is_later_number(key: &str) -> bool {
    SEVERAL.contains(&key)
}
