//! Values for throw-away accounts, by which it is found out what a service keeps.

use super::{Pick, ScimPath};
use crate::model::Value;

/// Two values that fit an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleValues {
    /// Both.
    pub values: [Value; 2],
    /// Whether any other text fits as well.
    pub is_free: bool,
}

/// An attribute's path without selection: `emails.value`, with the URN of an extension; none if it is no path.
pub fn plain_path(path: &str) -> Option<String> {
    let parsed = ScimPath::parse(path).ok()?;
    Some(ScimPath { pick: Pick::All, ..parsed }.to_string())
}

/// Two values that fit an attribute, by its type (RFC 7643, 2.3) or its name; none for one that refers to other users.
/// `addresses` are two mail addresses.
pub fn example_values(path: &str, kind: Option<&str>, addresses: &[Value; 2]) -> Option<ExampleValues> {
    let fixed = |values: [Value; 2]| Some(ExampleValues { values, is_free: false });
    match kind {
        Some("boolean") => return fixed([Value::Boolean(true), Value::Boolean(false)]),
        Some("integer") => return fixed([Value::Number(1), Value::Number(2)]),
        _ => {}
    }
    let lower = plain_path(path)?.to_ascii_lowercase();
    let one_of = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let both = |first: &str, second: &str| [first, second].map(|text| Value::Text(text.to_owned()));
    if one_of(&["manager", "groups", "roles", "entitlements"]) {
        None
    } else if lower.ends_with("displayname") || lower.ends_with("name.formatted") {
        // Some services make it of given and family name.
        fixed(both("doctor 1 doctor 1", "doctor 2 doctor 2"))
    } else if one_of(&["mail"]) {
        fixed(addresses.clone())
    } else if one_of(&["phone", "mobile", "fax"]) {
        fixed(both("+4533112233", "+4533112244"))
    } else if one_of(&["locale"]) {
        fixed(both("en-US", "da-DK"))
    } else if one_of(&["language"]) {
        fixed(both("en", "da"))
    } else if one_of(&["timezone"]) {
        fixed(both("Europe/Copenhagen", "Europe/Stockholm"))
    } else if one_of(&["country"]) {
        fixed(both("DK", "SE"))
    } else if one_of(&["url", "photos"]) {
        fixed(both("https://doctor.example/1", "https://doctor.example/2"))
    } else {
        Some(ExampleValues { values: both("doctor 1", "doctor 2"), is_free: true })
    }
}
