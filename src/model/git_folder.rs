//! Names of git's own folder.

/// Whether a part of a path is git's own folder on any system: `.git` in any case, or its short name on Windows.
pub fn is_git_folder(part: &str) -> bool {
    let part = part.trim_end_matches(['.', ' ']);
    part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1")
}
