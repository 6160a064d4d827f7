//! A `Profile` document, for people to review and commit.

use super::escape::visible;
use crate::doctor::FoundProfile;
use crate::model::Profile;
use std::fmt::Write;

/// The document as YAML, with what is not known as comments above it.
pub fn profile(name: &str, found: &FoundProfile) -> String {
    let mut text = "# Found by `rolewright doctor --profile`. What is left out is unknown.\n".to_owned();
    // Writing to a string cannot fail.
    for remark in &found.remarks {
        let _ = writeln!(text, "# - {}", visible(&remark.replace(['\n', '\r'], " ")));
    }
    let _ = writeln!(text, "apiVersion: rolewright/v1\nkind: Profile\nname: {}", quoted(name));
    let Profile {
        filters,
        paging,
        update,
        create_answer,
        update_answer,
        read_back,
        etags,
        delete,
        group_update,
        members,
        member_value,
        members_per_request,
        attributes,
    } = &found.profile;
    if !filters.is_empty() {
        let filters: Vec<String> = filters.iter().map(|filter| quoted(filter)).collect();
        let _ = writeln!(text, "filters: [{}]", filters.join(", "));
    }
    line(&mut text, "paging", paging.map(|word| word.word()));
    line(&mut text, "update", update.map(|word| word.word()));
    let answers = [
        ("create", create_answer.map(|word| word.word().to_owned())),
        ("update", update_answer.map(|word| word.word().to_owned())),
    ];
    object(&mut text, "answers", &answers);
    line(&mut text, "readBack", *read_back);
    line(&mut text, "etags", *etags);
    line(&mut text, "delete", delete.map(|word| word.word()));
    let groups = [
        ("update", group_update.map(|word| word.word().to_owned())),
        ("members", members.map(|word| word.word().to_owned())),
        ("memberValue", member_value.map(|word| word.word().to_owned())),
        ("membersPerRequest", members_per_request.map(|count| count.to_string())),
    ];
    object(&mut text, "groups", &groups);
    if !attributes.is_empty() {
        text += "attributes:\n";
        for attribute in attributes {
            let _ = writeln!(text, "  {}: {}", quoted(&attribute.path), attribute.keeps.word());
        }
    }
    text
}

fn line(text: &mut String, key: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = writeln!(text, "{key}: {value}");
    }
}

/// An object on one line, if anything of it is known.
fn object(text: &mut String, key: &str, members: &[(&str, Option<String>)]) {
    let known: Vec<String> =
        members.iter().filter_map(|(key, value)| Some(format!("{key}: {}", value.as_ref()?))).collect();
    if !known.is_empty() {
        let _ = writeln!(text, "{key}: {{ {} }}", known.join(", "));
    }
}

/// A text as YAML reads it back.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let word = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && text.bytes().all(plain);
    let reserved = ["true", "false", "null"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if word && !reserved { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}
