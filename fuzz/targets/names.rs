//! Names that policies, directories and forges write: what is accepted has one spelling, which is read back as the same.

use super::support::{decoded, text};
use rolewright::model::{Date, DistinguishedName, parse_user_path, rfc3339_of, unix_of_rfc3339};
use rolewright::wire::github::{self, Repository, parse_queue_branch, queue_prefix};
use rolewright::wire::ldap::rfc3339;
use rolewright::wire::scim::{ScimPath, segment};

/// Reads a text as each kind of name.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    distinguished(text);
    scim_path(text);
    forge(text);
    let _ = parse_user_path(text);
    if let Ok(date) = Date::parse(text) {
        assert_eq!(date.to_string(), text);
        assert_eq!(Date::of_unix_days(date.unix_days()), date);
    }
    if let Some(second) = unix_of_rfc3339(text) {
        assert_eq!(unix_of_rfc3339(&rfc3339_of(second)), Some(second));
    }
    if let Some(moment) = rfc3339(data) {
        assert!(unix_of_rfc3339(&moment).is_some(), "{moment}");
    }
}

/// A distinguished name has one canonical spelling, and its parent is above it.
fn distinguished(text: &str) {
    let Ok(name) = DistinguishedName::parse(text) else { return };
    let again = DistinguishedName::parse(name.canonical()).expect("the canonical spelling is a name");
    assert_eq!(again, name);
    assert!(name.is_under(&name));
    if let Some(parent) = DistinguishedName::parent(text) {
        let parent = DistinguishedName::parse(parent).expect("a parent is a name");
        assert!(name.is_under(&parent) && !parent.is_under(&name), "{text:?}");
    }
}

/// A path of SCIM is shown as it is read.
fn scim_path(text: &str) {
    match ScimPath::parse(text) {
        Ok(path) => {
            let shown = path.to_string();
            assert_eq!(ScimPath::parse(&shown).as_ref(), Ok(&path), "{shown:?}");
        }
        Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.at), "{error:?}"),
    }
    match segment(text) {
        Ok(segment) => {
            assert!(segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            assert_eq!(decoded(&segment), text.as_bytes());
        }
        Err(_) => assert!(matches!(text, "" | "." | "..")),
    }
}

/// Nothing that a forge or a branch is called adds a part to the path of a call.
fn forge(text: &str) {
    if let Ok(repository) = Repository::parse(text) {
        assert_eq!(repository.to_string(), text);
        assert_eq!(github::target::repository(&repository).matches('/').count(), 3);
        assert!(!text.contains("..") || text.split('/').all(|part| !matches!(part, "." | "..")));
    }
    let at = Repository::parse("contoso/access").expect("a repository");
    if let Ok(target) = github::target::branch(&at, text) {
        assert!(
            target.starts_with("/repos/contoso/access/branches/") && is_one_target(&target),
            "{target:?}"
        );
    }
    let closed = github::target::closed_pulls(&at, text);
    assert!(
        closed.starts_with("/repos/contoso/access/pulls?") && closed.matches('&').count() == 4,
        "{closed:?}"
    );
    if let Ok(commit) = github::commit_id(text) {
        assert!(matches!(commit.0.len(), 40 | 64) && commit.0.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    if let Some((into, number)) = parse_queue_branch(text) {
        assert!(number > 0 && text.starts_with(&queue_prefix(into)));
    }
}

fn is_one_target(target: &str) -> bool {
    target.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#?".contains(&byte))
        && target.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."))
}
