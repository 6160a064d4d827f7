//! A connector is a part of the connection: changed, it is called by nobody whom it was not shown to, and the password goes to
//! no other call.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::workspaces::{cases, checked, workspace};
use rolewright::gate::{Unread, Unshown, may_call, may_read, same_connections};
use rolewright::model::{SourceFile, SourceSet};
use rolewright::policy::{ApplicationPolicy, Destination, PolicySet, Review};
use std::collections::BTreeSet;

/// The workspace of every key, with this text in place of another.
fn with(from: &str, to: &str) -> PolicySet {
    let sources = workspace(&cases().join("every-key"));
    let files =
        sources.iter().map(|(_, file)| SourceFile { text: file.text.replace(from, to), ..file.clone() });
    let changed = SourceSet::new(None, String::new(), files.collect());
    assert!(from == to || sources != changed, "no file says `{from}`");
    checked(&changed).policies.unwrap_or_else(|| panic!("{from} -> {to}"))
}

fn api(set: &PolicySet) -> &ApplicationPolicy {
    set.applications.iter().find(|application| application.name == "api").unwrap()
}

#[test]
fn h4_a_run_calls_nothing_by_a_connector_that_nobody_was_shown() {
    let settled = with("", "");
    for (from, to) in [
        ("path: '/users/{id}/disable'", "path: '/users/{id}/promote'"),
        ("invite: false", "invite: true"),
        ("userName: /login", "userName: /nick"),
        ("retry: [423, 500]", "retry: [500]"),
        ("region: north", "region: south"),
        ("X-Version: '2026-01'", "X-Version: '2026-02'"),
    ] {
        let tip = with(from, to);
        let (now, before) = (api(&tip), api(&settled));
        assert!(!same_connections(&tip, now, &settled, before), "{from}");
        assert_eq!(
            may_call(&tip, now, Some(&settled), Some(before)),
            Err(Unshown { new: Vec::new() }),
            "{from}"
        );
        assert_ne!(now.digest(&tip).unwrap(), before.digest(&settled).unwrap(), "{from}");
        assert!(!now.same_places(before) && !before.same_places(now), "{from}");
    }
    let tip = with("", "");
    assert_eq!(may_call(&tip, api(&tip), Some(&settled), Some(api(&settled))), Ok(()));
    assert!(api(&tip).same_places(api(&settled)));
}

#[test]
fn h3_the_password_goes_to_no_other_call_of_the_same_host() {
    let base = with("", "");
    let read = |change: &PolicySet, listed: &[&str]| {
        let listed: BTreeSet<Destination> = listed.iter().map(|entry| Destination::parse(entry)).collect();
        may_read(change, api(change), Some(&base), &listed, Review::Github)
    };
    let entry = "ROLEWRIGHT_API=https://api.example#/v2/notes";
    let stolen = with("path: /session", "path: /notes");
    let refused = read(&stolen, &["ROLEWRIGHT_API=https://api.example"]).unwrap_err();
    assert_eq!(refused, Unread::Pairs(vec![Destination::parse(entry)]));
    assert_eq!(Destination::parse(entry).to_string(), entry);
    assert_eq!(read(&stolen, &[entry]), Ok(()));
    // Whatever else changes, the pair is the same; what reads is GET.
    assert_eq!(read(&with("path: '/users/{id}/disable'", "path: '/users/{id}/promote'"), &[]), Ok(()));
    let other = with("https://api.example/v2", "https://api.example/v3");
    assert!(read(&other, &[]).is_err());
}
