//! CODEOWNERS: the last pattern that fits decides, and what fits is worked out a second time without regular expressions.

use super::support::{text, two};
use rolewright::doctor::Owners;

/// Text of a CODEOWNERS file; after the first `=` line, a path on each line.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (file, paths) = two(text);
    let owners = Owners::parse(file);
    for path in paths.lines().take(4).filter(|path| !path.is_empty() && path.len() < 60) {
        if let Some(owned) = owned(file, path) {
            assert_eq!(owners.is_owned(path), owned, "{path:?} in {file:?}");
        }
    }
}

/// Whether a path has an owner; none: a pattern is too long for this second reading.
fn owned(file: &str, path: &str) -> Option<bool> {
    let mut owned = false;
    for line in file.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with(['#', '[', '^', '!']) {
            continue;
        }
        let mut words = line.split_whitespace();
        let pattern = words.next().unwrap_or_default();
        if pattern.len() > 24 {
            return None;
        }
        if fits(pattern, path) {
            owned = words.any(|word| word.contains('@'));
        }
    }
    Some(owned)
}

fn fits(pattern: &str, path: &str) -> bool {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let body: Vec<char> = pattern.trim_start_matches('/').chars().collect();
    let path: Vec<char> = path.chars().collect();
    let starts = (0..=path.len()).filter(|start| *start == 0 || (!anchored && path[start - 1] == '/'));
    starts.into_iter().any(|start| fits_from(&body, &path[start..], &body))
}

/// Whether the rest of a pattern fits the rest of a path.
fn fits_from(rest: &[char], path: &[char], whole: &[char]) -> bool {
    match rest {
        [] if whole.ends_with(&['/']) => true,
        [] if whole.ends_with(&['/', '*']) => path.is_empty(),
        [] => path.is_empty() || path[0] == '/',
        ['*', '*', '/', rest @ ..] => {
            fits_from(rest, path, whole)
                || (0..path.len()).any(|at| path[at] == '/' && fits_from(rest, &path[at + 1..], whole))
        }
        ['*', '*', rest @ ..] => (0..=path.len()).any(|at| fits_from(rest, &path[at..], whole)),
        ['*', rest @ ..] => {
            let end = path.iter().position(|letter| *letter == '/').unwrap_or(path.len());
            (0..=end).any(|at| fits_from(rest, &path[at..], whole))
        }
        ['?', rest @ ..] => {
            path.first().is_some_and(|letter| *letter != '/') && fits_from(rest, &path[1..], whole)
        }
        [letter, rest @ ..] => path.first() == Some(letter) && fits_from(rest, &path[1..], whole),
    }
}
