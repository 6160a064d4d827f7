//! Whole policy documents: either there are policies or there are errors, each at a piece of its file; what is wrong does
//! not depend on how files are split or found; and what holds no error has a digest.

use super::support::{check_finding, text, two};
use rolewright::language::{Checked, load};
use rolewright::model::{Date, SourceFile, SourceSet};

/// Loads a workspace of two files; `base.yaml` comes before the first `=` line.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (first, second) = two(text);
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let files = vec![file("base.yaml", first), file("rules.yaml", second)];
    let sources = SourceSet::new(None, String::new(), files.clone());
    let checked = load(&sources, Date::of_unix_days(20_000));
    checked.findings.iter().for_each(|finding| check_finding(finding, &sources));
    assert_eq!(checked.failed(), checked.policies.is_none(), "{:#?}", checked.findings);
    let Some(digests) = digests(&checked) else { return };
    let turned = SourceSet::new(None, String::new(), files.into_iter().rev().collect());
    assert_eq!(self::digests(&load(&turned, Date::of_unix_days(20_000))), Some(digests));
}

/// The digest of each application's policies; none if there are errors.
fn digests(checked: &Checked) -> Option<Vec<String>> {
    let set = checked.policies.as_ref()?;
    let digest = |application: &rolewright::policy::ApplicationPolicy| {
        application.digest(set).expect("policies have a digest").to_string()
    };
    Some(set.applications.iter().map(digest).collect())
}
