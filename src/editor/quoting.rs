//! How a text is written so that the reader reads it back as that text.

use crate::model::FileId;
use crate::yaml::{self, Budget, Kind};

/// The text as a value in YAML: plain where it reads back as it is, in quotes otherwise.
pub(super) fn written(text: &str) -> String {
    if reads_back(text, text) { text.to_owned() } else { quoted(text) }
}

/// The text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let single = format!("'{}'", text.replace('\'', "''"));
    if reads_back(&single, text) {
        return single;
    }
    // JSON's escapes are YAML's in double quotes.
    serde_json::Value::String(text.to_owned()).to_string()
}

/// Whether a scalar is read as a text, in block and flow style alike.
fn reads_back(scalar: &str, text: &str) -> bool {
    let read = |document: &str| {
        let nodes = yaml::read(FileId(0), document, &Budget::default()).ok()?;
        match nodes.as_slice() {
            [node] => match &node.get("k")?.kind {
                Kind::Text(read) => Some(**read == *text && node.to_json().as_object()?.len() == 1),
                Kind::Null
                | Kind::Boolean(_)
                | Kind::Integer(_)
                | Kind::Float(_)
                | Kind::Sequence(_)
                | Kind::Mapping(_) => None,
            },
            _ => None,
        }
    };
    let documents = [format!("k: {scalar}\n"), format!("{{ k: {scalar} }}\n")];
    documents.iter().all(|document| read(document) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_where_it_would_read_as_something_else() {
        for (text, expected) in [
            ("Sales", "Sales"),
            ("Sales team", "Sales team"),
            ("*", "'*'"),
            ("0100", "'0100'"),
            ("true", "'true'"),
            ("a, b", "'a, b'"),
            ("a: b", "'a: b'"),
            ("it's #1", "'it''s #1'"),
            ("{home}", "'{home}'"),
            ("", "''"),
            ("two\nlines", "\"two\\nlines\""),
        ] {
            assert_eq!(written(text), expected);
        }
    }
}
