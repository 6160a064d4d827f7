//! Matches names with patterns: `London_booker` matches `{location}_{localRole}` (the policy language, 4).

use super::{CaptureSet, NamePattern, PatternPart};
use std::collections::BTreeMap;

/// The values of a pattern's captures in one name, spelled as in their closed sets.
pub type Captures = BTreeMap<String, String>;

/// How a name matches a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Not at all.
    No,
    /// In one way.
    One(Captures),
    /// In several ways with different values, or in more ways than are tried: the name gives no right.
    Ambiguous,
    /// The text matches, but a value is not in its closed set: perhaps a mistyped name.
    Nearly,
}

/// Ways to split a name that are tried; of a name with more it cannot be told in how many it fits.
const MOST_TRIED: u32 = 100_000;

/// Matches a whole name with a pattern.
pub fn fit(pattern: &NamePattern, name: &str) -> Fit {
    let mut found = Found::default();
    search(pattern, &pattern.parts, name, &mut Captures::new(), true, &mut found);
    if found.several {
        return Fit::Ambiguous;
    }
    if let Some(captures) = found.first {
        return Fit::One(captures);
    }
    let mut found = Found::default();
    search(pattern, &pattern.parts, name, &mut Captures::new(), false, &mut found);
    if found.first.is_some() { Fit::Nearly } else { Fit::No }
}

#[derive(Default)]
struct Found {
    first: Option<Captures>,
    several: bool,
    tried: u32,
}

/// Tries every way to split the name. There are few, because patterns have few captures and never two adjacent ones.
fn search(
    pattern: &NamePattern,
    parts: &[PatternPart],
    rest: &str,
    captures: &mut Captures,
    closed: bool,
    found: &mut Found,
) {
    let Some((part, parts)) = parts.split_first() else {
        if rest.is_empty() {
            found.add(captures);
        }
        return;
    };
    match part {
        PatternPart::Text(text) => {
            if let Some(rest) = strip_prefix_ignoring_case(rest, text) {
                search(pattern, parts, rest, captures, closed, found);
            }
        }
        PatternPart::Capture(key) => {
            for (end, _) in rest.char_indices().skip(1).chain([(rest.len(), ' ')]) {
                found.tried += 1;
                if found.tried > MOST_TRIED {
                    found.several = true;
                    return;
                }
                let Some(value) = accepted(pattern, key, &rest[..end], closed) else { continue };
                let before = captures.insert(key.clone(), value.clone());
                if before.as_ref().is_none_or(|before| *before == value) {
                    search(pattern, parts, &rest[end..], captures, closed, found);
                }
                match before {
                    Some(before) => captures.insert(key.clone(), before),
                    None => captures.remove(key),
                };
                if found.several {
                    return;
                }
            }
        }
    }
}

impl Found {
    fn add(&mut self, captures: &Captures) {
        match &self.first {
            None => self.first = Some(captures.clone()),
            Some(first) => self.several |= first != captures,
        }
    }
}

fn accepted(pattern: &NamePattern, key: &str, text: &str, closed: bool) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match pattern.captures.get(key).filter(|_| closed) {
        None | Some(CaptureSet::Open) => Some(text.to_owned()),
        Some(CaptureSet::Closed(entries)) => entries
            .iter()
            .find(|(in_name, _)| in_name.eq_ignore_ascii_case(text))
            .map(|(_, value)| value.clone()),
        Some(CaptureSet::Matching(matcher)) => matcher.regex.is_match(text).then(|| text.to_owned()),
    }
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}
