//! Names of groups, as far as every room reads them alike.

/// Whether a group's name begins with a directory's prefix; ASCII case is ignored, as in names (the policy language, 4).
pub fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_and_no_letter_is_cut() {
        assert!(begins_with("App-Core", "aPP-") && begins_with("app-", "App-") && begins_with("x", ""));
        assert!(!begins_with("App", "App-") && !begins_with("Åpp", "åpp") && !begins_with("Å", "A"));
        // The prefix ends within a letter of the name.
        assert!(!begins_with("aé", "aa"));
    }
}
