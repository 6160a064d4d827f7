//! The owners of policy files from a CODEOWNERS file, as GitHub and GitLab read it: the last matching pattern counts.

use super::line::{Line, Outcome, Step};
use crate::model::placeholder::OWNER;
use regex::Regex;

/// The most files that a line names; the others are counted.
const MAX_NAMED: usize = 3;

/// The patterns of a CODEOWNERS file, in its order.
#[derive(Clone, Debug)]
pub struct Owners(Vec<(Regex, bool)>);

impl Owners {
    /// Reads a file. Lines that forges ignore are ignored here too.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().filter_map(rule).collect())
    }

    /// Whether a file has an owner; the path is relative to the repository's root.
    pub fn is_owned(&self, path: &str) -> bool {
        self.0.iter().rev().find(|(pattern, _)| pattern.is_match(path)).is_some_and(|(_, owned)| *owned)
    }
}

/// The line of the policy folder; `file` is the text of CODEOWNERS, if it exists.
pub fn owners(subject: &str, file: Option<&str>, policies: &[String]) -> Line {
    let Some(text) = file else {
        let message = "there is no `CODEOWNERS`: whoever may merge may change who has access";
        return Line::new(subject, Step::Owners, Outcome::Warned, message);
    };
    if let Some(team) = placeholder(text) {
        let message = format!("`{team}` in `CODEOWNERS` is a placeholder: nobody has to approve a change");
        return Line::new(subject, Step::Owners, Outcome::Failed, message);
    }
    let owners = Owners::parse(text);
    let unowned: Vec<&str> =
        policies.iter().map(String::as_str).filter(|path| !owners.is_owned(path)).collect();
    if unowned.is_empty() {
        let message = format!("each of {} policy files has an owner", policies.len());
        return Line::new(subject, Step::Owners, Outcome::Passed, message);
    }
    let named: Vec<String> = unowned.iter().take(MAX_NAMED).map(|path| format!("`{path}`")).collect();
    let more = unowned.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("nobody owns {}{more}", named.join(", "));
    Line::new(subject, Step::Owners, Outcome::Warned, message)
}

/// An owner that `init` wrote because it was not told one. Forges take a team that does not exist for nobody, silently.
fn placeholder(text: &str) -> Option<&str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut owners = lines.flat_map(str::split_whitespace);
    owners.find(|owner| owner.strip_prefix('@').is_some_and(|owner| owner.starts_with(&format!("{OWNER}/"))))
}

fn rule(line: &str) -> Option<(Regex, bool)> {
    let line = line.split(" #").next().unwrap_or_default().trim();
    if line.is_empty() || line.starts_with(['#', '[', '^', '!']) {
        return None;
    }
    let mut words = line.split_whitespace();
    let pattern = words.next()?;
    let owned = words.any(|word| word.contains('@'));
    Regex::new(&expression(pattern)).ok().map(|pattern| (pattern, owned))
}

/// A pattern as a regular expression for whole paths. A `/` before its end anchors it at the root; a folder's name
/// matches everything below it, but `folder/*` only its direct entries.
fn expression(pattern: &str) -> String {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let body = pattern.trim_start_matches('/');
    let mut text = String::from(if anchored { "^" } else { "^(?:.*/)?" });
    let mut rest = body;
    while let Some(letter) = rest.chars().next() {
        let (taken, piece) = match letter {
            '*' if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            '*' if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            other => (other.len_utf8(), regex::escape(&rest[..other.len_utf8()])),
        };
        text.push_str(&piece);
        rest = &rest[taken..];
    }
    match body {
        body if body.ends_with('/') => text.push_str(".*$"),
        body if body.ends_with("/*") => text.push('$'),
        _ => text.push_str("(?:/.*)?$"),
    }
    text
}
