//! The change of the policy text, next to its impact.

use crate::model::SourceSet;
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};

/// The most lines that are shown; a forge shows all.
const MAX_LINES: usize = 400;

/// The unified diff of two versions of the policy files; empty if they are equal.
pub fn wording(before: Option<&SourceSet>, after: &SourceSet) -> Vec<String> {
    let texts = |set: &SourceSet| -> BTreeMap<String, String> {
        set.iter().map(|(_, file)| (file.path.clone(), file.text.clone())).collect()
    };
    let (before, after) = (before.map(texts).unwrap_or_default(), texts(after));
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut lines = Vec::new();
    for path in paths {
        let old = before.get(path).map_or("", String::as_str);
        let new = after.get(path).map_or("", String::as_str);
        if old != new {
            let difference = TextDiff::from_lines(old, new)
                .unified_diff()
                .context_radius(2)
                .header(path, path)
                .to_string();
            lines.extend(difference.lines().map(ToOwned::to_owned));
        }
    }
    if lines.len() > MAX_LINES {
        let more = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(format!("... and {more} more lines"));
    }
    lines
}
