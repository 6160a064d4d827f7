//! Rules for group names that all rooms share.

/// Whether a group's name begins with a directory's prefix, ignoring ASCII case as all names do (the policy language,
/// 4).
pub fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_ignores_case_and_keeps_letters_whole() {
        assert!(begins_with("App-Core", "aPP-") && begins_with("app-", "App-") && begins_with("x", ""));
        assert!(!begins_with("App", "App-") && !begins_with("Åpp", "åpp") && !begins_with("Å", "A"));
        // The prefix ends inside a multi-byte letter of the name.
        assert!(!begins_with("aé", "aa"));
    }
}
