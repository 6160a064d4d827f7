//! Every way in which a guard becomes weaker is told (threat H11).

use super::set;
use rolewright::gate::{Guarded, loosened};
use rolewright::policy::{DirectoryPolicy, PolicySet};

const PRIVILEGED: &str = "privileged: [owner] }";
const LIMIT: &str = "{ change: create, percent: 100, floor: 100000 }";
const WINDOWS: &str = "changeWindows: { closed: [{ id: night, from: '22:00', to: '04:00', reason: Backup }] }\nattributes: { note: {} }";

fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
    let (before, after) = (set(before), set(after));
    let (one, other): (Vec<_>, Vec<_>) =
        (before.directories.iter().collect(), after.directories.iter().collect());
    loosened(guarded(&before, &one), guarded(&after, &other))
}

fn guarded<'g>(set: &'g PolicySet, directories: &'g [&'g DirectoryPolicy]) -> Guarded<'g> {
    Guarded { workspace: &set.workspace, policy: &set.applications[0], directories }
}

#[test]
fn h11_each_guard_that_becomes_weaker_is_told_and_none_that_becomes_stricter() {
    let kept = ("privileged: [owner] }", "privileged: [owner], keepAtLeast: 2 }");
    let fewer = ("privileged: [owner] }", "privileged: [owner], keepAtLeast: 1 }");
    let seen = ("file: { people: people.yaml } }", "file: { people: people.yaml }, mustSee: [u1, u2] }");
    let windows = ("attributes: { note: {} }", WINDOWS);
    let within = (LIMIT, "{ change: create, percent: 100, floor: 100000, within: 7d }");
    let strict = (LIMIT, "{ change: create, percent: 10, floor: 5 }");
    let allow = (
        "overrides: []",
        "overrides: [{ id: june, allow: { removal: 40 }, until: '2026-12-01', owner: it, reason: Merger }]",
    );
    let review = ("review: none", "review: { forge: github }");
    let privacy = ("review: none", "review: none, privacy: counts");
    let names = ("review: none", "review: none, privacy: names");
    let mark = (PRIVILEGED, "}");
    for (before, after, expected) in [
        (vec![], vec![mark], vec!["role=owner is no longer privileged"]),
        (vec![kept], vec![fewer], vec!["role keepAtLeast 2 -> 1"]),
        (vec![seen], vec![], vec!["mustSee of contoso: 2 users fewer must be in each read"]),
        (vec![windows], vec![], vec!["closed window night is gone, or another"]),
        (vec![strict], vec![], vec!["limit of create: 10 % but always 5 -> 100 % but always 100000"]),
        (vec![within], vec![], vec!["limit of create within 7d: 100 % but always 100000 -> none"]),
        (vec![], vec![allow], vec!["override june lets 40 of removal through until 2026-12-01"]),
        (vec![review], vec![], vec!["review github -> none"]),
        (vec![privacy], vec![names], vec!["privacy counts -> names"]),
        (
            vec![],
            vec![("protectedBranch: main", "protectedBranch: live")],
            vec!["protected branch main -> live"],
        ),
        (vec![], vec![kept, seen, windows, strict], vec![]),
    ] {
        assert_eq!(told(&before, &after), expected);
    }
}
