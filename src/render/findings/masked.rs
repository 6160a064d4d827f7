//! Masks secrets that were typed into a policy, so that the finding shows the line without the secret.

use regex::Regex;
use std::sync::LazyLock;

/// The first group of each pattern is masked.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // `credential: hunter2`
        r##"(?:credential|privateKey|certificate):[ \t]*['"]?([^\s{'"#,}][^\r\n'",}]*)"##,
        // `credential: { value: hunter2 }`, on one or several lines
        r##"(?:credential|privateKey|certificate):\s*\{?\s*(?:(?:env|file):\s*[^\s,}]+\s*,?\s*)*(?:[A-Za-z]*(?:value|secret|password|token|key|text)):\s*['"]?([^\r\n'",}]+)"##,
        // `clientSecret: hunter2`, anywhere
        r##"(?i)\b[a-z]*(?:secret|password|passwd|token|apikey)["']?:[ \t]*['"]?([^\s{'"\[,}][^\r\n'",}]*)"##,
        // `https://user:hunter2@host/`
        r"://([^/\s@'\x22]+)@",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// The text with secrets masked, byte for byte, so that underlines stay in place.
pub(super) fn masked(text: &str) -> String {
    let mut shown = text.as_bytes().to_vec();
    for pattern in SECRETS.iter() {
        for found in pattern.captures_iter(text).filter_map(|captures| captures.get(1)) {
            shown[found.range()].fill(b'*');
        }
    }
    // Whole characters are replaced by ASCII, so this is valid UTF-8.
    String::from_utf8(shown).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SECRETS.len(), 4);
    }

    #[test]
    fn secrets_are_masked_in_place() {
        for text in [
            "credential: hunter2",
            "credential: 'hunter2'",
            "privateKey: hunter2",
            "certificate: { text: hunter2 }",
            "credential: { value: hunter2 }",
            "credential: { env: ROLEWRIGHT_X, value: 'hunter2' }",
            "credential:\n  value: hunter2\n",
            "clientSecret: hunter2",
            "\"password\": \"hunter2\"",
            "url: 'https://ida:hunter2@rooms.example/scim'",
            "token: hunter2hårdt hunter2",
        ] {
            let shown = masked(text);
            assert!(!shown.contains("hunter2"), "{shown}");
            assert_eq!(shown.len(), text.len());
        }
    }

    #[test]
    fn names_of_secrets_are_not_masked() {
        for text in [
            "credential: { env: ROLEWRIGHT_DSTNY }",
            "credential:\n  file: /run/secrets/dstny\n",
            "privateKey: { env: ROLEWRIGHT_DSTNY_KEY }, certificate: { file: crm.pem }",
            "secretPrefixes: [ROLEWRIGHT_]",
            "url: 'https://rooms.example/scim'",
            "title: { value: Adviser }",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
